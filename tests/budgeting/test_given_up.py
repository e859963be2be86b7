"""Counts for comparison that would take too long are given up: known, told, and not asked for again."""

import random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.budgeting import queries
from govapp.budgeting.actions import counting
from govapp.budgeting.models import GivenUp, Round
from govapp.budgeting.rules import PRESETS, USED
from govapp.core.audit import AuditEntry
from govapp.core.db import fetch
from govapp.core.jobs import Job, JobState, work_all
from govapp.counting import patience
from govapp.counting.rule import Rule
from tests import make, statements

GROWING = {"equal-shares", "equal-shares-add1", "equal-shares-count"}


def endless(**meta: str) -> bytes:
    """Projects that are nearly level, and hundreds of thousands of steps of a baht."""
    chance = random.Random(9)
    projects = [(f"p{n}", 1_666_666 + chance.randint(0, 3), f"โครงการ {n}", "", "") for n in range(25)]
    votes = [",".join(f"p{n}" for n in chance.sample(range(25), chance.randint(1, 5))) for _ in range(30)]
    return make.pb(votes, projects, **({"budget": "10000000", "rule": "greedy"} | meta))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST_STEPS", 200)


def counted(app: Flask, session: Session, **meta: str) -> Round:
    """All its counts that are asked for, by the worker."""
    round_id = make.round_(session, endless(**meta), counted=False).id
    work_all(app.extensions["database"], app.extensions["tasks"])
    return fetch(session, Round, round_id)


@pytest.mark.usefixtures("hasty")
def test_what_takes_too_long_is_known_and_not_asked_for_again(app: Flask, session: Session) -> None:
    made = counted(app, session)
    assert queries.left_out(session, made) == GROWING
    assert set(queries.counts(session, made)) == {USED, *(PRESETS.keys() - GROWING)}
    assert not session.scalars(select(Job).where(Job.state == JobState.FAILED)).all()
    given_up = select(func.count()).where(AuditEntry.event == "CountGivenUp")
    assert session.scalar(given_up) == 3
    jobs = select(func.count()).select_from(Job)
    before = session.scalar(jobs)
    counting.ask_counts(session, None, made)
    assert session.scalar(jobs) == before
    counting.give_up(session, None, made.id, PRESETS["equal-shares"].rule)  # by another worker
    session.flush()
    assert session.scalar(given_up) == session.scalar(select(func.count()).select_from(GivenUp)) == 3


def test_the_own_rule_of_a_round_is_counted_however_long_it_takes(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "MOST_STEPS", 1)
    made = counted(app, session, budget="1700000", rule="equalshares/add1")
    assert queries.counts(session, made)[USED].outcome["facts"]["raises"] > 1
    assert queries.left_out(session, made) == GROWING - {"equal-shares-add1"}
    beside = Rule.from_json(made.rule | {"increment": 200})
    with pytest.raises(patience.TooLong):
        counting.compute_count(session, made, beside)


@pytest.mark.usefixtures("hasty")
def test_the_pages_say_what_was_left_out(app: Flask, client: FlaskClient, session: Session) -> None:
    made = counted(app, session)
    page = client.get(f"/rounds/{made.id}/compare?a=used&b=equal-shares").get_data(as_text=True)
    assert "Left out: it would take too long on this vote" in page
    assert "“Equal Shares” raises every share step by step" in page
    assert "not finished yet" not in page
    assert page.count("(left out)") == 2 * 3
    first = client.get(f"/rounds/{made.id}/compare").get_data(as_text=True)
    assert "Left out:" not in first, "the page begins with rules that were counted"
    (project, *_others) = queries.projects(session, made.id)
    told = client.get(f"/rounds/{made.id}/projects/{project.id}").get_data(as_text=True)
    assert "too long on these ballots: “Equal Shares”, “Equal Shares, Add1 only”, “Equal Shares by" in told
    trace = client.get(f"/rounds/{made.id}/trace/equal-shares.json")
    assert (trace.status_code, trace.mimetype) == (404, "text/html")


def test_pages_ask_as_often_whatever_was_left_out(app: Flask, client: FlaskClient, session: Session) -> None:
    made = make.round_(session)
    path = f"/rounds/{made.id}/compare"
    before = statements.of_page(session, client, path)
    for preset in GROWING:
        counting.give_up(session, None, made.id, PRESETS[preset].rule)
    session.commit()
    assert statements.of_page(session, client, path) == before
