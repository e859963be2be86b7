"""The pages of people with real transactions: what is counted on its own must not wait for the request."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from govapp.accounts.models import AccountLink, User
from govapp.accounts.models.people import CitizenNumber
from govapp.areas.models import Area
from govapp.core.db import Database
from tests import make
from tests.accounts.test_access_codes import DOOR
from tests.accounts.test_register import ANSWERS, hidden
from tests.forms import send

NUMBER = "1-2345-67890-12-1"


@pytest.fixture
def area_id(database: Database) -> int:
    with database.write() as session:
        return make.area(session).id


@pytest.fixture
def desk(database: Database, own_app: Flask, area_id: int) -> FlaskClient:
    """The browser of an officer."""
    client = own_app.test_client()
    client.set_cookie("language", "en")
    with database.write() as session:
        officer = make.officer(session, session.get_one(Area, area_id))
        secret = make.second_factor(session, officer)
        session.refresh(officer)
        session.expunge(officer)
    make.enter(client, session, officer, secret)
    return client


def enter_a_person(desk: FlaskClient, area_id: int) -> str:
    """The address of their page."""
    path = f"/staff/people/in/{area_id}/new"
    token = re.search(r'name="form_token"[^>]* value="([^"]+)"', desk.get(path).get_data(as_text=True))
    assert token
    checked = send(desk, path, **ANSWERS | {"form_token": token[1], "citizen_number": NUMBER})
    answers = hidden(checked.get_data(as_text=True)) | {"step": "confirm"}
    return str(desk.post(path, data=answers).headers["Location"])


def test_an_officer_enters_corrects_reads_and_prints(
    database: Database, desk: FlaskClient, own_app: Flask, area_id: int
) -> None:
    person = enter_a_person(desk, area_id)
    with database.read() as session:
        assert session.scalars(select(CitizenNumber)).one().last_four == "0121"
    new = {"given_name": "บุญมา", "birth_month": ""}
    assert send(desk, f"{person}/correct", **new).status_code == 303
    seen = send(desk, f"{person}/citizen-number", reason="electoral-roll", case_number="")
    assert NUMBER in seen.get_data(as_text=True)
    letter = send(desk, f"{person}/access-code").get_data(as_text=True)
    code = re.search(r'class="access-code"><code>([^<]+)<', letter)
    assert code
    phone = own_app.test_client()
    assert send(phone, DOOR, code=code[1]).headers["Location"].startswith("/welcome")
    email = {"email": "boonma@example.org", "password": make.PASSWORD}
    assert send(phone, "/account/address", **email).status_code == 303
    with database.read() as session:
        assert session.scalars(select(AccountLink)).one().email == "boonma@example.org"
    assert send(phone, "/account/data").status_code == 200
    assert send(phone, "/account/close", word="close my account").status_code == 303
    with database.read() as session:
        assert session.scalars(select(User).where(User.closed_at.is_not(None))).one().given_name == ""
        assert session.scalars(select(CitizenNumber)).all() == []


def test_a_number_that_is_taken_leaves_nothing_half_done(
    database: Database, desk: FlaskClient, area_id: int
) -> None:
    enter_a_person(desk, area_id)
    with database.write() as session:
        officer = session.scalars(select(User).where(User.email == "officer@example.org")).one()
        other = make.registered(session, officer, session.get_one(Area, area_id)).id
    new = {"given_name": "x", "birth_month": "", "citizen_number": NUMBER}
    answer = send(desk, f"/staff/people/{other}/correct", **new)
    assert answer.status_code == 422
    with database.read() as session:
        assert session.get_one(User, other).given_name == "บุญมี"
        assert len(session.scalars(select(CitizenNumber)).all()) == 1
