"""Opening an account, and everything somebody might try instead."""

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import sign_up as actions
from govapp.accounts.actions.sign_in import hash_password
from govapp.accounts.models import AccountLink, User
from govapp.accounts.rules.sign_in import password_fault
from govapp.core import clock, language
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import Unreadable
from govapp.core.jobs import Job
from govapp.core.names import Name
from govapp.notifications.models import Letter
from tests import make
from tests.accounts.letters import answer, delivered
from tests.forms import send, without_token
from tests.mail import html, link, text
from tests.make import PASSWORD

EMAIL = "somchai@example.org"
NAME = Name("", "สมชาย", "ทดสอบ")
ANSWERS = {
    "given_name": "สมชาย",
    "family_name": "ทดสอบ",
    "email": EMAIL,
    "password": PASSWORD,
    "agrees": "y",
}


def sign_up(client: FlaskClient, **changed: str) -> int:
    """Ask for an account, and let it be made."""
    status = int(send(client, "/sign-up", **ANSWERS | changed).status_code)
    app = client.application
    answer(app.extensions["database"], app.extensions["tasks"])
    return status


def sign_up_by_hand(session: Session, email: str = EMAIL, password: str = PASSWORD) -> None:
    actions.sign_up(session, email, NAME, hash_password(password), "en", "1")


def sign_in(client: FlaskClient, password: str = PASSWORD, email: str = EMAIL) -> int:
    return int(send(client, "/sign-in", email=email, password=password).status_code)


def is_in(client: FlaskClient) -> bool:
    return client.get("/inbox").status_code == 200


def test_from_the_form_to_the_inbox(client: FlaskClient, app: Flask, session: Session) -> None:
    assert sign_up(client, email="Somchai@Example.org") == 303
    (letter,) = delivered(app)
    assert letter["To"] == EMAIL
    assert letter["From"] == "govapp <no-reply@127.0.0.1>"
    way = link(letter)
    assert send(client, way, password=PASSWORD).headers["Location"] == "/sign-in"
    assert "Your address is confirmed" in client.get("/sign-in").get_data(as_text=True)
    assert sign_in(client) == 303
    body = client.get("/inbox").get_data(as_text=True)
    assert "Welcome to govapp" in body
    assert [row.event for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [
        "SignedUp",
        "ConsentGiven",
        "LinkOpened",
        "AddressVerified",
        "SignedIn",
    ]


def test_opening_the_link_does_nothing_yet(client: FlaskClient, app: Flask, session: Session) -> None:
    sign_up(client)
    way = link(delivered(app)[0])
    for _ in range(3):
        assert client.get(way).status_code == 200
        assert client.head(way).status_code == 200
    assert session.scalars(select(User)).one().verified_at is None
    assert send(client, way, password=PASSWORD).status_code == 303


@pytest.mark.parametrize("code", ["th", "en"])
def test_letters_speak_the_language_of_whoever_signed_up(client: FlaskClient, app: Flask, code: str) -> None:
    client.set_cookie("language", code)
    sign_up(client)
    (letter,) = delivered(app)
    with language.use(code):
        assert letter["Subject"] == language.gettext("Confirm your address for %(site)s", site="govapp")
    assert letter["Content-Language"] == code
    assert f'<html lang="{code}">' in html(letter)
    assert ("ลิงก์" in text(letter)) is (code == "th")


def test_nobody_signs_in_before_and_the_words_are_those_of_a_wrong_password(
    client: FlaskClient, app: Flask
) -> None:
    sign_up(client)
    right = without_token(send(client, "/sign-in", email=EMAIL, password=PASSWORD))
    wrong = without_token(send(client, "/sign-in", email=EMAIL, password="x" * 20))
    assert right == wrong
    assert right[0] == 422
    assert not is_in(client)


def test_a_fresh_letter_comes_with_the_right_password_once_an_hour(client: FlaskClient, app: Flask) -> None:
    start = clock.now()
    sign_up(client)
    assert len(delivered(app)) == 1
    tries = ((30, PASSWORD, 1), (61, "x" * 20, 1), (62, PASSWORD, 2), (63, PASSWORD, 2))
    for minutes, password, letters in tries:
        with clock.stopped(start + timedelta(minutes=minutes)):
            assert sign_in(client, password) == 422
            assert len(delivered(app)) == letters, minutes


def test_the_fresh_letter_outlives_the_refusal(own_app: Flask, database: Database) -> None:
    client = own_app.test_client()
    with database.write() as session:
        make.user(session, verified=False)
    assert sign_in(client) == 422
    assert len(delivered(own_app)) == 1


def test_a_known_address_gets_another_letter_and_the_same_page(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    make.user(session, EMAIL, language="en")
    new, known = (
        without_token(send(client, "/sign-up", **ANSWERS | {"email": email}))
        for email in ("new@example.org", EMAIL)
    )
    assert new == known
    letters = {letter["To"]: letter for letter in delivered(app)}
    assert letters[EMAIL]["Subject"] == "You have an account already"
    assert "/verify/" not in text(letters[EMAIL])
    assert sign_up(client) == 303
    assert len(delivered(app)) == 2, "a known address is told at most once an hour"


def test_signing_up_with_the_address_of_another_changes_nothing_for_them(
    client: FlaskClient, session: Session
) -> None:
    make.user(session, EMAIL)
    sign_up(client, password="the password of a thief", given_name="Thief")
    assert sign_in(client, "the password of a thief") == 422
    assert sign_in(client) == 303
    assert session.scalars(select(User)).one().name == "สมชาย ทดสอบ"


def test_an_account_waiting_for_its_owner_cannot_be_taken_before(client: FlaskClient, app: Flask) -> None:
    """A thief signs up first with the address of another, who then opens the letter."""
    sign_up(client, password="the password of a thief")
    way = link(delivered(app)[0])
    assert send(client, way, password=PASSWORD).status_code == 422
    assert sign_in(client, "the password of a thief") == 422, "still not verified"
    sign_up(client)
    assert send(client, way, password=PASSWORD).status_code == 303
    assert sign_in(client, "the password of a thief") == 422
    assert sign_in(client) == 303


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "12 characters"),
        ("ก" * 11, "12 characters"),
        ("somchai@example.org", "not your address or your name"),
        ("SOMCHAI@EXAMPLE.ORG2569", "not your address or your name"),
        ("สมชาย ทดสอบ", "12 characters"),
        ("สมชาย ทดสอบ 2569", "not your address or your name"),
        ("สมชายทดสอบ2569", "not your address or your name"),
        ("123456789012", "others do not think of first"),
        ("1103700000000", "others do not think of first"),
        ("Password1234", "others do not think of first"),
        ("!!password!!!", "others do not think of first"),
        ("aaaaaaaaaaaaa", "others do not think of first"),
        ("abcabcabcabc", "others do not think of first"),
        ("รหัสผ่าน2569", "others do not think of first"),
        (PASSWORD, ""),
        ("ข้าวเหนียวมะม่วงสุก", ""),
    ],
)
def test_passwords_everybody_tries_first_are_refused(password: str, fault: str) -> None:
    found = password_fault(password, EMAIL, "สมชาย ทดสอบ")
    assert (fault in found) if fault else (found == "")


