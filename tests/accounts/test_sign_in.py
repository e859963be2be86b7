from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import sign_in as actions
from govapp.accounts.models import User, WebSession
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.errors import Unreadable

PASSWORD = "correct horse battery"


@pytest.fixture
def admin(session: Session) -> User:
    user = actions.create_admin(session, "Admin@Example.org", "ผู้ดูแล", PASSWORD)
    session.commit()
    return user


def sign_in(
    client: FlaskClient, password: str = PASSWORD, email: str = "admin@example.org", onward: str = "/"
) -> int:
    page = client.get(f"/sign-in?next={onward}").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"email": email, "password": password, "csrf_token": token, "next": onward}
    return client.post("/sign-in", data=data).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/staff/rounds/import").status_code == 200


def test_the_right_password_opens_the_door(client: FlaskClient, admin: User) -> None:
    assert not is_in(client)
    assert sign_in(client) == 303
    assert is_in(client)


@pytest.mark.parametrize(
    ("password", "email"), [("wrong", "admin@example.org"), (PASSWORD, "nobody@example.org")]
)
def test_a_wrong_one_does_not_and_says_the_same(
    client: FlaskClient, admin: User, password: str, email: str
) -> None:
    assert sign_in(client, password, email) == 422
    assert not is_in(client)


def test_signing_out_ends_it_on_the_server(client: FlaskClient, app: Flask, admin: User) -> None:
    sign_in(client)
    stolen = client.get_cookie("session")
    assert stolen is not None
    page = client.get("/staff/rounds/import").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", stolen.value)
    assert not is_in(thief)


def test_the_session_of_before_is_worth_nothing_after(client: FlaskClient, app: Flask, admin: User) -> None:
    client.get("/sign-in")
    before = client.get_cookie("session")
    assert before is not None
    sign_in(client)
    fixed = app.test_client()
    fixed.set_cookie("session", before.value)
    assert not is_in(fixed)


def test_the_token_lies_in_the_database_only_as_a_hash(
    client: FlaskClient, session: Session, admin: User
) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["sign_in"]
    row = session.scalars(select(WebSession)).one()
    assert row.token_sha256 == actions.hashed(token) != token


@pytest.mark.parametrize(("minutes", "still_in"), [(29, True), (31, False)])
def test_an_idle_sign_in_ends(client: FlaskClient, admin: User, minutes: int, still_in: bool) -> None:
    sign_in(client)
    with clock.stopped(clock.now() + timedelta(minutes=minutes)):
        assert is_in(client) is still_in


def test_a_busy_sign_in_ends_too(client: FlaskClient, admin: User) -> None:
    start = clock.now()
    sign_in(client)
    for minutes in range(0, 12 * 60 - 1, 20):
        with clock.stopped(start + timedelta(minutes=minutes)):
            assert is_in(client)
    with clock.stopped(start + timedelta(hours=12, seconds=1)):
        assert not is_in(client)


def test_pages_of_a_person_are_not_kept_by_caches(client: FlaskClient, admin: User) -> None:
    sign_in(client)
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_a_new_password_ends_old_sign_ins(client: FlaskClient, session: Session, admin: User) -> None:
    sign_in(client)
    actions.create_admin(session, admin.email, admin.name, "another long password")
    session.commit()
    assert not is_in(client)


def test_a_short_password_is_refused(session: Session) -> None:
    with pytest.raises(Unreadable, match="12 characters"):
        actions.create_admin(session, "a@example.org", "a", "short")


def test_deeds_are_in_the_log_without_the_address(client: FlaskClient, session: Session, admin: User) -> None:
    sign_in(client)
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [row.event for row in rows] == ["AdminCreated", "SignedIn"]
    assert "example.org" not in str([row.details for row in rows])
