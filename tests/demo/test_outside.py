"""Outside the demo there are no such people, and where they are the app does no work."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.app import commands
from govapp.core.audit import AuditEntry
from govapp.demo import actions, queries
from govapp.demo.people import PEOPLE
from tests import make, statements
from tests.conftest import app_on, config
from tests.make import SIGNING_KEY

SAYS = "set GOVAPP_DATABASE_URL to another database"
PAGES = ("/", "/rounds", "/sign-in", "/desk", "/health", "/no-such-page")


@pytest.fixture
def app(session: Session, tmp_path: Path) -> Flask:
    return app_on(session, config(instance=str(tmp_path)))


def run(app: Flask, *words: str) -> tuple[int, str]:
    found = app.test_cli_runner().invoke(commands, words)
    return found.exit_code, found.output


def test_there_is_no_such_page(app: Flask, client: FlaskClient) -> None:
    assert client.get("/demo").status_code == 404
    token = make.csrf(client, "/sign-in")
    assert client.post("/demo/thana", data={"csrf_token": token}).status_code == 404
    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("demo.")]
    for path in ("/", "/sign-in"):
        assert "/demo" not in client.get(path).get_data(as_text=True)


def test_a_real_database_is_asked_once(client: FlaskClient, session: Session) -> None:
    with statements.noted(session) as asked:
        assert client.get("/static/app.css").status_code == 200
        assert asked == []
        assert [client.get(path).status_code for path in ("/", "/rounds", "/sign-in")] == [200, 200, 200]
    assert len([statement for statement in asked if "audit_entries" in statement]) == 1


@pytest.mark.usefixtures("people")
def test_no_page_works_where_demo_people_are(client: FlaskClient) -> None:
    for path in PAGES:
        found = client.get(path)
        assert found.status_code == 503 or (path, found.status_code) == ("/desk", 303)
        assert path == "/desk" or SAYS in found.get_data(as_text=True)
    thai = client.application.test_client().get("/")
    assert "GOVAPP_DATABASE_URL" in thai.get_data(as_text=True)
    assert client.get("/static/app.css").status_code == 200


@pytest.mark.usefixtures("people")
def test_nobody_gets_in_there(app: Flask, client: FlaskClient, session: Session) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # as if a form had been opened before
    own = make.admin(session, "visitor@example.org")  # who tried the demo, and made themselves powerful
    for email in (own.email, *(person.email for person in PEOPLE)):
        tried = client.post("/sign-in", data={"email": email, "password": make.PASSWORD})
        assert tried.status_code == 503
    token = actions.become(session, queries.users(session)["thana"], timedelta(hours=1), "")
    session.commit()
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token  # from when it was the demo
    assert client.get("/desk").status_code == 503


def test_the_same_person_gets_in_where_there_are_none(client: FlaskClient, session: Session) -> None:
    own = make.admin(session, "visitor@example.org")
    make.enter(client, session, own)
    assert client.get("/desk").status_code == 200


@pytest.mark.usefixtures("people")
def test_renaming_the_people_does_not_make_it_a_real_database(session: Session) -> None:
    for user in queries.users(session).values():
        user.email, user.family_name = None, ""
    session.commit()
    with pytest.raises(queries.DemoOutside):
        queries.refuse_people(session)
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(delete(AuditEntry).where(AuditEntry.event == "DemoPeopleAdded"))


@pytest.mark.parametrize("command", [("worker", "--once"), ("serve",)])
def test_work_and_service_do_not_begin(own_app: Flask, command: tuple[str, ...]) -> None:
    with own_app.extensions["database"].write.begin() as session:
        actions.load_people(session, SIGNING_KEY)
    code, said = run(own_app, *command)
    assert code == 1
    assert SAYS in said


def test_work_begins_on_a_real_database(own_app: Flask) -> None:
    assert run(own_app, "worker", "--once")[0] == 0


def test_people_are_not_loaded_outside_the_demo(own_app: Flask) -> None:
    code, said = run(own_app, "demo", "load")
    assert code == 1
    assert "GOVAPP_DEMO=1" in said
    with own_app.extensions["database"].read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0
