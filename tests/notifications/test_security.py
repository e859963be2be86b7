"""Whoever changes how an account is entered, its owner hears of it, and no secret is told."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import account, reset, second_factor
from govapp.accounts.models import User
from govapp.core import cipher
from govapp.notifications.models import Letter
from govapp.notifications.reactions import SECURITY
from tests import make
from tests.accounts.letters import delivered
from tests.mail import html, text
from tests.make import PASSWORD, SIGNING_KEY

EMAIL = "somchai@example.org"
NEW = "ข้าวเหนียวมะม่วงสุก"
KEY = cipher.key_for("accounts/second-factor", SIGNING_KEY)


def change_password(session: Session, user: User) -> list[str]:
    assert account.change_password(session, make.sign_in(session, user), PASSWORD, NEW)
    return [PASSWORD, NEW]


def reset_password(session: Session, user: User) -> list[str]:
    reset.reset(session, make.link(session, user, "reset"), NEW)
    return [NEW]


def turn_on(session: Session, user: User) -> list[str]:
    secret = second_factor.new_secret()
    codes = second_factor.turn_on(session, make.sign_in(session, user), secret, make.code(secret), KEY)
    assert codes
    return [secret, make.code(secret), *codes]


def turn_off(session: Session, user: User) -> list[str]:
    make.second_factor(session, user)
    second_factor.turn_off(session, make.sign_in(session, user))
    return []


def taken_away(session: Session, user: User) -> list[str]:
    make.second_factor(session, user)
    second_factor.reset(session, EMAIL)
    return []


def renew(session: Session, user: User) -> list[str]:
    make.second_factor(session, user)
    return second_factor.renew_recovery_codes(session, make.sign_in(session, user))


DEEDS: dict[str, tuple[Callable[[Session, User], list[str]], str, str]] = {
    "password-changed": (change_password, "Your password was changed", "signed out everywhere else"),
    "password-reset": (reset_password, "Your password was changed", "by a link in a letter"),
    "second-factor-on": (turn_on, "Your second factor is set up", "an app on a phone"),
    "second-factor-off": (turn_off, "Your second factor is turned off", "the password alone"),
    "second-factor-reset": (taken_away, "Your second factor was taken away", "people who run this site"),
    "recovery-codes-renewed": (renew, "You have new recovery codes", "new recovery codes were made"),
}


def test_every_event_of_safety_has_a_deed_here() -> None:
    assert set(DEEDS) == set(SECURITY.values())


@pytest.mark.parametrize("what", DEEDS)
def test_the_owner_is_told(app: Flask, session: Session, what: str) -> None:
    user: User = make.user(session, EMAIL, language="en")
    deed, subject, sentence = DEEDS[what]
    secrets = deed(session, user)
    session.commit()
    mail = delivered(app)[-1]
    assert mail["Subject"] == subject
    for words in (text(mail), html(mail)):
        assert sentence in words
        assert "If it was not you" in words
        assert "http://127.0.0.1:8000/forgot" in words
        assert not [secret for secret in secrets if secret in words]
    letter = session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert letter is not None
    assert letter.given == {"what": what}
