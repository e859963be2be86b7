from dataclasses import dataclass

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from govapp.core.audit import AuditEntry, AuditSeal, record, seal, verify
from govapp.core.db import Database

OFF = {
    "sqlite": "DROP TRIGGER audit_seals_no_DELETE",
    "postgresql": "DROP TRIGGER audit_seals_append_only ON audit_seals",
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
