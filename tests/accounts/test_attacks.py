"""What somebody without the password, or with an old cookie, tries."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import sign_in as actions
from govapp.accounts.models import WebSession
from govapp.accounts.rules.sign_in import limits
from govapp.app import create_app
from govapp.core import clock
from govapp.core.db import Database
from govapp.core.throttle import count_try
from tests import make
from tests.conftest import config

EMAIL = "admin@example.org"


@pytest.fixture
def visitor(database: Database, own_app: Flask) -> FlaskClient:
    """A visitor of an app with real transactions, which knows one person."""
    with database.write() as session:
        make.person(session, EMAIL)
    client = own_app.test_client()
    client.set_cookie("language", "en")
    return client


def csrf(client: FlaskClient, path: str = "/sign-in") -> str:
    return client.get(path).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


def sign_in(client: FlaskClient, password: str = make.PASSWORD, email: str = EMAIL, **given: str) -> int:
    data = {"email": email, "password": password, "csrf_token": csrf(client)}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.1"} | given).status_code


@pytest.mark.parametrize("email", [EMAIL, " ADMIN@example.org", "nobody@example.org"])
def test_the_sixth_try_in_a_minute_is_refused_even_with_the_right_password(
    visitor: FlaskClient, email: str
) -> None:
    assert [sign_in(visitor, "wrong", email) for _ in range(6)] == [422] * 5 + [429]
    if "admin" in email.lower():
        assert sign_in(visitor) == 429
        with clock.stopped(clock.now() + timedelta(seconds=61)):
            assert sign_in(visitor) == 303


def try_nineteen_accounts(database: Database) -> None:
    for number in range(19):
        count_try(database, limits("sign-in", f"{number}@example.org", "192.0.2.1"))


def test_one_address_tries_twenty_times_a_minute_and_no_more(
    visitor: FlaskClient, database: Database
) -> None:
    try_nineteen_accounts(database)
    assert [sign_in(visitor, "wrong", f"x{number}@example.org") for number in range(2)] == [422, 429]
    assert sign_in(visitor, REMOTE_ADDR="192.0.2.2") == 303, "the control: somebody else may"


def test_the_address_is_not_what_the_visitor_says(visitor: FlaskClient, database: Database) -> None:
    try_nineteen_accounts(database)
    assert sign_in(visitor, "wrong", HTTP_X_FORWARDED_FOR="198.51.100.1") == 422
    assert sign_in(visitor, HTTP_X_FORWARDED_FOR="198.51.100.2") == 429


def test_the_right_password_forgets_the_wrong_ones(visitor: FlaskClient) -> None:
    for _ in range(3):
        assert [sign_in(visitor, "wrong") for _ in range(4)] == [422] * 4
        assert sign_in(visitor) == 303
        visitor.delete_cookie("session")


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("", "", True),
    ],
)
def test_an_address_of_ipv6_is_its_whole_network(address: str, other: str, same: bool) -> None:
    assert (limits("sign-in", "a", address) == limits("sign-in", "a", other)) is same


def as_staff(database: Database) -> None:
    """Only sign-ins of staff note when they are used."""
    with database.write.begin() as session:
        session.scalars(select(WebSession)).one().is_staff = True


def test_a_deed_after_a_pause_does_not_wait_for_itself(visitor: FlaskClient, database: Database) -> None:
    """Noting the use of a sign-in must not wait for a lock that the same request holds."""
    sign_in(visitor)
    as_staff(database)
    token = csrf(visitor, "/")
    with clock.stopped(clock.now() + timedelta(minutes=2)):
        assert visitor.post("/sign-out", data={"csrf_token": token}).status_code == 303


def test_a_refused_deed_still_keeps_the_sign_in_awake(visitor: FlaskClient, database: Database) -> None:
    sign_in(visitor)
    as_staff(database)
    with clock.stopped(later := clock.now() + timedelta(minutes=2)):
        token = csrf(visitor, "/account/password")
        with database.write.begin() as session:
            session.scalars(select(WebSession)).one().used_at = later - timedelta(minutes=2)
        answer = visitor.post("/account/password", data={"csrf_token": token, "odd": "1"})
        assert answer.status_code == 400
        with database.read() as session:
            assert session.scalars(select(WebSession)).one().used_at == later


def test_a_password_may_begin_and_end_with_spaces(visitor: FlaskClient, database: Database) -> None:
    spaced = "  a password with spaces  "
    with database.write.begin() as session:
        actions.create_admin(session, EMAIL, "a", spaced)
    assert sign_in(visitor, spaced.strip()) == 422
    assert sign_in(visitor, spaced) == 303


def test_a_nul_is_refused_and_not_an_accident(visitor: FlaskClient) -> None:
    assert sign_in(visitor, email="a\0@example.org") == 400


def test_ended_sign_ins_are_taken_away(visitor: FlaskClient, database: Database) -> None:
    sign_in(visitor)
    visitor.delete_cookie("session")
    with clock.stopped(clock.now() + timedelta(hours=13)):
        sign_in(visitor)
    with database.read() as session:
        assert len(session.scalars(select(WebSession)).all()) == 1


@pytest.mark.parametrize(("url", "name"), [("https://x.example", "__Host-session"), ("http://x", "session")])
def test_the_cookie_obeys_the_rules_of_its_name(session: Session, url: str, name: str) -> None:
    app = create_app(config(public_url=url))
    set_cookie = app.test_client().get("/sign-in", base_url=url).headers["Set-Cookie"]
    parts = {part.strip() for part in set_cookie.split(";")[1:]}
    assert set_cookie.startswith(f"{name}=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert ("Secure" in parts) is (name == "__Host-session")
    assert not any(part.startswith("Domain") for part in parts)
