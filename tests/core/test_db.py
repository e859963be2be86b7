"""What the sessions promise beyond SQLAlchemy."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from govapp.core.db import Database, after_commit


def test_after_commit_waits_for_the_commit_and_forgets_what_is_rolled_back(database: Database) -> None:
    done: list[str] = []
    with database.write() as session:
        session.execute(text("SELECT 1"))
        after_commit(session, lambda: done.append("lost"))
        with session.begin_nested():
            session.execute(text("SELECT 1"))
        assert done == [], "a savepoint that is released is no commit"
        session.rollback()
        session.execute(text("SELECT 1"))
        session.commit()
        assert done == []
        session.execute(text("SELECT 1"))
        after_commit(session, lambda: done.append("kept"))
        session.commit()
        session.execute(text("SELECT 1"))
        session.commit()
    assert done == ["kept"]


def test_an_error_of_the_database_never_quotes_values(database: Database) -> None:
    with database.read() as session, pytest.raises(DBAPIError) as raised:
        session.execute(text("SELECT no_such_column WHERE :voter = ''"), {"voter": "somebody's secret"})
    assert "somebody's secret" not in str(raised.value)
