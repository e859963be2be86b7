"""The log of before can be searched by the things it speaks of, and goes back as it was."""

from sqlalchemy import text

from govapp.core import migrate
from govapp.core.db import Database

ENTRIES = (
    "INSERT INTO audit_entries (id, at, actor_id, event, details) VALUES "
    "(1, '2026-01-01 10:00:00.000001', 7, 'GrantEnded', "
    """'{"grant_id": 5, "post_id": 12, "user_id": null}'), """
    """(2, '2026-01-02 10:00:00.000000', NULL, 'LinkOpened', '{"user_id": 3, "link_id": "x", "count": 9}')"""
)
TRIES = "INSERT INTO tries (key, {column}, number) VALUES ('x', '2026-01-01 10:00:00.000000', 5)"
OBJECTS = (
    "SELECT o.kind, o.object_id, o.entry_id FROM audit_objects o "
    "JOIN audit_entries e ON e.id = o.entry_id AND e.at = o.at ORDER BY o.entry_id, o.kind"
)


def run(database: Database, *statements: str) -> list[tuple[object, ...]]:
    """What the last statement answers."""
    with database.write.begin() as session:
        answers = [session.execute(text(statement)) for statement in statements]
        return [tuple(row) for row in answers[-1]] if answers[-1].returns_rows else []


def test_entries_of_before_are_found_by_what_they_speak_of(database: Database) -> None:
    migrate.downgrade(database.engine, "0009")
    run(database, ENTRIES, TRIES.format(column="began_at"))
    migrate.upgrade(database.engine)
    assert run(database, OBJECTS) == [("grant", 5, 1), ("post", 12, 1), ("user", 3, 2)]
    assert run(database, "SELECT * FROM tries") == []
    run(database, TRIES.format(column="ends_at"))
    migrate.downgrade(database.engine, "0009")
    assert run(database, "SELECT id, actor_id FROM audit_entries ORDER BY id") == [(1, 7), (2, None)]
    migrate.upgrade(database.engine)
    assert migrate.is_current(database.engine)
