"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

AT_ONCE = 10_000


def copy_in(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows as they are, in the caller's transaction.

    table, columns  from code, never from outside
    rows            plain values (text, numbers, None), for no type of a model converts them; making them
                    must ask nothing of this session, whose connection is busy
    """
    connection, named = session.connection(), ", ".join(columns)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places, left = ", ".join("?" * len(columns)), iter(rows)
    while chunk := list(islice(left, AT_ONCE)):
        connection.exec_driver_sql(f"INSERT INTO {table} ({named}) VALUES ({places})", chunk)


def look_again(session: Session, table: str) -> None:
    """Tell PostgreSQL that a table has grown: it would go on planning as if it were empty."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ANALYZE {table}"))
