"""Migrations build exactly the models, go back, and go forth again, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError

from govapp.accounts.events.people import AdminCreated
from govapp.accounts.models import User
from govapp.areas.events import AreasAdded
from govapp.core import migrate
from govapp.core.audit import AuditVerdict, record
from govapp.core.db import Base, Database
from govapp.editions.actions import planning, throwing_away
from tests import make
from tests.editions import planned
from tests.rolls import files, keeping


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


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a sequence of PostgreSQL does so anyway
def test_no_number_is_given_twice(database: Database) -> None:
    """What a migration makes or remakes needs sqlite_autoincrement; else the log mixes two things."""
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.autoincrement_column is not None:
                made = connection.scalar(text(f"SELECT sql FROM sqlite_schema WHERE name = '{table.name}'"))
                assert "AUTOINCREMENT" in made, table.name


def test_the_number_of_what_is_gone_stays_its_own(database: Database) -> None:
    def come_and_go() -> int:
        """The number of a row that is gone again."""
        with database.write() as session:
            number = make.area(session, "x-gone").id
            session.execute(text("DELETE FROM areas WHERE code = 'x-gone'"))
            session.commit()
        return number

    first, second = come_and_go(), come_and_go()
    assert second > first
    migrate.downgrade(database.engine, "0018")
    third, fourth = come_and_go(), come_and_go()
    assert (fourth > third) is database.is_server, "the control: SQLite gave it once more"
    migrate.upgrade(database.engine)
    fifth, sixth = come_and_go(), come_and_go()
    assert sixth > fifth


def test_what_was_thrown_away_before_has_its_number_too(database: Database) -> None:
    def draft() -> int:
        with database.write() as session:
            officer = session.scalars(select(User).where(User.email == "officer@example.org")).one()
            return planned.edition(session, officer, is_published=False).id

    with database.write() as session:
        make.officer(session, make.area(session))
    gone = draft()
    with database.write.begin() as session:
        officer = session.scalars(select(User).where(User.email == "officer@example.org")).one()
        throwing_away.throw_away(session, officer, gone)
    migrate.downgrade(database.engine, "0018")
    migrate.upgrade(database.engine)
    assert draft() > gone


def test_rolls_of_drafts_are_not_announced_by_bringing_tables_up_to_date(database: Database) -> None:
    with database.write() as session:
        officer = make.officer(session, make.area(session))
        session.refresh(officer)
        for title, is_published in (("ร่าง", False), ("เผยแพร่แล้ว", True), ("ไม่จัดแล้ว", True)):
            made = planned.edition(session, officer, is_published=is_published)
            planned.fill(session, officer, made, 2)
            session.execute(text("UPDATE rolls SET title = :title WHERE title LIKE 'รอบ%'"), {"title": title})
        planning.call_off(session, officer, made.id, "สมมติ")
        of = keeping.office(session, code="x-other")
        keeping.take(session, of, files.row(1))
        keeping.freeze(session, of)
        frozen = of.roll.title
        session.execute(text("UPDATE rolls SET is_announced = false"))
        session.commit()
    migrate.downgrade(database.engine, "0018")
    migrate.upgrade(database.engine)
    with database.read() as session:
        shown = (
            session.execute(text("SELECT title FROM rolls WHERE is_announced ORDER BY id")).scalars().all()
        )
        assert shown == ["เผยแพร่แล้ว", frozen]
        assert session.scalar(text("SELECT count(*) FROM roll_entries")) == 7


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
