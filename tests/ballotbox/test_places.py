"""What PostgreSQL keeps besides values: where a row lies, who waits for whom, what it writes into its log."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, text

from govapp.ballotbox.actions import batches, notices, paper, starting
from govapp.ballotbox.models import BallotBox, Cast
from govapp.ballotbox.models.log import LogLeaf
from govapp.ballotbox.queries import box_keys, log
from govapp.ballotbox.tasks import Porter
from govapp.core import jobs
from govapp.core.db import Database
from govapp.core.errors import Unavailable
from govapp.core.jobs import Task
from govapp.ledger import slots
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
PATIENCE = 10  # seconds until somebody waits who must wait


@on_postgresql
def test_where_a_row_lies_does_not_tell_which_entry_is_its(database: Database, tmp_path: Path) -> None:
    site = _cast_by_all(database, tmp_path, 80)
    with site.begin() as session:
        batches.publish_batch(session, site.keys, session.get_one(BallotBox, site.box_id), whole=True)
    with database.read() as session:
        box = session.get_one(BallotBox, site.box_id)
        key = box_keys.slot_key(site.keys, box)
        numbers = {leaf: idx for idx, leaf in session.execute(select(LogLeaf.idx, LogLeaf.leaf))}
        rows = session.execute(select(Cast.slot, Cast.leaf_enc).order_by(text("ctid"))).all()
        of_rows = [numbers[slots.unseal_entry(key, box.name, *row).leaf] for row in rows]
    in_place = sum(number == place for place, number in enumerate(of_rows, start=1))
    assert in_place < 10, "one of eighty is expected by chance"


@on_postgresql
def test_voids_are_told_in_another_order_than_that_of_objections(database: Database, tmp_path: Path) -> None:
    site = _cast_by_all(database, tmp_path, 30, objection_hours=24)
    site.close()
    key = site.keys.read(next(name for name in site.keys.names() if name.endswith(".slot"))) or b""
    objected = site.voters[:9]
    leaves = []
    with site.begin() as session:
        box = session.get_one(BallotBox, site.box_id)
        for voter in objected:
            slot = slots.slot(key, box.name, voter)
            sealed = session.scalars(select(Cast.leaf_enc).where(Cast.slot == slot)).one() or b""
            leaves.append(slots.unseal_entry(key, box.name, slot, sealed).leaf.hex())
            paper.uphold_objection(session, site.keys, None, site.box_id, voter)
        batches.tell_voids(session, site.keys, box)
    with database.read() as session:
        told = session.scalars(text("SELECT body ->> 'voided' FROM log_bodies WHERE body ->> 'voided' <> ''"))
        in_order = told.all()
    assert sorted(in_order) == sorted(leaves)
    assert in_order != leaves, "by chance once in 362,880 times"


@on_postgresql
@pytest.mark.parametrize("deed", ["close", "notice"])
def test_a_batch_and_who_holds_the_box_never_wait_for_each_other(
    deed: str, database: Database, tmp_path: Path
) -> None:
    site = _cast_by_all(database, tmp_path, 60)
    with site.begin() as session:
        notice_id = notices.ask(session, site.officer(session), site.box_id, "สมมติ").id

    def publish() -> None:
        with site.begin() as session:
            notices.publish(session, site.keys, site.second(session), notice_id)

    with ThreadPoolExecutor() as others, site.begin() as session:
        box_keys.hold_log(session, site.box_id)
        waits = others.submit(site.close if deed == "close" else publish)
        _until_somebody_waits(database, waits)
        box = session.get_one(BallotBox, site.box_id)
        assert batches.publish_batch(session, site.keys, box) == 35
        session.commit()
        waits.result(PATIENCE)


@on_postgresql
def test_closing_waits_for_a_row_that_somebody_holds(database: Database, tmp_path: Path) -> None:
    site = _cast_by_all(database, tmp_path, 30)
    with ThreadPoolExecutor() as others, site.begin() as session:
        session.execute(text("SELECT 1 FROM cast_ballots LIMIT 1 FOR UPDATE"))
        waits = others.submit(site.close)
        _until_somebody_waits(database, waits)
        session.commit()
        waits.result(PATIENCE)
    with database.read() as session:
        assert log.waiting(session, site.box_id) == 0


@on_postgresql
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_statement", "all"),
        ("log_statement", "mod"),
        ("log_min_duration_statement", "1s"),
        ("log_min_duration_sample", "0"),
        ("log_transaction_sample_rate", "0.5"),
        ("synchronous_commit", "off"),
        ("synchronous_commit", "local"),
    ],
)
def test_no_box_opens_where_the_server_would_write_ballots_into_its_log(
    name: str, value: str, database: Database
) -> None:
    with database.write() as session:
        starting.require_safe(session)
        session.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
        with pytest.raises(Unavailable, match=name):
            starting.require_safe(session)


def test_the_tables_are_rewritten_and_the_bundles_made(database: Database, tmp_path: Path) -> None:
    site = _cast_by_all(database, tmp_path, 30)
    site.end()
    assert jobs.work_all(database, {"bundle_box": Task(Porter(site.keys).bundle)}) == 1
    with database.read() as session:
        job = session.scalars(select(jobs.Job).where(jobs.Job.kind == "bundle_box")).one()
        assert job.state is jobs.JobState.DONE


def test_an_older_checkpoint_never_takes_the_place_of_a_newer_one(tmp_path: Path, database: Database) -> None:
    """Of two workers that sign in turn, the first may be the last to write down what it signed."""
    site = _cast_by_all(database, tmp_path, 80)
    seen = next(name for name in site.keys.names() if name.endswith(".seen"))
    with _batch(site) as after_first:
        pass
    assert after_first != (newest := site.keys.read(seen))
    batches._remember(site.keys, seen, (after_first or b"").decode(), 1)
    assert site.keys.read(seen) == newest


@contextmanager
def _batch(site: Site) -> Iterator[bytes | None]:
    seen = next(name for name in site.keys.names() if name.endswith(".seen"))
    yield site.keys.read(seen)
    with site.begin() as session:
        batches.publish_batch(session, site.keys, session.get_one(BallotBox, site.box_id), whole=True)


def _cast_by_all(database: Database, folder: Path, voters: int, **plan: int) -> Site:
    site = boxes.opened(database, folder, voters=voters, **plan)
    for voter in site.voters:
        site.cast(voter)
    return site


def _until_somebody_waits(database: Database, waits: "Future[None]") -> None:
    """Returns when a session of this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(PATIENCE * 100):
        with database.read() as session:
            if session.scalar(waiting):
                return
        assert not waits.done(), waits.result()
        threading.Event().wait(0.01)
    raise AssertionError("nobody waits")
