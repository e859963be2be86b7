"""A citizen who looks around leaves no trace: the vote is secret also in the database's own marks."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from govapp.accounts.models import User, WebSession
from govapp.core import clock
from govapp.core.db import Database
from tests import make
from tests.forms import send

WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|MERGE|REPLACE|TRUNCATE|COPY)\b|FOR (UPDATE|SHARE|NO KEY|KEY)", re.I
)


def enter(client: FlaskClient, user: User) -> None:
    assert send(client, "/sign-in", email=user.email or "", password=make.PASSWORD).status_code == 303


def pages(app: Flask) -> list[str]:
    """Every address without a part to fill in that can be looked at."""
    rules = app.url_map.iter_rules()
    return sorted(rule.rule for rule in rules if "GET" in (rule.methods or ()) and "<" not in rule.rule)


def someone(database: Database, is_staff: bool = False) -> User:
    with database.write() as session:
        user = make.user(session)
        if is_staff:
            make.give(session, user)
        session.refresh(user)
        session.expunge(user)
    return user


def test_looking_at_pages_writes_nothing_at_all(
    database: Database, own_app: Flask, statements: list[str]
) -> None:
    client = own_app.test_client()
    enter(client, someone(database))
    before = marks(database)
    seen = 0
    with clock.stopped(clock.now() + timedelta(minutes=4)):
        statements.clear()
        for path in pages(own_app):
            seen += client.get(path).status_code == 200
        assert [each for each in statements if WRITES.search(each)] == []
    assert seen > 15
    with clock.stopped(clock.now() + timedelta(hours=11)):
        assert client.get("/account").status_code == 200, "no idle time"
    assert marks(database) == before


def test_the_control_staff_is_noted(database: Database, own_app: Flask, statements: list[str]) -> None:
    client = own_app.test_client()
    enter(client, someone(database, is_staff=True))
    with clock.stopped(clock.now() + timedelta(minutes=4)):
        statements.clear()
        client.get("/")
        assert [each for each in statements if WRITES.search(each)] != []


def marks(database: Database) -> list[tuple[object, ...]]:
    """The rows of sign-ins and people with what PostgreSQL itself writes beside them."""
    hidden = ", xmin, xmax, ctid" if database.engine.dialect.name == "postgresql" else ""
    with database.read() as session:
        found: list[tuple[object, ...]] = []
        for table in ("web_sessions", "users"):
            found += [tuple(map(str, row)) for row in session.execute(text(f"SELECT *{hidden} FROM {table}"))]
    return found


def test_a_sign_in_of_a_citizen_ends_after_its_hours(database: Database, own_app: Flask) -> None:
    client = own_app.test_client()
    enter(client, someone(database))
    for hours, status in ((11.9, 200), (12.1, 303)):
        with clock.stopped(clock.now() + timedelta(hours=hours)):
            assert client.get("/account").status_code == status, hours


def test_the_list_of_sign_ins_tells_when_staff_were_there_last_and_of_citizens_not(
    database: Database, own_app: Flask
) -> None:
    client = own_app.test_client()
    client.set_cookie("language", "en")
    enter(client, someone(database))
    assert "not noted" in client.get("/account/sessions").get_data(as_text=True)
    with database.write.begin() as session:
        session.scalars(select(WebSession)).one().is_staff = True
    assert "not noted" not in client.get("/account/sessions").get_data(as_text=True)
