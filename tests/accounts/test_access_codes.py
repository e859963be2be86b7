"""Printed access codes: making, using, ending; and what a thief of paper, or without one, tries."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import access_codes as actions
from govapp.accounts.actions import citizen_numbers, thaid
from govapp.accounts.actions.citizen_numbers import Keys
from govapp.accounts.models import User, Way, WebSession
from govapp.accounts.models.people import AccessCode
from govapp.accounts.queries import register as queries
from govapp.accounts.rules import people as rules
from govapp.accounts.rules.sign_in import ProofNeeded
from govapp.areas.models import Area
from govapp.core import clock, codes
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import Denied, NotNow
from govapp.core.identity import Identity
from govapp.ledger.codes import make as make_letters
from tests import make
from tests.forms import send, without_token

DOOR = "/sign-in/access-code"
NUMBER = "3999900000010"


@pytest.fixture
def officer(session: Session, area: Area) -> User:
    return make.officer(session, area)


@pytest.fixture
def area(session: Session) -> Area:
    return make.area(session)


@pytest.fixture
def elder(session: Session, officer: User, area: Area) -> User:
    return make.registered(session, officer, area)


@pytest.fixture
def code(session: Session, officer: User, elder: User) -> str:
    return make.access_code(session, officer, elder)


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_first_time_leads_to_a_welcome_and_then_straight_on(
    client: FlaskClient, session: Session, elder: User, code: str
) -> None:
    first = send(client, f"{DOOR}?next=/rounds", DOOR, code=code.lower().replace("-", " "), next="/rounds")
    assert first.headers["Location"] == "/welcome?next=/rounds"
    body = client.get(first.headers["Location"]).get_data(as_text=True)
    assert "นางบุญมี ทดสอบ</span></h1>" in body
    assert 'href="/rounds"' in body
    row = session.scalars(select(WebSession).where(WebSession.user_id == elder.id)).one()
    assert (row.how, row.is_staff) == (Way.ACCESS_CODE, False)
    client.delete_cookie("session")
    assert send(client, DOOR, code=code, next="/rounds").headers["Location"] == "/rounds"
    assert is_in(client)


def test_the_letter_is_shown_once_and_in_the_language_of_its_reader(
    client: FlaskClient, session: Session, officer: User, elder: User
) -> None:
    make.enter(client, session, officer)
    path = f"/staff/people/{elder.id}/access-code"
    letter = send(client, path).get_data(as_text=True)
    shown = re.search(r'class="access-code"><code>([^<]+)<', letter)
    assert shown
    code = codes.read(shown[1], rules.CODE_LETTERS)
    assert 'lang="th"' in letter.split('class="letter"')[1][:30]
    assert "http://127.0.0.1:8000/sign-in/access-code" in letter
    assert code not in client.get(path).get_data(as_text=True)
    assert actions.recognise(session, code, make.CODE_KEY) is not None
    kept = str([row.__dict__ for row in session.scalars(select(AccessCode))])
    kept += str([row.details for row in session.scalars(select(AuditEntry))])
    assert code not in kept
    assert shown[1] not in kept


@pytest.mark.parametrize("ending", ["replaced", "ended", "expired"])
def test_wrong_replaced_ended_and_expired_codes_get_the_same_answer(
    client: FlaskClient, session: Session, officer: User, elder: User, code: str, ending: str
) -> None:
    at = clock.now()
    if ending == "replaced":
        make.access_code(session, officer, elder)
    elif ending == "ended":
        actions.end(session, officer, elder.id)
        session.commit()
    else:
        at += timedelta(days=365, seconds=1)
    with clock.stopped(at):
        wrong = without_token(send(client, DOOR, code=make_letters(rules.CODE_LETTERS)))
        answer = without_token(send(client, DOOR, code=code))
        typed = re.compile(r'(name="code"[^>]* value=")[^"]*"')
        assert (wrong[0], wrong[1], typed.sub(r"\1", wrong[2])) == (422, None, typed.sub(r"\1", answer[2]))
    assert not is_in(client)


def test_the_control_a_living_code_is_another_answer(client: FlaskClient, code: str) -> None:
    with clock.stopped(clock.now() + timedelta(days=364)):
        assert send(client, DOOR, code=code).status_code == 303


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Enter the code"),
        ("ABC", "has 15 letters, and this is 3"),
        ("0" * 15, "no “0”"),
        ("K7F4M-9XWTP-3HRV2", "mistyped"),
    ],
)
def test_a_typing_error_is_named_and_costs_no_try(
    client: FlaskClient, session: Session, typed: str, complaint: str
) -> None:
    for _number in range(25):
        answer = send(client, DOOR, code=typed)
        assert answer.status_code == 422
    assert re.search(f'id="code-error">[^<]*{complaint}', answer.get_data(as_text=True))


def tries(client: FlaskClient, count: int, address: str = "192.0.2.1") -> list[int]:
    token = make.csrf(client, DOOR)
    return [
        client.post(
            DOOR,
            data={"csrf_token": token, "code": make_letters(rules.CODE_LETTERS)},
            environ_base={"REMOTE_ADDR": address},
        ).status_code
        for _try in range(count)
    ]


def test_whole_codes_are_tried_twenty_times_a_minute_from_one_address(own_app: Flask) -> None:
    client = own_app.test_client()
    assert tries(client, 22) == [422] * 20 + [429] * 2
    assert tries(client, 1, "192.0.2.2") == [422], "the control: somebody else may"


def test_and_so_often_by_everybody_together(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "CODE_TRIES_EVERYWHERE", 3)
    client = own_app.test_client()
    assert [tries(client, 1, f"192.0.2.{number}")[0] for number in range(5)] == [422] * 3 + [429] * 2


def test_one_code_a_person_and_the_new_one_signs_the_old_out(
    client: FlaskClient, session: Session, officer: User, elder: User, code: str
) -> None:
    send(client, DOOR, code=code)
    assert is_in(client)
    new = make.access_code(session, officer, elder)
    assert not is_in(client)
    assert len(session.scalars(select(AccessCode)).all()) == 1
    assert send(client, DOOR, code=new).status_code == 303
    actions.end(session, officer, elder.id)
    session.commit()
    assert not is_in(client)
    with pytest.raises(NotNow, match="no access code"):
        actions.end(session, officer, elder.id)


@pytest.mark.parametrize("moment", [timedelta(minutes=5), timedelta(hours=1)])
def test_a_code_is_made_only_by_who_proved_it_is_them(
    session: Session, officer: User, elder: User, moment: timedelta
) -> None:
    sitting = make.sign_in(session, officer)
    with clock.stopped(clock.now() + moment), pytest.raises(ProofNeeded):
        actions.make(session, sitting, officer, elder.id, make.CODE_KEY)


def test_a_citizen_makes_no_code_not_even_their_own(session: Session, elder: User) -> None:
    for actor in (elder, make.user(session)):
        with pytest.raises(Denied):
            actions.make(session, make.sign_in(session, actor), actor, elder.id, make.CODE_KEY)
        if actor is not elder:
            with pytest.raises(Denied):
                actions.end(session, actor, elder.id)


def test_no_paper_opens_the_account_of_somebody_with_a_password_or_a_post(
    session: Session, officer: User, area: Area
) -> None:
    alone = make.user(session, area_id=area.id)
    colleague = make.registered(session, officer, area)
    make.give(session, colleague)
    for person in (alone, colleague):
        with pytest.raises(Denied, match="cannot sign in with an address"):
            make.access_code(session, officer, person)


def test_a_code_carries_no_power_of_a_post(
    client: FlaskClient, session: Session, elder: User, code: str
) -> None:
    """Somebody who got the code first and the post later."""
    make.give(session, elder)
    assert send(client, DOOR, code=code).status_code == 303
    assert client.get("/staff/rounds/import").status_code == 403
    assert client.get("/staff/people").status_code == 403
    assert client.get("/staff/letters").status_code == 403
    assert client.get("/").status_code == 200
    assert "powers of your post rest" in client.get("/account").get_data(as_text=True)
    for path in (
        "/account/second-factor",
        "/account/address",
        "/account/password",
        "/account/access-code/end",
    ):
        assert client.get(path).status_code == 403, path


def test_nor_does_a_sign_in_that_is_older_than_the_post(client: FlaskClient, session: Session) -> None:
    user = make.user(session)
    secret = make.second_factor(session, user)
    make.enter(client, session, user, secret)
    make.give(session, user)
    assert client.get("/staff/people").status_code == 403
    client.delete_cookie("session")
    with clock.stopped(clock.now() + timedelta(minutes=1)):
        make.enter(client, session, user, secret)
        assert client.get("/staff/people").status_code == 200, "the control: a new sign-in carries it"


def test_who_has_a_second_factor_is_asked_for_it_too(
    client: FlaskClient, session: Session, elder: User, code: str
) -> None:
    secret = make.second_factor(session, elder)
    assert send(client, DOOR, code=code).headers["Location"].startswith("/sign-in/code?")
    assert not is_in(client)
    assert make.post(client, "/sign-in/code", code=make.code(secret)).status_code == 303
    row = session.scalars(select(WebSession).where(WebSession.user_id == elder.id)).one()
    assert row.how is Way.ACCESS_CODE


def test_the_code_also_proves_who_one_is(
    client: FlaskClient, session: Session, elder: User, code: str
) -> None:
    send(client, DOOR, code=code)
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        asked = client.get("/account/address").location
        assert asked.startswith("/account/prove")
        body = client.get(asked).get_data(as_text=True)
        assert "15 letters and digits" in body
        assert send(client, asked, code=make_letters(rules.CODE_LETTERS)).status_code == 422
        assert send(client, asked, code=code, next="/account/address").location == "/account/address"
        assert client.get("/account/address").status_code == 200


def test_the_code_of_another_proves_nothing_and_the_fifth_wrong_one_signs_out(
    client: FlaskClient, session: Session, officer: User, area: Area, code: str
) -> None:
    other = make.access_code(session, officer, make.registered(session, officer, area))
    send(client, DOOR, code=code)
    statuses = [send(client, "/account/prove", code=other).status_code for _try in range(5)]
    assert statuses == [422] * 4 + [303]
    assert not is_in(client)


def test_nobody_locks_themselves_out(client: FlaskClient, session: Session, elder: User, code: str) -> None:
    send(client, DOOR, code=code)
    answer = send(client, "/account/access-code/end")
    assert answer.status_code == 409
    assert "locked out" in answer.get_data(as_text=True)
    elder.email, elder.password_hash = "e@example.org", "x"
    elder.verified_at = clock.now()
    session.commit()
    assert send(client, "/account/access-code/end").status_code == 303
    assert queries.access_code(session, elder.id) is None
    assert is_in(client)


def test_how_long_a_code_lives_is_a_dated_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.now().date()
    later = today + timedelta(days=30)
    monkeypatch.setattr(rules, "CODE_LASTS", {today: timedelta(days=365), later: timedelta(days=100)})
    assert rules.code_lasts() == timedelta(days=365)
    with clock.stopped(clock.now() + timedelta(days=31)):
        assert rules.code_lasts() == timedelta(days=100)


def test_codes_never_stand_in_an_address(client: FlaskClient, code: str) -> None:
    assert client.get(f"{DOOR}?code={code}").status_code == 200
    assert not is_in(client)
    assert client.get(f"{DOOR}/{code}").status_code == 404


def test_enumeration_finds_nothing_and_looks_once(
    client: FlaskClient, database: Database, own_app: Flask, statements: list[str]
) -> None:
    """The same statements are run for a code that exists and for one that does not, up to the answer."""
    visitor = own_app.test_client()
    with database.write() as session:
        area = make.area(session)
        officer = make.officer(session, area)
        code = make.access_code(session, officer, make.registered(session, officer, area))
    asked = []
    for typed in (make_letters(rules.CODE_LETTERS), code):
        token = make.csrf(visitor, DOOR)
        statements.clear()
        visitor.post(DOOR, data={"csrf_token": token, "code": typed})
        asked.append([each for each in statements if "access_codes" in each])
    missed, found = asked
    assert len(missed) == 1
    assert found[0] == missed[0]


def test_whoever_comes_with_thaid_leaves_the_paper_behind(
    client: FlaskClient, session: Session, officer: User, elder: User, code: str
) -> None:
    """The officer who made it cannot go on as the person."""
    send(client, DOOR, code=code)
    assert is_in(client)
    keys = Keys.of(make.SIGNING_KEY)
    citizen_numbers.keep(session, elder, NUMBER, keys)
    stated = Identity(
        "https://id.example", "elder", NUMBER, "", elder.given_name, elder.family_name, elder.birth_date
    )
    assert thaid.enter(session, stated, keys, "th").id == elder.id
    session.commit()
    assert not is_in(client)
    assert queries.access_code(session, elder.id) is None
    newer = make.access_code(session, officer, elder)
    thaid.enter(session, stated, keys, "th")
    assert actions.recognise(session, newer, make.CODE_KEY) is not None, (
        "made since, for a phone that was lost"
    )
