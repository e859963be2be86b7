"""A person's own account: proof, password, sign-ins elsewhere."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import account as actions
from govapp.accounts.models import User, WebSession
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.errors import Missing, Unreadable
from tests import make

NEW = "another long password"


@pytest.fixture
def user(session: Session) -> User:
    return make.person(session)


def enter(client: FlaskClient, user: User, password: str = make.PASSWORD, **headers: str) -> int:
    token = make.csrf(client, "/sign-in")
    data = {"csrf_token": token, "email": user.email, "password": password}
    return client.post("/sign-in", data=data, headers=headers).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


SENSITIVE = ("/account/password", "/account/second-factor", "/account/second-factor/off")


@pytest.mark.parametrize("path", [*SENSITIVE, "/account/second-factor/recovery-codes"])
def test_a_sensitive_page_asks_for_proof_and_comes_back(client: FlaskClient, user: User, path: str) -> None:
    enter(client, user)
    assert client.get(path).status_code == 200
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        asked = client.get(f"{path}?next=/rounds").location
        assert asked.startswith("/account/prove?next=")
        token = make.csrf(client, "/account")
        assert client.post(path, data={"csrf_token": token}).location.startswith("/account/prove?next=")
        assert make.post(client, asked, password="wrong").status_code == 422
        onward = make.csrf(client, asked) and make.post(
            client, asked, password=make.PASSWORD, next=f"{path}?next=/rounds"
        )
        assert onward.location == f"{path}?next=/rounds"
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil"])
def test_proof_never_leads_away(client: FlaskClient, user: User, target: str) -> None:
    enter(client, user)
    answer = make.post(client, "/account/prove", password=make.PASSWORD, next=target)
    assert answer.location == "/account"
    again = make.post(client, "/account/prove", password=make.PASSWORD, next="/rounds")
    assert again.location == "/rounds", "the control: a path of this site is kept"


def test_five_wrong_passwords_end_the_sign_in(client: FlaskClient, session: Session, user: User) -> None:
    enter(client, user)
    for _number in range(4):
        assert make.post(client, "/account/prove", password="wrong").status_code == 422
    assert make.post(client, "/account/prove", password=make.PASSWORD).status_code == 303, (
        "and it is forgiven"
    )
    for _number in range(4):
        assert make.post(client, "/account/prove", password="wrong").status_code == 422
    assert make.post(client, "/account/prove", password="wrong").location.startswith("/sign-in?next=")
    assert not is_in(client)
    assert session.scalars(select(WebSession)).all() == []


def test_who_has_an_app_proves_with_a_code(client: FlaskClient, session: Session, user: User) -> None:
    with clock.stopped(clock.now()):
        secret = make.enter(client, session, user)
        assert "Recovery codes left: 10" in client.get("/account").get_data(as_text=True)
        assert make.post(client, "/account/prove", code=make.code(secret)).status_code == 422, "used already"
        assert make.post(client, "/account/prove", code=make.code(secret, 1)).status_code == 303
    assert make.post(client, "/account/prove", password=make.PASSWORD).status_code == 400


def test_a_new_password_ends_other_sign_ins_and_keeps_this_one(
    client: FlaskClient, app: Flask, session: Session, user: User
) -> None:
    other = app.test_client()
    enter(client, user)
    enter(other, user)
    form = {"new": NEW, "again": NEW}
    assert make.post(client, "/account/password", current="wrong", **form).status_code == 422
    assert is_in(other)
    assert make.post(client, "/account/password", current=make.PASSWORD, **form).status_code == 303
    assert is_in(client)
    assert not is_in(other)
    assert enter(other, user) == 422
    assert enter(other, user, NEW) == 303
    assert session.scalars(select(AuditEntry.event)).all().count("PasswordChanged") == 1


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [
        ("short", "short", "12 characters or more"),
        (NEW, NEW + "x", "the same password twice"),
        ("person@example.org", "person@example.org", "not your address or your name"),
        ("ผู้ใช้ทดสอบ2569", "ผู้ใช้ทดสอบ2569", "not your address or your name"),
        ("passphrase2026!", "passphrase2026!", "others do not think of first"),
        ("กกกกกกกกกกกก", "กกกกกกกกกกกก", "others do not think of first"),
    ],
)
def test_a_bad_new_password_is_explained(
    client: FlaskClient, user: User, new: str, again: str, says: str
) -> None:
    enter(client, user)
    answer = make.post(client, "/account/password", current=make.PASSWORD, new=new, again=again)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)


def test_the_deed_itself_refuses_a_weak_password(session: Session, user: User) -> None:
    for weak in ("short", "passphrase2026!", "person@example.org"):
        with pytest.raises(Unreadable):
            actions.change_password(session, make.sign_in(session, user), make.PASSWORD, weak)
    assert actions.change_password(session, make.sign_in(session, user), make.PASSWORD, NEW)


def test_sign_ins_are_listed_in_two_words_and_ended(client: FlaskClient, app: Flask, user: User) -> None:
    other = app.test_client()
    enter(client, user, **{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0 secret-serial-77"})
    enter(other, user, **{"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Safari/537.36"})
    page = client.get("/account/sessions").get_data(as_text=True)
    assert "Firefox, Linux" in page
    assert "Chrome, Android" in page
    assert "secret-serial" not in page
    assert page.count("This one") == 1
    path = page.split('action="/account/sessions/')[1].split('"')[0]
    assert make.post(client, f"/account/sessions/{path}", "/account/sessions").status_code == 303
    assert is_in(client)
    assert not is_in(other)


def test_nobody_ends_the_sign_in_of_somebody_else(client: FlaskClient, session: Session, user: User) -> None:
    stranger = make.sign_in(session, make.person(session, "other@example.org"))
    mine = make.sign_in(session, user)
    stranger_id = stranger.id
    enter(client, user)
    answers = [
        make.post(client, f"/account/sessions/{number}/end", "/account") for number in (stranger_id, 999_999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    with pytest.raises(Missing):
        actions.end_sign_in(session, mine, stranger_id)
    assert session.get(WebSession, stranger_id) is not None
    assert make.post(client, f"/account/sessions/{mine.id}/end", "/account").status_code == 303


def test_all_others_end_at_once_and_only_mine(client: FlaskClient, session: Session, user: User) -> None:
    stranger = make.sign_in(session, make.person(session, "other@example.org"))
    for _number in range(3):
        make.sign_in(session, user)
    enter(client, user)
    assert make.post(client, "/account/sessions/end-others", "/account").status_code == 303
    assert is_in(client)
    left = session.scalars(select(WebSession.user_id).order_by(WebSession.user_id)).all()
    assert left == sorted([user.id, stranger.user_id])
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.event, entry.details["count"]) == ("OtherSignInsEnded", 3)


@pytest.mark.parametrize("code", ["xx", "", "../th", "TH"])
def test_letters_come_in_a_language_that_is_spoken_here(session: Session, code: str) -> None:
    user = make.user(session, "somchai@example.org", language="th")
    with pytest.raises(Unreadable):
        actions.choose_language(session, user.id, code)
    for chosen in ("en", "en"):
        actions.choose_language(session, user.id, chosen)
    events = session.scalars(select(AuditEntry.details).where(AuditEntry.event == "LanguageChosen")).all()
    assert (user.language, events) == ("en", [{"user_id": user.id, "language": "en"}])
