"""Every page of a long log is found by an index, in the index's own order, on both databases.

The plans are the same at 200,000 rows; so many take too long to write down for a test.
"""

from datetime import date
from typing import Any

from sqlalchemy import event, text

from govapp.accounts.models.posts import Role
from govapp.areas.models import Area, AreaKind
from govapp.core.db import Database
from govapp.portal.queries import audit
from govapp.portal.queries.audit import Wish
from tests import make

COUNTRY = Area(id=1, kind=AreaKind.COUNTRY)
ROWS = 20_000
NUMBERS = {
    "sqlite": f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})",
    "postgresql": f"WITH n AS (SELECT i FROM generate_series(1, {ROWS}) AS s(i))",
}
MOMENT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', '2026-01-01', (i * 20) || ' minutes') || '.000000'",
    "postgresql": "timestamp '2026-01-01' + i * interval '20 minutes'",
}
EVENT = "CASE WHEN i % 2 = 0 THEN 'SignedIn' WHEN i % 50 = 1 THEN 'GrantEnded' ELSE 'DutyDone' END"
DETAILS = """'{"post_id": ' || i % 60 || '}'"""
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}
MIDDLE = ROWS // 2


def fill(database: Database) -> None:
    kind = database.engine.dialect.name
    moment, json = MOMENT[kind], f"CAST({DETAILS} AS JSON)" if kind == "postgresql" else DETAILS
    with database.write.begin() as session:
        for into, values in (
            ("audit_entries (id, at, actor_id, event, details)", f"i, {moment}, i % 50, {EVENT}, {json}"),
            ("audit_objects (kind, object_id, at, entry_id)", f"'post', i % 60, {moment}, i"),
            ("audit_objects (kind, object_id, at, entry_id)", f"'user', i % 40, {moment}, i"),
            ("audit_seals (id, entry_id, digest)", "i, i, 'x'"),
        ):
            session.execute(text(f"INSERT INTO {into} {NUMBERS[kind]} SELECT {values} FROM n"))
        session.execute(text("ANALYZE"))


def plan(database: Database, ask: Any) -> str:
    """How the database goes about the last query that was asked."""
    asked: list[tuple[str, Any]] = []

    def listen(*call: Any) -> None:
        asked.append((call[2], call[3]))

    with database.read() as session:
        event.listen(database.engine, "before_cursor_execute", listen)
        ask(session)
        event.remove(database.engine, "before_cursor_execute", listen)
        statement, values = asked[-1]
        explain = EXPLAIN[database.engine.dialect.name] + statement
        return "\n".join(str(row[-1]) for row in session.connection().exec_driver_sql(explain, values))


def reads_everything(found: str) -> bool:
    lines = [line for line in found.splitlines() if "audit_" in line]
    return any("Seq Scan" in line or ("SCAN" in line and "INDEX" not in line) for line in lines)


def sorts(found: str) -> bool:
    return "Sort" in found or "TEMP B-TREE" in found


ONE_INDEX = {  # a whole page in the order of one index
    "everything": (Wish(), "at_id"),
    "days": (Wish(first=date(2026, 3, 1), last=date(2026, 3, 2)), "at_id"),
    "a kind": (Wish(event="GrantEnded"), "event_at_id"),
    "a person": (Wish(actor_id=7), "actor_id_at_id"),
    "a thing": (Wish(thing=("post", 12)), "audit_objects"),
    "a thing since": (Wish(thing=("post", 12), first=date(2026, 3, 1)), "audit_objects"),
    "words of a common kind": (Wish(words="signed in"), "at_id"),
}
BOTH = {
    "a person and a kind": Wish(actor_id=7, event="DutyDone"),
    "a person and a thing": Wish(actor_id=7, thing=("post", 7)),
    "words and days": Wish(words="duty", first=date(2026, 3, 1), last=date(2026, 3, 2)),
    "words that nothing says": Wish(words="elephant"),
}


def test_pages_are_found_by_an_index(database: Database) -> None:
    fill(database)
    for name, (wish, index) in ONE_INDEX.items():
        for before in (None, MIDDLE):
            found = plan(database, lambda session, w=wish, b=before: audit.entries(session, w, b))
            assert index in found, (name, found)
            assert not reads_everything(found), (name, found)
            assert not sorts(found), (name, found)
    for name, wish in BOTH.items():
        found = plan(database, lambda session, w=wish: audit.entries(session, w))
        assert not reads_everything(found), (name, found)
    found = plan(database, lambda session: audit.is_noted(session, 7, [12]))
    assert not reads_everything(found), found
    found = plan(
        database, lambda session: audit.due(session, make.holder(Role.AUDITOR, COUNTRY).grants[0].post)
    )
    assert not reads_everything(found), found
    unfit = plan(database, lambda session: session.execute(text("SELECT * FROM audit_seals ORDER BY digest")))
    assert reads_everything(unfit), "such plans are found"
    assert sorts(unfit)
