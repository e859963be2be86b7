"""The seam: transactions, doors, refusals, headers, languages."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from govapp.accounts.actions import sign_in as actions
from govapp.areas.models import Area, AreaKind
from govapp.core.db import Database
from govapp.core.errors import Denied, Missing, NotNow, Refused, TooLarge, TooMany, Unreadable
from govapp.core.web import local_path, public
from govapp.core.web import session as request_session
from tests import make

REFUSALS = {
    400: Refused,
    403: Denied,
    404: Missing,
    409: NotNow,
    413: TooLarge,
    422: Unreadable,
    429: TooMany,
}


def add_views(app: Flask) -> None:
    @app.get("/refuse/<int:status>")
    @public
    def refuse(status: int) -> str:
        if status == 500:
            raise RuntimeError("a secret of the server")
        raise REFUSALS[status]()

    @app.route("/write/<int:status>", methods=["GET", "POST"])
    @public
    def write(status: int) -> tuple[str, int]:
        row = Area(code="w", kind=AreaKind.COUNTRY, name_th="x", name_en="x", sort_key="x", search_text="x")
        request_session().add(row)
        return "written", status


@pytest.mark.parametrize("status", [*REFUSALS, 500])
@pytest.mark.parametrize("language", ["th", "en"])
def test_a_refusal_is_a_page_with_a_reference_and_no_secrets(app: Flask, status: int, language: str) -> None:
    add_views(app)
    client = app.test_client()
    client.set_cookie("language", language)
    answer = client.get(f"/refuse/{status}")
    body = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert f'<html lang="{language}">' in body
    assert re.search(r"<code>[0-9A-F]{8}</code>", body)
    assert "secret" not in body
    assert "Traceback" not in body


def test_the_page_of_an_accident_needs_no_database(own_app: Flask, database: Database) -> None:
    with database.write() as session:
        user = make.admin(session)
        make.second_factor(session, user)
        token = actions.open_sign_in(session, user, timedelta(hours=1), "")
        session.commit()
    client = own_app.test_client()
    client.set_cookie("language", "en")
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token
    assert client.get("/staff/rounds/import").status_code == 200, "the control: signed in"
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE web_sessions RENAME TO gone"))
    answer = client.get("/staff/rounds/import")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.get_data(as_text=True)


def test_a_refusal_under_htmx_is_shown_above_the_page(app: Flask) -> None:
    add_views(app)
    answer = app.test_client().get("/refuse/409", headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.headers["HX-Reselect"] == "#refusal"


def test_405_says_what_is_allowed(client: FlaskClient) -> None:
    answer = client.post("/rounds", data={})
    assert answer.status_code in (403, 405)
    assert client.get("/sign-out").status_code == 405
    assert "POST" in client.get("/sign-out").headers["Allow"]


def test_what_is_refused_leaves_no_trace(database: Database, own_app: Flask) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = False
    add_views(own_app)
    client = own_app.test_client()
    for status, rows in ((422, 0), (500, 0), (200, 1)):
        client.post(f"/write/{status}")
        with database.read() as session:
            assert len(session.scalars(select(Area)).all()) == rows


def test_looking_never_writes(database: Database, own_app: Flask) -> None:
    add_views(own_app)
    own_app.test_client().get("/write/200")
    with database.read() as session:
        assert session.scalars(select(Area)).all() == []


def test_every_page_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/", "/rounds", "/no-such-page", "/sign-in"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/rounds?q=a b", "/"),
        ("/rounds?q=a", "/rounds?q=a"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/%2f/ok", "/%2f/ok"),
        ("/\tx", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_no_way_leads_out(target: str | None, path: str) -> None:
    assert local_path(target) == path


def test_a_form_from_elsewhere_is_refused(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"email": "a@b.example", "password": "x" * 12, "csrf_token": token}
    assert client.post("/sign-in", data=data | {"csrf_token": ""}).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/sign-in", data=data, headers=elsewhere).status_code == 403
    assert client.post("/sign-in", data=data).status_code == 422, "the control: this form is read"


def test_an_unknown_field_is_refused(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"email": "a@b.example", "password": "x", "csrf_token": token, "is_admin": "1"}
    assert client.post("/sign-in", data=data).status_code == 400


def test_the_language_is_kept_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/language/th?next=/rounds")
    assert answer.headers["Location"] == "/rounds"
    assert '<html lang="th">' in client.get("/").get_data(as_text=True)
    assert client.get("/language/xx").status_code == 404
    assert client.get("/language/en?next=//evil.example").headers["Location"] == "/"


def test_static_files_are_kept_for_a_year_and_pages_are_not(client: FlaskClient, session: Session) -> None:
    assert "immutable" in client.get("/static/app.css?v=1").headers["Cache-Control"]
    assert client.get("/").headers["Cache-Control"] == "no-cache, private"
    assert {"Cookie", "HX-Request"} <= set(client.get("/").vary)
