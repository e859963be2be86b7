"""The tables of notices are made and taken away without losing a letter that waits."""

import json

import pytest
from sqlalchemy import Connection, text

from govapp.core import migrate
from govapp.core.db import Database

COLUMNS = "id, user_id, template, language, given, created_at, state, attempts, next_try_at, error"
VALUES = ":id, 1, :template, 'th', :given, '2026-01-01', :state, 0, '2026-01-01', ''"


def put(
    connection: Connection, id_: int, template: str, state: str, given: str = "{}", **more: object
) -> None:
    names = "".join(f", {name}" for name in more)
    marks = "".join(f", :{name}" for name in more)
    values = {"id": id_, "template": template, "state": state, "given": given} | more
    connection.execute(text(f"INSERT INTO letters ({COLUMNS}{names}) VALUES ({VALUES}{marks})"), values)


def add_person(connection: Connection) -> None:
    connection.execute(
        text(
            "INSERT INTO users (id, email, name, password_hash, is_admin, created_at, language)"
            " VALUES (1, 'a@example.org', 'x', 'x', false, '2026-01-01', 'th')"
        )
    )


def rows(database: Database, *names: str) -> list[tuple[object, ...]]:
    with database.engine.connect() as connection:
        found = connection.execute(text(f"SELECT {', '.join(names)} FROM letters ORDER BY id"))
        return [
            tuple(json.loads(cell) if isinstance(cell, str) and cell[:1] == "{" else cell for cell in row)
            for row in found
        ]


@pytest.fixture
def before(database: Database) -> Database:
    migrate.downgrade(database.engine, "0006")
    return database


def test_letters_of_before_stay_and_one_kind_has_a_new_name(before: Database) -> None:
    with before.engine.begin() as connection:
        add_person(connection)
        put(connection, 1, "verify", "waiting", '{"link_id": "x"}')
        put(connection, 2, "password_changed", "sent")
    migrate.upgrade(before.engine, "0007")
    assert rows(before, "template", "state", "given", "path", "digest_id") == [
        ("verify", "waiting", {"link_id": "x"}, "", None),
        ("security", "sent", {"what": "password-reset"}, "", None),
    ]
    migrate.downgrade(before.engine, "0006")
    assert rows(before, "template", "state", "given") == [
        ("verify", "waiting", {"link_id": "x"}),
        ("password_changed", "sent", {}),
    ]


def test_going_back_nothing_that_waits_is_lost(before: Database) -> None:
    migrate.upgrade(before.engine, "0007")
    with before.engine.begin() as connection:
        add_person(connection)
        put(connection, 9, "digest", "waiting", path="")
        put(connection, 10, "welcome", "for-digest", path="/rounds", digest_id=9)
        put(connection, 11, "welcome", "for-digest", path="", digest_id=None)
        put(connection, 12, "welcome", "kept", path="")
        put(connection, 13, "digest", "sent", path="")
        put(connection, 14, "welcome", "sent", path="", digest_id=13)
        put(connection, 15, "security", "sent", '{"what": "second-factor-on"}', path="")
        connection.execute(text("INSERT INTO notice_preferences VALUES (1, 'news', 'on-site')"))
    migrate.downgrade(before.engine, "0006")
    assert rows(before, "id", "state") == [(10, "waiting"), (11, "waiting"), (12, "sent"), (14, "sent")]
    migrate.upgrade(before.engine)
    assert migrate.is_current(before.engine)