def test_the_action_itself_refuses_a_bad_password(session: Session) -> None:
    with pytest.raises(Unreadable, match="12 characters"):
        actions.ask(session, EMAIL, NAME, "short", "en", "1")
    assert session.scalars(select(Job)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("email", "somchai", "whole address"),
        ("email", "a b@example.org", "whole address"),
        ("email", "a@example.org\nBcc: b@example.org", "whole address"),
        ("email", "a@example.org,b@example.org", "whole address"),
        ("email", "<a@example.org>", "whole address"),
        ("email", "คน@ไทย.ไทย", "whole address"),
        ("email", ".a@example.org", "whole address"),
        ("email", "", "Enter your e-mail address"),
        ("given_name", "", "Enter the given name"),
        ("given_name", "a\r\nBcc: b@example.org", "on one line"),
        ("family_name", "ก" * 201, "200"),
        ("title", "ก" * 61, "60"),
        ("agrees", "", "Read the privacy notice and tick the box"),
        ("password", "", "Choose a password"),
        ("password", "password1234", "others do not think of first"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: FlaskClient, session: Session, field: str, value: str, complaint: str
) -> None:
    answer = send(client, "/sign-up", **ANSWERS | {field: value})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(f'id="{field}-error">[^<]*{complaint}', body)
    assert session.scalars(select(Letter)).all() == []


def test_unknown_fields_are_refused(client: FlaskClient, session: Session) -> None:
    assert sign_up(client, is_admin="1") == 400
    assert session.scalars(select(User)).all() == []


def test_the_log_and_the_letters_hold_no_personal_data_and_no_token(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    sign_up(client)
    token = link(delivered(app)[0]).rpartition("/")[2]
    kept = str([(row.details, row.event) for row in session.scalars(select(AuditEntry))])
    kept += str([(row.given, row.error) for row in session.scalars(select(Letter))])
    kept += str([row.__dict__ for row in session.scalars(select(AccountLink))])
    kept += str([row.__dict__ for row in session.scalars(select(Job))])
    for secret in (EMAIL, "สมชาย", token, token.rpartition(".")[2], PASSWORD):
        assert secret not in kept


def test_two_who_sign_up_at_once_with_one_address_make_one_account(database: Database) -> None:
    start = threading.Barrier(4)
    failed: list[BaseException] = []

    def run(number: int) -> None:
        start.wait()
        try:
            with database.write.begin() as session:
                sign_up_by_hand(session, password=f"{PASSWORD} {number}")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.read() as session:
        assert len(session.scalars(select(User)).all()) == 1


def test_who_never_verified_is_forgotten_and_nobody_else(session: Session, app: Flask) -> None:
    start = clock.now()
    make.user(session, "verified@example.org")
    sign_up_by_hand(session)
    with clock.stopped(start + timedelta(days=7)):
        sign_up_by_hand(session, "late@example.org")
    for days, left in ((7, 3), (8.5, 2), (16, 1)):
        with clock.stopped(start + timedelta(days=days)):
            actions.forget_unverified(session)
            session.flush()
            assert len(session.scalars(select(User)).all()) == left, days
    assert session.scalars(select(Letter)).all() == []
