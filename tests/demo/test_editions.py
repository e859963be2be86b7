"""The budget rounds of the demo: one to vote in at once, a draft, and one that is over."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.app import commands, create_app
from govapp.ballotbox.models import BallotBox
from govapp.ballotbox.queries import log
from govapp.budgeting.models import Round
from govapp.core import audit, clock
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.demo import ballot, pictures, queries
from govapp.demo.editions import BUDGET_SATANG, WITH_CODES
from govapp.editions import rules
from govapp.editions.models import Edition, EditionProject, Stage
from govapp.editions.queries import running
from govapp.rolls.actions.codes import Keys
from govapp.rolls.models import Roll
from govapp.rolls.queries import voter_of_account, voter_of_code
from tests.conftest import config
from tests.make import SIGNING_KEY


@pytest.fixture
def demo(database: Database, tmp_path: Path) -> Flask:
    """The app as `make run` makes it, on a database of its own, before it serves."""
    app = create_app(config(instance=str(tmp_path), demo=True))
    app.extensions["database"].engine.dispose()
    app.extensions["database"] = database
    return app


def run(app: Flask, *words: str) -> tuple[int, str]:
    found = app.test_cli_runner().invoke(commands, words)
    return found.exit_code, found.output


def _rows(session: Session) -> dict[str, int]:
    counted = (Edition, EditionProject, BallotBox, Roll, Round, User, AuditEntry)
    return {each.__name__: session.scalar(select(func.count()).select_from(each)) or 0 for each in counted}


def test_one_can_vote_at_once_and_loading_twice_changes_nothing(demo: Flask, tmp_path: Path) -> None:
    assert run(demo, "demo", "load")[0] == 0
    assert run(demo, "demo", "editions")[0] == 0
    database = demo.extensions["database"]
    with database.read() as session:
        before = _rows(session)
        (now,) = running(session, clock.now())
        assert rules.takes_ballots(now, clock.now())
        assert now.box is not None
        assert not now.box.is_room
        assert log.size(session, now.box.id) > 0
        voting = {key for key, user in queries.users(session).items() if _voter(session, now, user)}
        assert {"manop", "bunma", "mali"} <= voting
        assert not voting & {"thana", "wipa"}, "they live elsewhere"
        _codes_work(session, now, (tmp_path / "demo-codes.txt").read_text())
        stages = {each.fiscal_year_be - now.fiscal_year_be: each for each in session.scalars(select(Edition))}
        assert stages[1].stage is Stage.DRAFT
        assert stages[1].copied_from_id == now.id
        (over,) = [each for year, each in stages.items() if year < 0]
        assert over.stage is Stage.PUBLISHED
        assert over.envelopes[0].round is not None
        assert over.envelopes[0].round.budget_satang == over.envelopes[0].budget_satang
        assert audit.verify(session).broken_at is None
    files = {file.name: file.read_text() for file in tmp_path.glob("demo-*.txt")}
    assert set(files) == {"demo-codes.txt", "demo-sheets.txt"}
    assert run(demo, "demo", "editions")[0] == 0
    with database.read() as session:
        assert _rows(session) == before
    assert {file.name: file.read_text() for file in tmp_path.glob("demo-*.txt")} == files


def _voter(session: Session, edition: Edition, user: User) -> bool:
    return voter_of_account(session, edition.roll_id or 0, user) is not None


def _codes_work(session: Session, edition: Edition, told: str) -> None:
    found = re.findall(r"^ผู้มีสิทธิคนที่ \d+ สมมติ: (.+)$", told, re.MULTILINE)
    key = Keys.of(SIGNING_KEY).hashing
    voters = {voter_of_code(session, edition.roll_id or 0, code, key) for code in found}
    assert len(voters) == WITH_CODES
    assert None not in voters


def test_outside_the_demo_nothing_is_made(own_app: Flask) -> None:
    code, said = run(own_app, "demo", "editions")
    assert code == 1
    assert "GOVAPP_DEMO=1" in said
    with own_app.extensions["database"].read() as session:
        assert not any(_rows(session).values())


def test_without_the_people_there_is_nobody_to_plan_them(demo: Flask) -> None:
    assert run(demo, "demo", "editions")[0] == 0
    with demo.extensions["database"].read() as session:
        assert not any(_rows(session).values())


def test_the_projects_are_plainly_invented_and_told_in_both_languages() -> None:
    for planned in ballot.PROJECTS:
        assert planned.proposer.endswith("สมมติ")
        assert 0 < planned.baht * 100 < BUDGET_SATANG
        assert all(planned)
    assert sum(planned.baht for planned in ballot.PROJECTS) * 100 > 2 * BUDGET_SATANG, "one has to choose"
    drawn = {pictures.draw(number).content for number in range(len(ballot.PROJECTS))}
    assert len(drawn) == len(ballot.PROJECTS)
