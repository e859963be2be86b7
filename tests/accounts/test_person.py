"""A person's own name, and who may correct it."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import person as actions
from govapp.accounts.models import NameSource, User
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied
from govapp.core.names import Name
from tests import make
from tests.forms import send


def enter(client: FlaskClient, user: User) -> None:
    assert send(client, "/sign-in", email=user.email or "", password=make.PASSWORD).status_code == 303


def test_a_person_corrects_their_name(client: FlaskClient, session: Session) -> None:
    user = make.user(session)
    enter(client, user)
    body = client.get("/account/name").get_data(as_text=True)
    assert 'value="สมชาย"' in body
    assert '<option value="Ms">' in body
    answer = send(client, "/account/name", title="นาย", given_name=" สม  หมาย ", family_name="")
    assert answer.headers["Location"] == "/account"
    assert session.get_one(User, user.id).name == "นายสม หมาย"
    assert "นายสม หมาย" in client.get("/account").get_data(as_text=True)
    newest = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert newest is not None
    assert (newest.event, newest.details) == ("NameCorrected", {"user_id": user.id})


def test_without_a_given_name_nothing_is_saved_and_nothing_typed_is_lost(
    client: FlaskClient, session: Session
) -> None:
    user = make.user(session)
    enter(client, user)
    answer = send(client, "/account/name", title="นาง", given_name="", family_name="ใหม่")
    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert re.search('id="given_name-error">[^<]*Enter the given name', body)
    assert 'value="ใหม่"' in body
    session.expire_all()
    assert user.name == "สมชาย ทดสอบ"


@pytest.mark.parametrize("source", [NameSource.OFFICER, NameSource.THAID])
def test_a_name_that_others_stated_is_theirs_to_correct(
    client: FlaskClient, session: Session, source: NameSource
) -> None:
    user = make.user(session, name_source=source)
    enter(client, user)
    assert "/account/name" not in client.get("/account").get_data(as_text=True)
    assert client.get("/account/name").status_code == 403
    token = make.csrf(client, "/account/consent")
    answer = client.post("/account/name", data={"csrf_token": token, "given_name": "x"})
    assert answer.status_code == 403
    with pytest.raises(Denied, match="Ask an officer"):
        actions.correct_name(session, user, Name("", "x"))


@pytest.mark.parametrize("field", ["name_source", "is_admin", "area_id", "birth_year", "email"])
def test_nothing_else_can_be_set_with_it(client: FlaskClient, session: Session, field: str) -> None:
    user = make.user(session)
    enter(client, user)
    assert send(client, "/account/name", given_name="x", **{field: "1"}).status_code == 400
    session.expire_all()
    assert user.given_name == "สมชาย"


@pytest.mark.parametrize(
    ("values", "whole"),
    [
        ({"birth_year": 1956}, True),
        ({"birth_year": 1956, "birth_month": 2, "birth_day": 29}, True),
        ({"birth_year": 2499}, False),
        ({"birth_month": 3}, False),
        ({"birth_year": 1956, "birth_month": 13}, False),
        ({"birth_year": 1956, "birth_day": 3}, False),
        ({"birth_year": 1956, "birth_month": 4, "birth_day": 31}, False),
        ({"birth_year": 1956, "birth_month": 2, "birth_day": 30}, False),
    ],
)
def test_the_database_itself_refuses_births_that_cannot_be(
    session: Session, values: dict[str, int], whole: bool
) -> None:
    if whole:
        user = make.user(session, **values)
        assert user.birth_date is not None
        assert user.birth_date.year == values["birth_year"]
        user.birth_date = None
        session.commit()
        assert user.birth_year is None
        return
    with pytest.raises(Exception, match="birth_"):
        make.user(session, **values)
    session.rollback()
