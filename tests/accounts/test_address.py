"""A person who signed in with a code adds an e-mail address and a password."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import address as actions
from govapp.accounts.actions.sign_up import forget_unverified
from govapp.accounts.models import AccountLink, Purpose, User
from govapp.core import clock
from govapp.core.errors import NotNow
from tests import make
from tests.accounts.letters import delivered
from tests.accounts.test_access_codes import DOOR, is_in
from tests.accounts.test_sign_up import sign_up, sign_up_by_hand
from tests.forms import send, without_token
from tests.make import PASSWORD

EMAIL = "boonmee@example.org"


@pytest.fixture
def elder(session: Session) -> int:
    """Whose id it is: letters are sent in a session of their own, which lets go of every row."""
    area = make.area(session)
    return make.registered(session, make.officer(session, area), area).id


def email_of(session: Session, user_id: int) -> str | None:
    return session.scalars(select(User.email).where(User.id == user_id)).one()


@pytest.fixture
def phone(client: FlaskClient, session: Session, elder: int) -> FlaskClient:
    """The elder's browser, signed in with the code."""
    officer = session.scalars(select(User).where(User.email == "officer@example.org")).one()
    code = make.access_code(session, officer, session.get_one(User, elder))
    assert send(client, DOOR, code=code).status_code == 303
    return client


def ask(phone: FlaskClient, email: str = EMAIL, password: str = PASSWORD) -> int:
    return int(send(phone, "/account/address", email=email, password=password).status_code)


def come(app: Flask) -> list[EmailMessage]:
    """What was sent to the elder; the officer was told of the post, too."""
    return [letter for letter in delivered(app) if letter["To"] != "officer@example.org"]


def way(app: Flask, number: int = -1) -> str:
    """The path in a letter to confirm an address."""
    letters = [letter for letter in come(app) if "/address/" in str(letter)]
    found = str(letters[number].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    return found.split("127.0.0.1:8000")[1].split()[0]


def test_from_the_form_to_signing_in_with_it(
    phone: FlaskClient, app: Flask, session: Session, elder: int
) -> None:
    assert ask(phone, " Boonmee@Example.org ") == 303
    assert email_of(session, elder) is None, "not before the letter was opened"
    (letter,) = come(app)
    assert letter["To"] == EMAIL
    assert send(phone, way(app), password="x" * 20).status_code == 422
    assert send(phone, way(app), password=PASSWORD).location == "/account"
    assert email_of(session, elder) == EMAIL
    phone.delete_cookie("session")
    assert send(phone, "/sign-in", email=EMAIL, password=PASSWORD).status_code == 303
    assert is_in(phone)
    assert phone.get("/account/address").status_code == 409


def test_the_link_works_on_another_device_and_once(phone: FlaskClient, app: Flask) -> None:
    ask(phone)
    path, other = way(app), app.test_client()
    assert other.get(path).status_code == 200
    assert send(other, path, password=PASSWORD).location == "/sign-in"
    assert other.get(path).status_code == 410


def test_opening_the_link_does_nothing_yet(
    phone: FlaskClient, app: Flask, session: Session, elder: int
) -> None:
    ask(phone)
    assert phone.get(way(app)).status_code == 200
    assert email_of(session, elder) is None


def test_the_owner_of_a_known_address_is_told_and_nobody_else(
    phone: FlaskClient, app: Flask, session: Session, elder: int
) -> None:
    make.user(session, "known@example.org", language="en")
    answers = [
        without_token(send(phone, "/account/address", email=email, password=PASSWORD))
        for email in ("new@example.org", "known@example.org")
    ]
    assert answers[0] == answers[1]
    letters = {letter["To"]: letter["Subject"] for letter in come(app)}
    assert letters["known@example.org"] == "You have an account already"
    assert len(session.scalars(select(AccountLink)).all()) == 1


def test_an_address_that_became_anothers_meanwhile_stays_theirs(
    phone: FlaskClient, app: Flask, session: Session, elder: int
) -> None:
    ask(phone)
    path = way(app)
    owner = make.user(session, EMAIL).id
    answer = send(phone, path, password=PASSWORD)
    assert answer.status_code == 409
    assert "belongs to another account" in answer.get_data(as_text=True)
    assert (email_of(session, owner), email_of(session, elder)) == (EMAIL, None)


def test_somebody_who_only_typed_the_address_does_not_hold_it(
    phone: FlaskClient, app: Flask, session: Session, elder: int
) -> None:
    sign_up_by_hand(session, EMAIL, "the password of a thief")
    session.commit()
    ask(phone)
    assert send(phone, way(app), password=PASSWORD).status_code == 303
    assert email_of(session, elder) == EMAIL
    assert len(session.scalars(select(User).where(User.email == EMAIL)).all()) == 1


def test_signing_up_with_the_address_one_waits_for_does_not_touch_the_person(
    phone: FlaskClient, app: Flask, session: Session, elder: int
) -> None:
    """An address that is only asked for is not in the row, so nobody can take the row over by signing up."""
    ask(phone)
    stranger = app.test_client()
    assert sign_up(stranger, email=EMAIL) == 303
    assert session.get_one(User, elder).name == "นางบุญมี ทดสอบ"
    assert {user.email for user in session.scalars(select(User))} == {None, "officer@example.org", EMAIL}


def test_letters_do_not_pile_up(phone: FlaskClient, app: Flask) -> None:
    for _time in range(3):
        assert ask(phone) == 303
    assert len(come(app)) == 1
    assert ask(phone, "typed@example.org") == 303
    assert len(come(app)) == 2, "another address gets its letter at once"


def test_a_link_for_another_purpose_opens_nothing_here(
    phone: FlaskClient, app: Flask, session: Session, elder: int
) -> None:
    ask(phone)
    link_id = session.scalars(select(AccountLink.id)).one()
    for purpose, page in (
        (Purpose.VERIFY, "address"),
        (Purpose.ADDRESS, "verify"),
        (Purpose.ADDRESS, "reset"),
    ):
        token = app.extensions["link_signer"].sign(purpose.value, link_id, clock.now() + timedelta(hours=1))
        assert phone.get(f"/{page}/{token}").status_code == 410
    with pytest.raises(NotNow):
        actions.confirm(session, make.link(session, session.get_one(User, elder), "reset"), PASSWORD)


@pytest.mark.parametrize(
    ("email", "password"), [("x", PASSWORD), (EMAIL, "short"), (EMAIL, "บุญมี ทดสอบ 2569"), (EMAIL, "")]
)
def test_what_will_not_do_is_told(phone: FlaskClient, app: Flask, email: str, password: str) -> None:
    assert ask(phone, email, password) == 422
    assert come(app) == []


def test_who_waits_is_not_forgotten_with_the_unverified(session: Session, elder: int) -> None:
    with clock.stopped(clock.now() + timedelta(days=400)):
        forget_unverified(session)
    assert session.get(User, elder) is not None
