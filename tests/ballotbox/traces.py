"""What the tables of a box tell, read as somebody would who took a copy: which row names what."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, inspect, text

PUBLISHED = {"log_leaves", "log_bodies", "openings", "box_bundles"}
MAY_NAME: Mapping[str, set[str]] = {  # kind of name -> tables that may hold it
    "voter": {"electorate", "question_voters"},  # who is which voter, and no more
    "slot": {"cast_ballots"},
    "leaf": PUBLISHED,
    "waiting leaf": set(),
    "form token": set(),
    "receipt": set(),
    "key": set(),
}


def joins(engine: Engine, names: Mapping[str, Iterable[str | bytes]]) -> list[str]:
    """Each row that names what its table must not, or two kinds of things at once."""
    told = {kind: [_written(each) for each in some] for kind, some in names.items()}
    found = []
    for table, row in rows(engine):
        kinds = {kind for kind, some in told.items() if any(each in row for each in some)}
        if len(kinds) > 1 or any(table not in MAY_NAME[kind] for kind in kinds):
            found.append(f"{table} names {', '.join(sorted(kinds))}")
    return found


def rows(engine: Engine) -> Iterator[tuple[str, str]]:
    """(table, all values of a row as one text; bytes as hexadecimal digits)"""
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                yield table, " ".join(_written(value) for value in row)


def _written(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
