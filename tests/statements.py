"""Counting what is asked of the database: times differ from day to day, counts do not."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session


@contextmanager
def noted(where: Session | Engine) -> Iterator[list[str]]:
    """The statements that are sent during the block, in order; what only marks a savepoint is left out."""
    seen: list[str] = []
    bind = where.get_bind() if isinstance(where, Session) else where

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(bind, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(bind, "before_cursor_execute", note)


def of_page(session: Session, client: FlaskClient, path: str) -> int:
    """How many statements a page takes when nothing is loaded yet."""
    session.expire_all()
    with noted(session) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


CASTS = (["INSERT INTO cast_ballots"], ["SELECT cast_first_ballot"])  # all that a first ballot writes
_LOOKS = re.compile(r"(SELECT(?! cast_first_ballot)|BEGIN|PRAGMA)")


def written(run: list[str]) -> list[str]:
    """The beginning of each statement that writes, up to the first bracket."""
    return [each.split("(")[0].strip() for each in run if not _LOOKS.match(each.lstrip())]
