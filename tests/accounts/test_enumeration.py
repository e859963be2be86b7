"""Nobody learns at the door who has an account: every answer costs the same, whoever is meant.

How long answers take is measured by `make battery`; here is counted what they take.
"""

from collections.abc import Callable

import argon2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from govapp.core.db import Database
from tests import make
from tests.accounts.test_sign_up import ANSWERS, EMAIL
from tests.forms import send
from tests.make import PASSWORD

DOORS = (
    ("/sign-up", ANSWERS),
    ("/sign-in", {"password": "x" * 20}),
    ("/forgot", {}),
)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every use of argon2."""
    used: list[str] = []

    def counted(name: str, work: Callable[..., object]) -> Callable[..., object]:
        def count(*given: object, **more: object) -> object:
            used.append(name)
            return work(*given, **more)

        return count

    for name in ("hash", "verify"):
        monkeypatch.setattr(argon2.PasswordHasher, name, counted(name, getattr(argon2.PasswordHasher, name)))
    return used


def test_every_path_costs_the_same_hashes(client: FlaskClient, session: Session, hashes: list[str]) -> None:
    make.user(session, "known@example.org")
    make.user(session, "unverified@example.org", verified=False)
    for path, answers in (
        ("/sign-up", ANSWERS),
        ("/sign-in", {"password": PASSWORD}),
        ("/sign-in", {"password": "x" * 20}),
        ("/forgot", {}),
    ):
        for who in ("known", "unverified", "new", "another"):
            hashes.clear()
            fresh = client.application.test_client()
            send(fresh, path, **answers | {"email": f"{who}@example.org"})
            assert len(hashes) == (path != "/forgot"), (path, who)


@pytest.mark.parametrize(("path", "answers"), DOORS, ids=[path for path, _ in DOORS])
def test_every_path_asks_the_same_of_the_database(
    own_app: Flask, database: Database, statements: list[str], path: str, answers: dict[str, str]
) -> None:
    with database.write() as session:
        make.user(session, "known@example.org")
        make.user(session, "unverified@example.org", verified=False)
    client, asked = own_app.test_client(), {}
    for who in ("known", "unverified", "new"):
        token = make.csrf(client, path)
        statements.clear()
        client.post(path, data={**answers, "email": f"{who}@example.org", "csrf_token": token})
        asked[who] = list(statements)
    assert asked["known"] == asked["unverified"] == asked["new"] != []


def test_the_control_the_right_password_asks_for_more(
    own_app: Flask, database: Database, statements: list[str]
) -> None:
    with database.write() as session:
        make.user(session)
    client, asked = own_app.test_client(), []
    for password in ("x" * 20, PASSWORD):
        token = make.csrf(client, "/sign-in")
        statements.clear()
        client.post("/sign-in", data={"email": EMAIL, "password": password, "csrf_token": token})
        asked.append(list(statements))
    assert len(asked[1]) > len(asked[0]) > 0
