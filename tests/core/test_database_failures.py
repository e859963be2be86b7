"""What a person is told when the disk is full or the database is gone, and that it works again afterwards."""

import logging
import sqlite3
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoneFree

from govapp.app import create_app
from govapp.areas.models import Area, AreaKind
from govapp.core.db import Database, connect
from govapp.core.failures import DISK_FULL, NO_ANSWER, OVERRUN, why_unavailable
from govapp.core.web import public
from govapp.core.web import session as request_session
from tests.conftest import config
from tests.postgres import free_port

PAGE_BYTES = 4096


def of_postgresql(kind: type[psycopg.Error]) -> DBAPIError:
    return OperationalError("INSERT", {}, kind("as the server says it"))


def of_sqlite(code: int) -> DBAPIError:
    error = sqlite3.OperationalError("as the library says it")
    error.sqlite_errorcode = code
    return OperationalError("INSERT", {}, error)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (of_postgresql(psycopg.errors.DiskFull), DISK_FULL),
        (of_postgresql(psycopg.errors.TooManyConnections), OVERRUN),
        (of_postgresql(psycopg.errors.AdminShutdown), NO_ANSWER),
        (of_postgresql(psycopg.errors.CannotConnectNow), NO_ANSWER),
        (of_postgresql(psycopg.OperationalError), NO_ANSWER),
        (of_sqlite(sqlite3.SQLITE_FULL), DISK_FULL),
        (of_sqlite(sqlite3.SQLITE_IOERR_SHMSIZE), NO_ANSWER),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), OVERRUN),
        (NoneFree(), OVERRUN),
        (of_postgresql(psycopg.errors.DeadlockDetected), ""),
        (of_sqlite(sqlite3.SQLITE_ERROR), ""),
        (IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation()), ""),
        (IntegrityError("INSERT", {}, sqlite3.IntegrityError()), ""),
        (ProgrammingError("INSERT", {}, psycopg.ProgrammingError("a mistake of ours")), ""),
        (DataError("INSERT", {}, psycopg.DataError("NUL")), ""),
        (RuntimeError("disk full"), ""),
    ],
)
def test_what_is_said_of_an_error(error: Exception, words: str) -> None:
    assert why_unavailable(error) == words


def add_views(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    @app.post("/fill/<int:letters>")
    @public
    def fill(letters: int) -> str:
        area = Area(code="x" * 8, kind=AreaKind.COUNTRY, name_th="x", name_en="x", sort_key="x")
        area.search_text = "x" * letters
        request_session().add(area)
        request_session().flush()
        return "written"

    @app.post("/cut")
    @public
    def cut() -> str:
        """The connection is gone before the commit that comes after the view."""
        session = request_session()
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        with app.extensions["database"].engine.connect() as beside:
            beside.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
        return "written"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_is_a_503_and_is_over_when_there_is_room(database: Database, own_app: Flask) -> None:
    add_views(own_app)
    client = own_app.test_client()
    client.set_cookie("language", "en")
    with database.read() as session:
        pages = session.scalar(text("PRAGMA page_count")) or 0
    room = [pages + 4]

    @event.listens_for(database.engine, "begin")
    def limit(connection) -> None:  # type: ignore[no-untyped-def]
        connection.exec_driver_sql(f"PRAGMA max_page_count = {room[0]}")

    answer = client.post(f"/fill/{100 * PAGE_BYTES}")
    assert answer.status_code == 503
    assert DISK_FULL in answer.get_data(as_text=True)
    room[0] = pages + 1000
    assert client.post(f"/fill/{100 * PAGE_BYTES}").status_code == 200


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_before_the_commit_is_a_503(
    database: Database, own_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    add_views(own_app)
    client = own_app.test_client()
    client.set_cookie("language", "en")
    with caplog.at_level(logging.ERROR, "govapp.web"):
        answer = client.post("/cut")
    body = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert NO_ANSWER in body
    reference = body.split("<code>")[1].split("</code>")[0]
    assert [reference in line for line in caplog.text.splitlines()] == [True], "one line, with the reference"
    assert client.post("/fill/1").status_code == 200


def test_without_a_database_server_a_page_is_a_503(tmp_path: Path) -> None:
    nobody = f"postgresql+psycopg://govapp@127.0.0.1:{free_port()}/nothing"
    client = create_app(config(instance=str(tmp_path), database_url=nobody)).test_client()
    client.set_cookie("language", "en")
    answer = client.get("/rounds")
    assert answer.status_code == 503
    assert NO_ANSWER in answer.get_data(as_text=True)


def test_an_error_names_no_value(database: Database) -> None:
    engine = connect(database.engine.url.render_as_string(hide_password=False))
    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.execute(text("SELECT * FROM nothing WHERE voter = :voter"), {"voter": "opaque-4711"})
    engine.dispose()
    assert "nothing" in str(caught.value)
    assert "opaque-4711" not in str(caught.value)
