"""Migrations build exactly the models, go back, and go forth again, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from govapp.accounts.events.people import AdminCreated
from govapp.areas.events import AreasAdded
from govapp.core import migrate
from govapp.core.audit import AuditVerdict, record
from govapp.core.db import Base, Database


def test_migrations_build_exactly_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert migrate.is_current(database.engine)


def test_migrations_go_both_ways_with_data_in_them(database: Database) -> None:
    with database.write.begin() as session:
        record(session, None, AreasAdded(1))
    migrate.downgrade(database.engine, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(database.engine)
    assert migrate.is_current(database.engine)


def test_there_is_one_newest_migration(database: Database) -> None:
    with database.engine.connect() as connection:
        script = ScriptDirectory.from_config(migrate.alembic_config(connection))
        assert len(script.get_heads()) == 1


@pytest.mark.parametrize("deed", ["UPDATE audit_entries SET event = 'x'", "DELETE FROM audit_entries"])
@pytest.mark.parametrize("sealed", [False, True])
def test_the_database_itself_keeps_the_log(database: Database, deed: str, sealed: bool) -> None:
    with database.write.begin() as session:
        record(session, None, AreasAdded(1))
    if sealed:
        deed = deed.replace("audit_entries", "audit_seals").replace("event", "digest")
        with database.write.begin() as session:
            session.execute(
                text("INSERT INTO audit_seals (id, entry_id, digest) SELECT 1, id, 'x' FROM audit_entries")
            )
    with pytest.raises(DatabaseError, match="append-only"), database.write.begin() as session:
        session.execute(text(deed))


@pytest.mark.parametrize("deed", ["UPDATE {} SET {} = 9", "DELETE FROM {}"])
@pytest.mark.parametrize(("table", "column"), [("audit_objects", "object_id"), ("audit_verdicts", "sealed")])
def test_what_is_told_about_the_log_stays_too(database: Database, deed: str, table: str, column: str) -> None:
    with database.write.begin() as session:
        record(session, None, AdminCreated(1))
        session.add(AuditVerdict(sealed=0, unsealed=1, digest="x"))
    with pytest.raises(DatabaseError, match="append-only"), database.write.begin() as session:
        session.execute(text(deed.format(table, column)))
