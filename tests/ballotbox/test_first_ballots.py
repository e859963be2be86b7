"""A first ballot on PostgreSQL is one statement: it must take and refuse exactly what the longer way does."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from govapp.ballotbox.actions import casting, closing, paper
from govapp.ballotbox.actions.casting import Place
from govapp.ballotbox.models import BallotBox, Cast, Status
from govapp.ballotbox.queries.casting import facts
from govapp.ballotbox.rules import takes_ballots
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core.db import Database
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site, later
from tests.ballotbox.test_faults import at
from tests.statements import noted

LOCKS = "PERFORM pg_advisory_xact_lock_shared(7101, box), pg_advisory_xact_lock(place_lock);"
ON_ITS_WAY = "PERFORM pg_sleep(0.4); INSERT"
MILLISECOND = timedelta(milliseconds=1)
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    return boxes.opened(database, tmp_path)


def put(session: Session, site: Site, voter: str, district: str = "") -> bool:
    box = facts(session, site.box_id)
    assert box is not None
    place = Place.of(site.keys, box, Ticket.new(box.id, voter, 0))
    _leaf, row = casting.enclosed(place, "yes", district)
    return casting.put_first(session, place, district, row)


def in_box(site: Site, *conditions: object) -> int:
    with site.database.read() as session:
        query = select(func.count()).select_from(Cast).where(Cast.box_id == site.box_id, *conditions)  # type: ignore[arg-type]
        return session.scalar(query) or 0


@pytest.mark.parametrize("edge", ["opens_at", "closes_at"])
@pytest.mark.parametrize("by", [-MILLISECOND, timedelta(0), MILLISECOND])
@pytest.mark.parametrize("status", [Status.OPEN, Status.CLOSED, Status.ANNULLED])
def test_it_takes_ballots_when_the_rule_does(site: Site, edge: str, by: timedelta, status: Status) -> None:
    with site.database.read() as session:
        box = session.get_one(BallotBox, site.box_id)
        moment = getattr(box, edge) + by
        takes = takes_ballots(status, box.opens_at, box.closes_at, moment)
    with at(site, moment) as session:
        session.execute(
            text("UPDATE ballot_boxes SET status = :status WHERE id = :id"),
            {"status": status.value, "id": site.box_id},
        )
        assert put(session, site, site.voters[0]) is takes
    assert in_box(site) == takes


def test_only_whom_the_roll_of_the_box_has_and_in_their_district(site: Site) -> None:
    with site.begin() as session:
        assert not put(session, site, "nobody")
        assert not put(session, site, site.voters[0], "elsewhere")
        assert put(session, site, site.voters[0])


def test_a_slot_that_is_taken_is_left_to_the_longer_way(site: Site) -> None:
    online, on_paper = site.voters[:2]
    site.cast(online)
    with site.begin() as session:
        paper.lock_for_paper(session, site.keys, site.box_id, on_paper)
    with site.begin() as session:
        assert not put(session, site, online)
        assert not put(session, site, on_paper)
    assert in_box(site) == 2


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_it_refuses_a_transaction_that_sees_an_old_state(site: Site, level: str) -> None:
    with site.begin() as session:
        session.connection(execution_options={"isolation_level": level})
        assert not put(session, site, site.voters[0])
    assert in_box(site) == 0


def test_a_ballot_is_one_statement_that_adds_one_row(site: Site) -> None:
    before = _rows(site)
    with site.database.look() as looking, noted(site.database.engine) as run:
        form, box = Ticket.new(site.box_id, site.voters[0], 0), facts(looking, site.box_id)
        casting.cast_at_once(site.database, looking, site.keys, form, "yes", box, "")
    assert [each.split("(")[0] for each in run if "ballot_boxes" not in each] == ["SELECT cast_first_ballot"]
    after = _rows(site)
    assert {table for table in after if after[table] != before[table]} == {"cast_ballots"}
    assert after["cast_ballots"] == before["cast_ballots"] + 1


def _rows(site: Site) -> dict[str, int]:
    with site.database.read() as session:
        tables = inspect(site.database.engine).get_table_names()
        return {table: session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables}


@contextmanager
def changed(site: Site, *changes: tuple[str, str]) -> Iterator[None]:
    """The function with other words in it, for a while."""
    engine = site.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        whole = connection.scalar(text("SELECT pg_get_functiondef('cast_first_ballot'::regproc)")) or ""
        other = whole
        for old, new in changes:
            assert old in other
            other = other.replace(old, new)
        connection.exec_driver_sql(other.replace("%", "%%"))
        yield
        connection.exec_driver_sql(whole.replace("%", "%%"))


@pytest.mark.parametrize("locked", [True, False])
def test_closing_waits_for_a_ballot_on_its_way(site: Site, locked: bool) -> None:
    """Its state was looked at, its row is not there yet. The control is the function without its locks."""
    changes = [("INSERT", ON_ITS_WAY)] + ([] if locked else [(LOCKS, "")])
    with changed(site, *changes):
        voter = threading.Thread(target=site.cast, args=(site.voters[0],))
        voter.start()
        _wait_until_it_sleeps(site)
        with later(site) as session:
            closing.close(session, site.keys, None, site.box_id)
        voter.join()
    assert in_box(site) == 1
    late = in_box(site, ~Cast.flushed)  # closing publishes whatever is in the box
    assert late == (0 if locked else 1)


def _wait_until_it_sleeps(site: Site) -> None:
    asleep = text(  # here: other tests use the same server
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    with site.database.look() as looking:
        for _ in range(500):
            if looking.scalar(asleep):
                return
            time.sleep(0.01)
    raise AssertionError("no ballot is on its way")
