"""Two officers at once: one of them waits for the roll, and holds nothing that the other still needs."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core.db import Database, fetch
from govapp.core.errors import NotNow
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.rolls.actions import claims, doubles
from govapp.rolls.actions.claims import Person
from govapp.rolls.models import Roll, RollEntry, Standing
from tests.rolls import keeping
from tests.rolls.files import DISTRICTS, row
from tests.rolls.keeping import take

NAME = Name("", "ผู้มีสิทธิ", "000001")
SAME = Person(NAME, PartialDate(1977, 2, 1), DISTRICTS[0], Standing.ON, "", "")


@pytest.fixture
def ids(database: Database) -> tuple[int, int, int, int]:
    """The officer, the roll, and two entries that are perhaps one person."""
    with database.write() as session:
        of = keeping.office(session)
        take(session, of, row(1))
        made = claims.add(session, of.officer, of.roll.id, (None, "", "2569-000123"), SAME, "มาแสดงตัว")
        session.commit()
        assert made.entry_id is not None
        return of.officer.id, of.roll.id, made.entry_id - 1, made.entry_id


def correct(session: Session, officer: User, first: int, second: int) -> Any:
    return claims.correct(session, officer, second, SAME, "สมมติ")


def strike(session: Session, officer: User, first: int, second: int) -> Any:
    return doubles.strike(session, officer, second, first, "คนเดียวกัน")


def wait_for_one_who_waits(database: Database) -> None:
    here = "datname = current_database() AND wait_event_type = 'Lock'"
    waiting = text(f"SELECT count(*) FROM pg_stat_activity WHERE {here}")
    for _try in range(500):
        with database.read() as session:  # a transaction sees its first look again and again
            if session.scalar(waiting):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite writes one by one
@pytest.mark.parametrize("deed", [correct, strike])
def test_who_waits_for_the_roll_holds_no_entry(
    database: Database, ids: tuple[int, int, int, int], deed: Callable[..., Any]
) -> None:
    officer, roll, *two = ids

    def run() -> None:
        with database.write.begin() as session:
            deed(session, session.get_one(User, officer), *two)

    other = threading.Thread(target=run)
    with database.write.begin() as session:
        fetch(session, Roll, roll, lock=True)
        other.start()
        wait_for_one_who_waits(database)
        assert session.get(RollEntry, two[1], with_for_update={"nowait": True})
    other.join()


def test_a_pair_is_decided_once(database: Database, ids: tuple[int, int, int, int]) -> None:
    officer, _roll, first, second = ids
    start, said = threading.Barrier(2), []

    def run(struck: int, kept: int) -> None:
        start.wait()
        try:
            with database.write.begin() as session:
                doubles.strike(session, session.get_one(User, officer), struck, kept, "คนเดียวกัน")
                said.append("struck")
        except NotNow:
            said.append("settled")

    both = [threading.Thread(target=run, args=pair) for pair in ((first, second), (second, first))]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(said) == ["settled", "struck"]
    with database.read() as session:
        assert {fetch(session, RollEntry, each).standing for each in (first, second)} == {"on", "struck"}
