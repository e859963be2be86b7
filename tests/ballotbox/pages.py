"""Boxes at any point of their life for tests of pages, in the session that the app of a test shares."""

import re
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from govapp.accounts.models import User
from govapp.accounts.models.posts import Role
from govapp.areas.queries import by_code
from govapp.ballotbox.actions import bundles
from govapp.ballotbox.models import BallotBox, Openings
from govapp.counting.rule import Method, Rule
from tests import make
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.portal import log

BUDGET = {
    "kind": "budget",
    "ballot": "approval",
    "least": 1,
    "most": 2,
    "budget": 100_000_00,
    "rule": Rule(Method.GREEDY).as_json(),
    "projects": [
        {"id": "p1", "cost": 60_000_00, "name": "ทางเดินสมมติ <b>"},
        {"id": "p2", "cost": 50_000_00},
    ],
}


def folder(app: Flask) -> Path:
    return Path(app.extensions["config"].instance)


def opened(app: Flask, voters: Any = 60, cast: int = 0, **plan: Any) -> Site:
    """A box that takes ballots, with so many of them in it."""
    site = boxes.opened(app.extensions["database"], folder(app), voters=voters, **plan)
    for number, voter in enumerate(site.voters[:cast]):
        site.cast(voter, "no" if number % 3 == 0 else "yes")
    return site


def ended(app: Flask, voters: Any = 60, cast: int = 40, changed: int = 2, **plan: Any) -> Site:
    """A box that was opened and counted, with both bundles."""
    site = opened(app, voters, cast, **plan)
    for voter in site.voters[:changed]:
        site.cast(voter, "yes")
    site.end()
    for audience in Openings:
        with site.begin() as session:
            bundles.make(session, site.keys, site.box_id, audience)
    return site


def auditor(app: Flask, site: Site, email: str = "auditor@example.org", here: bool = True) -> FlaskClient:
    """The browser of an auditor over the box's area, or over another province."""
    with site.begin() as session:
        place = session.get_one(BallotBox, site.box_id).post.area if here else log.country(session)
        assert place is not None
        if not here:
            place = by_code(session, "50")
            assert place is not None
        made = make.staff(session, Role.AUDITOR, place, email)
        make.second_factor(session, made)
        session.refresh(made)
        return log.reader(app, session, made)


def known(app: Flask, site: Site, person: User | None = None) -> FlaskClient:
    """The browser of a citizen who is signed in."""
    with site.begin() as session:
        return log.reader(app, session, person or make.user(session, "citizen@example.org"))


def words(answer: Any) -> str:
    """What stands on a page, tags left out, in one line."""
    plain = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " "))


def token(client: FlaskClient, path: str) -> str:
    return make.csrf(client, path)
