import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import sign_in as actions
from govapp.accounts.models import User, WebSession
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.errors import Unreadable
from tests import make


@pytest.fixture
def admin(session: Session) -> User:
    user = actions.create_admin(session, "Admin@Example.org", "ผู้ดูแล", make.PASSWORD)
    session.commit()
    return user


@pytest.fixture
def secret(session: Session, admin: User) -> str:
    return make.second_factor(session, admin)


def sign_in(
    client: FlaskClient, secret: str, password: str = make.PASSWORD, email: str = "admin@example.org"
) -> int:
    """The status of the last step that was reached."""
    first = make.post(client, "/sign-in", email=email, password=password)
    if first.status_code != 303:
        return int(first.status_code)
    return int(make.post(client, "/sign-in/code", code=make.code(secret)).status_code)


def is_in(client: FlaskClient) -> bool:
    return client.get("/staff/rounds/import").status_code == 200


def test_the_right_password_opens_the_door(client: FlaskClient, admin: User, secret: str) -> None:
    assert not is_in(client)
    assert sign_in(client, secret) == 303
    assert is_in(client)


@pytest.mark.parametrize(
    ("password", "email"), [("wrong", "admin@example.org"), (make.PASSWORD, "nobody@example.org")]
)
def test_a_wrong_one_does_not_and_says_the_same(
    client: FlaskClient, admin: User, secret: str, password: str, email: str
) -> None:
    assert sign_in(client, secret, password, email) == 422
    assert not is_in(client)


def test_signing_out_ends_it_on_the_server(client: FlaskClient, app: Flask, admin: User, secret: str) -> None:
    sign_in(client, secret)
    stolen = client.get_cookie("session")
    assert stolen is not None
    page = client.get("/staff/rounds/import").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", stolen.value)
    assert not is_in(thief)


def test_the_session_of_before_is_worth_nothing_after(
    client: FlaskClient, app: Flask, admin: User, secret: str
) -> None:
    client.get("/sign-in")
    before = client.get_cookie("session")
    assert before is not None
    sign_in(client, secret)
    fixed = app.test_client()
    fixed.set_cookie("session", before.value)
    assert not is_in(fixed)


def test_the_token_lies_in_the_database_only_as_a_hash(
    client: FlaskClient, session: Session, admin: User, secret: str
) -> None:
    sign_in(client, secret)
    with client.session_transaction() as cookie:
        token = cookie["sign_in"]
    row = session.scalars(select(WebSession)).one()
    assert row.token_sha256 == actions.hashed(token) != token


@pytest.mark.parametrize(("minutes", "still_in"), [(29, True), (31, False)])
def test_an_idle_sign_in_ends(
    client: FlaskClient, admin: User, secret: str, minutes: int, still_in: bool
) -> None:
    sign_in(client, secret)
    with clock.stopped(clock.now() + timedelta(minutes=minutes)):
        assert is_in(client) is still_in


def test_a_busy_sign_in_ends_too(client: FlaskClient, admin: User, secret: str) -> None:
    start = clock.now()
    sign_in(client, secret)
    for minutes in range(0, 12 * 60 - 1, 20):
        with clock.stopped(start + timedelta(minutes=minutes)):
            assert is_in(client)
    with clock.stopped(start + timedelta(hours=12, minutes=1)):
        assert not is_in(client)


def test_pages_of_a_person_are_not_kept_by_caches(client: FlaskClient, admin: User, secret: str) -> None:
    sign_in(client, secret)
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_a_new_password_ends_old_sign_ins(
    client: FlaskClient, session: Session, admin: User, secret: str
) -> None:
    sign_in(client, secret)
    actions.create_admin(session, admin.email, admin.name, "another long password")
    session.commit()
    assert not is_in(client)


@pytest.mark.parametrize(
    ("password", "says"), [("short", "12 characters"), ("passphrase2026!", "others do not think of first")]
)
def test_a_weak_password_is_refused(session: Session, password: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        actions.create_admin(session, "a@example.org", "a", password)


@pytest.mark.usefixtures("dear_passwords")
def test_a_hash_that_no_password_fits_takes_as_much_work_as_any() -> None:
    assert extract_parameters(actions.NOBODY) == extract_parameters(actions.hash_password(make.PASSWORD))
    with pytest.raises(VerifyMismatchError):  # worked through, and not refused at a glance
        PasswordHasher().verify(actions.NOBODY, make.PASSWORD)
    assert not actions.password_fits(actions.NOBODY, make.PASSWORD)


@pytest.mark.parametrize(
    "work",
    [lambda: actions.hash_password(make.PASSWORD), lambda: actions.password_fits(actions.NOBODY, "x")],
    ids=["hash", "verify"],
)
def test_no_more_than_four_passwords_are_worked_on_at_once(work: Callable[[], object]) -> None:
    fifth = threading.Thread(target=work)
    with actions.HASHES, actions.HASHES, actions.HASHES, actions.HASHES:
        fifth.start()
        fifth.join(0.5)
        assert fifth.is_alive()
    fifth.join()


def test_deeds_are_in_the_log_without_the_address(
    client: FlaskClient, session: Session, admin: User, secret: str
) -> None:
    sign_in(client, secret)
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [row.event for row in rows] == [
        "AdminCreated",
        "AreasAdded",
        "GrantConfirmed",
        "SecondFactorTurnedOn",
        "PasswordAccepted",
        "SignedIn",
    ]
    assert "example.org" not in str([row.details for row in rows])
