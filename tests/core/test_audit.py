from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from govapp.core import jobs
from govapp.core.audit import (
    FIRST,
    AuditEntry,
    AuditObject,
    AuditSeal,
    AuditVerdict,
    link,
    objects_of,
    record,
    seal,
    verify,
    verify_task,
)
from govapp.core.db import Database

OFF = {
    "sqlite": "DROP TRIGGER audit_seals_no_DELETE",
    "postgresql": "DROP TRIGGER audit_seals_append_only ON audit_seals",
}


OPEN_ENTRIES = {
    "sqlite": "DROP TRIGGER audit_entries_no_UPDATE",
    "postgresql": "DROP TRIGGER audit_entries_append_only ON audit_entries",
}


@dataclass(frozen=True)
class BellRung:
    bell_id: int
    tune: str


def ring(session: Session, times: int = 1) -> None:
    for number in range(times):
        record(session, 7, BellRung(number, "ระฆัง"))
    session.flush()


def test_an_event_becomes_a_row_and_a_reaction(session: Session) -> None:
    heard: list[BellRung] = []
    session.info["reactions"] = {BellRung: [lambda _, event: heard.append(event)]}
    record(session, 7, BellRung(1, "x"))
    session.flush()
    row = session.scalars(select(AuditEntry)).one()
    assert (row.event, row.actor_id, row.details) == ("BellRung", 7, {"bell_id": 1, "tune": "x"})
    assert heard == [BellRung(1, "x")]


@pytest.mark.parametrize(
    ("details", "things"),
    [
        ({"post_id": 12, "user_id": 3}, [("post", 12), ("user", 3)]),
        ({"user_id": None, "link_id": "abc", "count": 4, "is_id": True, "_id": 5}, [("", 5)]),
        ({}, []),
    ],
)
def test_what_an_entry_speaks_of(details: dict[str, Any], things: list[tuple[str, int]]) -> None:
    assert list(objects_of(details)) == things


def test_an_entry_is_found_by_the_things_it_speaks_of(session: Session) -> None:
    ring(session, 2)
    both = select(AuditObject, AuditEntry).join(AuditEntry, AuditEntry.id == AuditObject.entry_id)
    found = session.execute(both.order_by(AuditEntry.id)).all()
    assert [(thing.kind, thing.object_id) for thing, _entry in found] == [("bell", 0), ("bell", 1)]
    assert all(thing.at == entry.at for thing, entry in found)


def test_what_is_rolled_back_was_never_said(database: Database) -> None:
    with database.write() as session:
        ring(session)
        session.rollback()
    with database.read() as session:
        assert session.scalars(select(AuditEntry)).all() == []


def test_the_chain_holds_and_grows(database: Database) -> None:
    for _ in range(2):
        with database.write.begin() as session:
            ring(session, 3)
        with database.write.begin() as session:
            assert seal(session) == 3
            assert seal(session) == 0
    with database.read() as session:
        verdict = verify(session)
    assert (verdict.sealed, verdict.unsealed, verdict.broken_at) == (6, 0, None)


def test_a_row_that_commits_late_is_sealed_later(database: Database) -> None:
    with database.write.begin() as session:
        session.add(AuditEntry(id=5, event="Late", details={}))
        session.add(AuditEntry(id=9, event="Early", details={}))
        session.flush()
        first = session.get(AuditEntry, 9)
        assert first is not None
    with database.write.begin() as session:
        seal(session)
        session.add(AuditEntry(id=7, event="Later", details={}))
    with database.write.begin() as session:
        assert seal(session) == 1
    with database.read() as session:
        assert list(session.scalars(select(AuditSeal.entry_id).order_by(AuditSeal.id))) == [5, 9, 7]
        assert verify(session).broken_at is None


OPEN = {
    "sqlite": "DROP TRIGGER {table}_no_{deed}",
    "postgresql": "DROP TRIGGER {table}_append_only ON {table}",
}


