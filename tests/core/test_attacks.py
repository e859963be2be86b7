"""Hostile addresses, headers and moments. What hostile files do is in tests/budgeting/test_attacks.py."""

import os
import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from govapp.areas.models import Area, AreaKind
from govapp.core import migrate
from govapp.core.db import Database
from govapp.core.files.keeping import StoredFile, keep
from govapp.core.files.kinds import Kind, Upload
from govapp.core.web import public
from govapp.core.web import session as request_session
from tests import make
from tests.conftest import DATABASES, new_database


def csrf(client: FlaskClient, path: str = "/sign-in") -> str:
    return client.get(path).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


@pytest.fixture
def staff(client: FlaskClient, session: Session) -> FlaskClient:
    make.enter(client, session, make.admin(session))
    return client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rounds/2147483648", 404),
        ("/rounds/99999999999999999999999", 404),
        ("/rounds/1/projects/99999999999999999999", 404),
        ("/staff/rounds/import/99999999999999999999", 404),
        ("/rounds/1/trace/%0d%0aX:1.json", 404),
        ("/rounds?page=999999999999", 200),
        ("/rounds?page=-1", 200),
        ("/rounds?q=" + "a%20" * 2000, 200),
        ("/rounds?q=%ff%fe", 200),
        ("/rounds?q=%00", 400),
        ("/rounds?q=x&q=%00", 400),
    ],
)
def test_no_address_is_an_accident(staff: FlaskClient, path: str, status: int) -> None:
    assert staff.get(path).status_code == status


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "FOO"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-out", "/staff/rounds/import"])
def test_other_methods_do_nothing_odd(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code in (200, 303, 403, 405)
    if method not in ("HEAD", "OPTIONS"):
        assert answer.status_code in (403, 405)


def test_a_refusal_under_static_is_as_private_as_any_page(staff: FlaskClient) -> None:
    """Else a person led to such an address leaves name and form token in every cache on the way."""
    answer = staff.get("/static/no-such.css?v=1")
    assert "ผู้ดูแลทดสอบ" in answer.get_data(as_text=True), "the control: it is personal"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_with_a_secret_is_not_compressed(client: FlaskClient) -> None:
    gzip = {"Accept-Encoding": "gzip"}
    assert client.get("/", headers=gzip).headers.get("Content-Encoding") == "gzip", "the control"
    answer = client.get("/sign-in", headers=gzip)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("site", "status"),
    [("cross-site", 403), ("same-site", 403), ("same-origin", 422), ("none", 422), (None, 422)],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_only_our_own_pages_send_forms(
    client: FlaskClient, site: str | None, status: int, htmx: bool
) -> None:
    data = {"email": "", "password": "", "csrf_token": csrf(client)}
    headers = {"Sec-Fetch-Site": site} if site else {}
    headers |= {"HX-Request": "true"} if htmx else {}
    assert client.post("/sign-in", data=data, headers=headers).status_code == status


def test_a_refused_form_is_answered_in_the_visitors_language(app: Flask, client: FlaskClient) -> None:
    thai = app.test_client()
    thai.set_cookie("language", "th")
    assert '<html lang="th">' in thai.get("/").get_data(as_text=True), "the same thread spoke Thai before"
    assert '<html lang="en">' in client.post("/sign-in", data={}).get_data(as_text=True)


def test_a_false_host_is_not_where_redirects_lead(client: FlaskClient) -> None:
    answer = client.get("/staff/rounds/import", headers={"Host": "evil.example"})
    assert answer.headers["Location"].startswith("/sign-in?")
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert "evil.example" not in client.get("//rounds", headers=forwarded).headers["Location"]


def test_a_commit_that_fails_is_a_refusal_and_leaves_nothing(own_app: Flask, database: Database) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = False

    @own_app.post("/write/<int:fails>")
    @public
    def write(fails: int) -> str:
        row = Area(code="w", kind=AreaKind.ELSEWHERE, name_th="x", name_en="x", sort_key="x", search_text="x")
        request_session().add(row)
        if fails:
            event.listen(request_session(), "before_commit", _full)
        return "written"

    for fails, status, rows in ((1, 500, 0), (0, 200, 1)):
        assert own_app.test_client().post(f"/write/{fails}").status_code == status
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(Area)) == rows


def _full(_: Session) -> None:
    raise OSError("the disk is full")


def test_a_file_brought_twice_at_one_moment_is_kept_once(database: Database) -> None:
    both = threading.Barrier(2)
    ids = []

    def bring() -> None:
        with database.write.begin() as session:
            if database.engine.dialect.name == "postgresql":
                session.scalar(select(func.count()).select_from(StoredFile))
                both.wait()  # neither sees the other's row; SQLite lets only one in
            ids.append(keep(session, Upload(Kind.PB, b"content")).id)

    together(bring, bring)
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.parametrize("kind", DATABASES)
def test_migrations_begun_by_several_processes_are_done_once(kind: str, tmp_path: Path) -> None:
    url = new_database(kind, tmp_path, f"race_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    databases = [Database(url) for _ in range(2)]
    done = []
    together(*[lambda own=own: done.append(migrate.upgrade(own.engine)) for own in databases])  # type: ignore[misc]
    assert len(done) == 2
    assert migrate.is_current(databases[0].engine)
    for database in databases:
        database.engine.dispose()


def together(*deeds) -> None:  # type: ignore[no-untyped-def]
    threads = [threading.Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
