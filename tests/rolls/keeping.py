"""Rolls for tests: made by the officer of a town, filled from files, frozen for a box."""

import io
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.posts import Post, Role
from govapp.accounts.queries import posts
from govapp.areas.models import Area
from govapp.ballotbox.actions import setup
from govapp.ballotbox.actions.setup import Plan
from govapp.ballotbox.models import BallotBox
from govapp.core import cipher, clock
from govapp.rolls import actions, queries
from govapp.rolls.actions import RollPlan, importing
from govapp.rolls.models import Roll
from govapp.rolls.models.imports import RollImport
from tests import make
from tests.ballotbox.boxes import HOST, QUESTION
from tests.rolls import files

FINDING = make.NUMBER_KEYS.finding
CODE_KEY = cipher.key_for(queries.VOTER_KEY, make.SIGNING_KEY)


@dataclass
class Office:
    """An officer with a roll."""

    officer: User
    area: Area
    post: Post
    roll: Roll


def office(session: Session, is_announced: bool = True, code: str = "x-test", **given: Any) -> Office:
    area = make.area(session, code)
    officer = make.officer(session, area, f"officer-of-{code}@example.org")
    session.refresh(officer)
    post = posts.post(session, Role.OFFICER, area)
    assert post is not None
    roll = actions.make(session, officer, post, area, RollPlan("งบมีส่วนร่วมสมมติ", **given))
    if is_announced:
        actions.announce(session, officer, roll.id)
    session.commit()
    return Office(officer, area, post, roll)


def check(session: Session, of: Office, content: bytes) -> RollImport:
    """Read a file and compare it; nothing is taken over."""

    @contextmanager
    def begin() -> Any:
        yield session

    made = importing.begin(session, of.roll.id, of.officer.id, "people.csv", "en")
    importing.read(begin, made.id, io.BytesIO(content), FINDING)
    importing.check(session, of.officer.id, made.id)
    session.commit()
    return made


def take(session: Session, of: Office, *rows: list[str], **given: Any) -> RollImport:
    """Read a file of these lines and take it over."""
    made = check(session, of, files.file(*rows, **given))
    importing.apply(session, of.officer.id, made.id)
    session.commit()
    return made


def box(session: Session, of: Office) -> BallotBox:
    """A box of the officer's post that is not open yet."""
    now = clock.now()
    contests = {"": QUESTION}
    plan = Plan("question", "คำถามสมมติ", contests, now, now + timedelta(hours=1))
    made = setup.prepare(session, of.officer, of.post, plan, HOST)
    session.commit()
    return made


def freeze(session: Session, of: Office) -> tuple[BallotBox, list[tuple[str, str]]]:
    made = box(session, of)
    voters = actions.freeze(session, of.officer, of.roll.id, made.id)
    setup.set_electorate(session, of.officer, made.id, voters)
    session.commit()
    return made, voters