@pytest.mark.parametrize(
    ("deed", "sql"),
    [
        ("UPDATE", """UPDATE audit_entries SET details = '{"bell_id": 99}' WHERE id = 2"""),
        ("UPDATE", "UPDATE audit_entries SET actor_id = 8 WHERE id = 2"),
        ("UPDATE", "UPDATE audit_entries SET at = '2020-01-01 00:00:00' WHERE id = 2"),
        ("DELETE", "DELETE FROM audit_entries WHERE id = 2"),
    ],
)
def test_a_changed_or_missing_row_is_found(database: Database, deed: str, sql: str) -> None:
    with database.write.begin() as session:
        ring(session, 3)
    with database.write.begin() as session:
        seal(session)
    kind = database.engine.dialect.name
    with database.engine.connect() as connection:  # what somebody with the database in hand can do
        if kind == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        else:
            for table in ("audit_seals", "audit_objects"):
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_entry_id"))
        connection.execute(text(OPEN[kind].format(table="audit_entries", deed=deed)))
        connection.execute(text(sql))
        connection.commit()
    with database.read() as session:
        assert verify(session).broken_at == 2


def test_an_entry_knows_its_place(session: Session) -> None:
    ring(session, 3)
    first, second, _third = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert link(session, first) is None
    seal(session)
    one, two = link(session, first), link(session, second)
    assert one
    assert two
    assert (one.number, one.previous, one.fits, two.number, two.previous) == (1, FIRST, True, 2, one.digest)
    second.actor_id = 8
    with session.no_autoflush:
        changed = link(session, second)
    assert changed
    assert not changed.fits
    session.expunge(second)


@pytest.mark.parametrize("column", ["details", "at"])
def test_a_row_that_cannot_be_read_any_more_is_found(database: Database, column: str) -> None:
    """PostgreSQL takes in no such value."""
    if database.engine.dialect.name == "postgresql":
        return
    with database.write.begin() as session:
        ring(session, 5)
    with database.write.begin() as session:
        seal(session)
        session.execute(text("DROP TRIGGER audit_entries_no_UPDATE"))
        session.execute(text(f"UPDATE audit_entries SET {column} = 'nonsense' WHERE id = 4"))
    with database.read() as session:
        verdict = verify(session)
    assert (verdict.broken_at, verdict.sealed) == (4, 4)


def test_verifying_is_kept_by_a_job_with_who_asked(database: Database) -> None:
    with database.write.begin() as session:
        ring(session, 4)
        seal(session, 3)
        jobs.enqueue(session, "verify", {}, actor_id=7)
    jobs.work_all(database, {"verify": jobs.Task(verify_task)})
    with database.read() as session:
        verdict = session.scalars(select(AuditVerdict)).one()
        last = session.get(AuditSeal, 3)
    assert (verdict.actor_id, verdict.sealed, verdict.unsealed, verdict.is_sound) == (7, 3, 1, True)
    assert last
    assert verdict.digest == last.digest


def keep_verdict(session: Session) -> None:
    session.add(verify(session))
    session.flush()


def test_links_that_were_there_the_last_time_are_missed(session: Session) -> None:
    ring(session, 2)
    seal(session)
    keep_verdict(session)
    ring(session, 1)
    seal(session)
    keep_verdict(session)
    assert verify(session).is_sound
    session.execute(text(OFF[session.get_bind().dialect.name]))
    session.execute(text("DELETE FROM audit_seals WHERE id = 3"))
    verdict = verify(session)
    assert (verdict.is_sound, verdict.broken_at, verdict.cut_at) == (False, None, 3)
    keep_verdict(session)
    assert verify(session).cut_at == 3, "a verdict that was not sound is nothing to compare with"


def test_a_chain_that_was_written_anew_is_not_the_one_of_before(session: Session) -> None:
    ring(session, 2)
    seal(session)
    keep_verdict(session)
    ring(session, 1)
    session.execute(text(OFF[session.get_bind().dialect.name]))
    session.execute(text("DELETE FROM audit_seals"))
    session.execute(text(OPEN_ENTRIES[session.get_bind().dialect.name]))
    session.execute(text("UPDATE audit_entries SET actor_id = 8"))
    session.expire_all()
    seal(session)
    verdict = verify(session)
    assert (verdict.broken_at, verdict.cut_at) == (None, 2)


def test_rows_cut_off_the_end_show_only_beside_a_digest_kept_elsewhere(session: Session) -> None:
    """Stated in core/audit.py: the chain alone cannot tell that it was longer."""
    ring(session, 2)
    seal(session)
    earlier = verify(session).digest
    ring(session, 1)
    seal(session)
    noted = verify(session).digest
    session.execute(text(OFF[session.get_bind().dialect.name]))
    session.execute(text("DELETE FROM audit_seals WHERE id = 3"))
    verdict = verify(session)
    assert verdict.broken_at is None
    assert verdict.digest == earlier != noted
