"""Names in parts: what people of before become, and back."""

from sqlalchemy import text

from govapp.accounts.models import User
from govapp.core import migrate
from govapp.core.db import Database
from govapp.core.text import sort_key

USERS = (
    "INSERT INTO users (id, email, name, password_hash, is_admin, created_at, verified_at, language) "
    "VALUES (1, 'a@example.org', 'นาย เหนือ ทดสอบ', 'x', true, '2026-01-01', '2026-01-01', 'th'), "
    "(2, 'b@example.org', 'แก้ว', 'x', false, '2026-01-01', '2026-01-01', 'th')"
)
SIGN_INS = (
    "INSERT INTO web_sessions (id, token_sha256, user_id, created_at, ends_at, used_at, proved_at, "
    "wrong_proofs, second_factor_due, device) "
    "SELECT id, id, id, created_at, created_at, created_at, created_at, 0, false, '' FROM users"
)


def run(database: Database, *statements: str) -> list[tuple[object, ...]]:
    """What the last statement answers."""
    with database.write.begin() as session:
        answers = [session.execute(text(statement)) for statement in statements]
        return [tuple(row) for row in answers[-1]] if answers[-1].returns_rows else []


def test_people_keep_their_names_both_ways(database: Database) -> None:
    migrate.downgrade(database.engine, "0007")
    run(database, USERS, SIGN_INS)
    migrate.upgrade(database.engine)
    with database.read() as session:
        north, glass = session.get_one(User, 1), session.get_one(User, 2)
        assert (north.name, north.given_name, north.family_name) == ("นาย เหนือ ทดสอบ", "นาย เหนือ ทดสอบ", "")
        assert glass.sort_key == sort_key("แก้ว")
    assert run(database, "SELECT user_id, is_staff, how FROM web_sessions ORDER BY id") == [
        (1, True, "password"),
        (2, False, "password"),
    ]
    run(
        database,
        "UPDATE users SET title = 'นาง', given_name = 'เหนือ', family_name = 'ทดสอบ' WHERE id = 1",
        "UPDATE users SET email = NULL WHERE id = 2",
        "INSERT INTO account_links (id, user_id, purpose, created_at, ends_at, email) "
        "VALUES ('x', 2, 'address', '2026-01-01', '2026-01-01', 'c@example.org')",
        "UPDATE web_sessions SET how = 'access_code' WHERE id = 2",
    )
    migrate.downgrade(database.engine, "0007")
    assert run(database, "SELECT name, email FROM users ORDER BY id") == [
        ("นาง เหนือ ทดสอบ", "a@example.org"),
        ("แก้ว", "no-address-2@invalid"),
    ]
    assert run(database, "SELECT id FROM web_sessions") == [(1,)]
    assert run(database, "SELECT id FROM account_links") == []
    migrate.upgrade(database.engine)
    assert migrate.is_current(database.engine)
