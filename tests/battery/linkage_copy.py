"""What a superuser reads in a copy of the database: also who wrote a row when, and what was there before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

SLOT_AT, HEAD = 1, 1  # column of cast_ballots; bytes that say how long a short value is
PERSONS = ("user_id", "actor_id", "voter_id")  # columns that name somebody
OF_THE_VOTE = ("electorate", "question_voters")

VERSIONS = text("""
    SELECT page.n AS page, item.lp, item.t_xmin::text::bigint AS xmin, item.t_xmax::text::bigint AS xmax,
        item.t_attrs AS content
    FROM generate_series(0, pg_relation_size('cast_ballots') / 8192 - 1) AS page(n),
        heap_page_item_attrs(get_raw_page('cast_ballots', page.n::int), 'cast_ballots'::regclass) AS item
    WHERE item.t_attrs IS NOT NULL ORDER BY 1, 2""")
INDEX = text("""
    SELECT item.htid::text AS place, item.data
    FROM generate_series(1, pg_relation_size('pk_cast_ballots') / 8192 - 1) AS page(n),
        bt_page_stats('pk_cast_ballots', page.n::int) AS stats,
        bt_page_items('pk_cast_ballots', page.n::int) AS item
    WHERE stats.type = 'l' AND item.htid IS NOT NULL""")
LIVE = text("SELECT slot, xmin::text::bigint AS xmin, ctid::text AS place, flushed FROM cast_ballots")
LOG = text("SELECT DISTINCT batch, xmin::text::bigint AS xmin FROM log_leaves")


@dataclass(frozen=True)
class Version:
    """A row of cast_ballots as it was once, and as raw bytes."""

    place: tuple[int, int]
    xmin: int
    xmax: int
    raw: bytes


@dataclass(frozen=True)
class Row:
    """A slot as it is. entries: where the index says it was put first."""

    xmin: int
    place: tuple[int, int]
    first_place: tuple[int, int]
    versions: Sequence[Version]

    @property
    def writers(self) -> set[int]:
        """Transactions that wrote it."""
        return {self.xmin, *(version.xmin for version in self.versions)}

    @property
    def born(self) -> int:
        """The first of them that can still be told."""
        return min(self.writers)


@dataclass(frozen=True)
class Trace:
    """A row of some table that names somebody."""

    who: str
    xmin: int
    xmax: int
    place: tuple[int, int]


@dataclass(frozen=True)
class Copy:
    """slots; batches: transaction -> batch; traces: table.column -> rows"""

    slots: Mapping[bytes, Row]
    batches: Mapping[int, int]
    traces: Mapping[str, Sequence[Trace]]


def taken(engine: Engine) -> Copy:
    with engine.connect() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pageinspect"))
        return Copy(
            _slots(connection), {row.xmin: row.batch for row in connection.execute(LOG)}, _traces(connection)
        )


def seen(engine: Engine, before: Mapping[bytes, int]) -> Mapping[bytes, int]:
    """slot -> the transaction that wrote it when it was first seen, with what was seen before."""
    with engine.connect() as connection:
        return {row.slot: row.xmin for row in connection.execute(LIVE)} | before


def watched(copy: Copy, first_seen: Mapping[bytes, int]) -> Copy:
    """The copy of somebody who has looked before."""
    rows = {}
    for slot, row in copy.slots.items():
        first = Version(row.place, first_seen.get(slot, row.xmin), 0, b"")
        rows[slot] = replace(row, versions=[*row.versions, first])
    return replace(copy, slots=rows)


def _slots(connection: Connection) -> Mapping[bytes, Row]:
    versions: dict[bytes, list[Version]] = defaultdict(list)
    for row in connection.execute(VERSIONS):
        content = [bytes(each or b"") for each in row.content]
        version = Version((row.page, row.lp), row.xmin, row.xmax, b"".join(content))
        versions[content[SLOT_AT][HEAD:]].append(version)
    first: dict[bytes, tuple[int, int]] = {}
    for row in connection.execute(INDEX):
        slot = bytes.fromhex(row.data)[4 + HEAD :][:32]  # after the number of the box
        first[slot] = min(_place(row.place), first.get(slot, _place(row.place)))
    return {
        row.slot: Row(row.xmin, _place(row.place), first[row.slot], versions[row.slot])
        for row in connection.execute(LIVE)
    }


def _traces(connection: Connection) -> Mapping[str, Sequence[Trace]]:
    found: dict[str, Sequence[Trace]] = {}
    look = inspect(connection)
    for table in look.get_table_names():
        for column in (each["name"] for each in look.get_columns(table)):
            if column in PERSONS or (table, column) == ("users", "id"):
                found[f"{table}.{column}"] = _of(connection, table, column)
    return found


def _of(connection: Connection, table: str, column: str) -> list[Trace]:
    read = f'SELECT "{column}"::text AS who, xmin::text::bigint AS xmin, xmax::text::bigint AS xmax,'
    rows: Any = connection.execute(
        text(f'{read} ctid::text AS place FROM "{table}" WHERE "{column}" IS NOT NULL')
    )
    return [Trace(row.who, row.xmin, row.xmax, _place(row.place)) for row in rows]


def _place(ctid: str) -> tuple[int, int]:
    page, _, item = ctid.strip("()").partition(",")
    return int(page), int(item)
