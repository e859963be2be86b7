"""Tries are counted in the database: together, exactly, and not for ever."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from govapp.core import clock
from govapp.core.db import Database
from govapp.core.errors import TooMany
from govapp.core.throttle import HOUR, Tries, count_try, forget, goes_over


def let_through(database: Database, tries: int, name: str = "a", limit: int = 5) -> int:
    passed = 0
    for _ in range(tries):
        try:
            count_try(database, {name: limit})
            passed += 1
        except TooMany:
            pass
    return passed


def test_as_many_as_the_limit_pass_and_each_name_has_its_own(database: Database) -> None:
    assert let_through(database, 7) == 5
    assert let_through(database, 7, "b") == 5
    with pytest.raises(TooMany):
        count_try(database, {"c": 5, "a": 5})


def test_hammering_does_not_lock_for_longer_than_the_minute(database: Database) -> None:
    start = clock.now()
    for second in range(0, 60, 10):
        with clock.stopped(start + timedelta(seconds=second)):
            let_through(database, 6)
    with clock.stopped(start + timedelta(seconds=59)):
        assert let_through(database, 1) == 0
    with clock.stopped(start + timedelta(seconds=60)):
        assert let_through(database, 7) == 5


def test_tries_at_one_moment_are_all_counted(database: Database) -> None:
    passed: list[int] = []
    threads = [threading.Thread(target=lambda: passed.append(let_through(database, 4))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 5


def test_old_rows_are_taken_away_and_names_lie_there_only_as_hashes(database: Database) -> None:
    start = clock.now()
    for number in range(10):
        with clock.stopped(start):
            count_try(database, {f"sign-in account {number}@example.org": 5})
    with clock.stopped(start + timedelta(seconds=61)):
        count_try(database, {"a": 5})
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Tries)) == 1
        key = session.scalars(select(Tries.key)).one()
    assert len(key) == 64


def test_whoever_has_shown_who_it_is_begins_anew(database: Database) -> None:
    assert let_through(database, 4) == 4
    with database.write.begin() as session:
        forget(session, "a")
    assert let_through(database, 7) == 5


def test_a_deed_may_be_counted_for_an_hour_and_counts_only_when_it_is_done(database: Database) -> None:
    def deeds(number: int) -> list[bool]:
        with database.write.begin() as session:
            return [goes_over(session, {"export": 3}, HOUR) for _ in range(number)]

    start = clock.now()
    with clock.stopped(start):
        with database.write() as session:
            assert not goes_over(session, {"export": 3}, HOUR)
            session.rollback()
        assert deeds(4) == [False, False, False, True]
    with clock.stopped(start + timedelta(minutes=59)):
        count_try(database, {"a": 5})
        assert deeds(1) == [True], "tries of a minute take nothing away that counts for an hour"
    with clock.stopped(start + timedelta(minutes=60)):
        assert deeds(1) == [False]
