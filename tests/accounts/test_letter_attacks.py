"""Asking for letters too often, guessing at a link, and passing by the second factor."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from govapp.core import clock
from govapp.core.db import Database
from tests import make
from tests.accounts.letters import delivered
from tests.accounts.test_sign_up import ANSWERS, EMAIL, is_in, sign_in, sign_up
from tests.forms import send
from tests.mail import link
from tests.make import PASSWORD


@pytest.mark.parametrize(("path", "answers"), [("/sign-up", ANSWERS), ("/forgot", {"email": EMAIL})])
def test_asking_for_letters_is_limited_for_an_account_and_for_an_address(
    client: FlaskClient, path: str, answers: dict[str, str]
) -> None:
    start = clock.now()
    with clock.stopped(start):
        same = [send(client, path, **answers).status_code for _ in range(6)]
        others = [
            send(client, path, **answers | {"email": f"{n}@example.org"}).status_code for n in range(15)
        ]
    assert same == [303] * 5 + [429]
    assert others == [303] * 14 + [429]
    with clock.stopped(start + timedelta(minutes=1)):
        assert send(client, path, **answers).status_code == 303


def test_passwords_cannot_be_guessed_at_a_link(own_app: Flask, database: Database) -> None:
    client = own_app.test_client()
    sign_up(client)
    way = link(delivered(own_app)[0])
    with clock.stopped(clock.now()):
        assert [send(client, way, password="x" * 20).status_code for _ in range(6)] == [422] * 5 + [429]
        assert send(client, way, password=PASSWORD).status_code == 429


def test_neither_a_link_nor_a_new_password_passes_by_the_second_factor(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    secret = make.second_factor(session, make.user(session, EMAIL))
    send(client, "/forgot", email=EMAIL)
    send(client, link(delivered(app)[-1]), password="ข้าวเหนียวมะม่วงสุก")
    assert not is_in(client)
    assert sign_in(client, "ข้าวเหนียวมะม่วงสุก") == 303
    assert not is_in(client)
    assert send(client, "/sign-in/code", code=make.code(secret)).status_code == 303
    assert is_in(client)
