"""Taking everything along, and going for good."""

import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from govapp.accounts.actions import citizen_numbers, closing
from govapp.accounts.actions import consents as consent_actions
from govapp.accounts.models import User, WebSession
from govapp.accounts.models.people import CitizenNumber
from govapp.accounts.queries import people
from govapp.accounts.rules.people import Reason
from govapp.accounts.rules.sign_in import ProofNeeded
from govapp.areas.models import Area
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.db import Base
from govapp.core.errors import Denied
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.notifications.actions import write
from govapp.notifications.models import Letter
from govapp.wiring import PERSONAL_DATA
from tests import make
from tests.accounts.test_access_codes import DOOR
from tests.accounts.test_person import enter
from tests.accounts.test_sign_up import sign_up
from tests.forms import send

NUMBER = "1234567890121"


@pytest.fixture
def officer(session: Session, area: Area) -> User:
    return make.officer(session, area)


@pytest.fixture
def area(session: Session) -> Area:
    return make.area(session, name_th="เมืองหนึ่ง")


@pytest.fixture
def elder(session: Session, officer: User, area: Area) -> User:
    """Somebody of whom everything is known that can be."""
    name = Name("นาง", "บุญมี", "ทดสอบ")
    known = {"name": name, "birth_date": PartialDate(1937, 5, 6), "evidence_note": "ผู้ใหญ่บ้านชื่อสม"}
    elder = make.registered(session, officer, area, NUMBER, **known)
    elder.email, elder.password_hash = (
        "boonmee@example.org",
        make.user(session, "x@example.org").password_hash,
    )
    elder.verified_at = clock.now()
    make.link(session, elder, "reset")
    write(session, elder.id, "welcome")
    session.commit()
    return elder


def everything(session: Session, tables: tuple[str, ...] = ()) -> str:
    """Every row of every table, or of some, as text."""
    names = tables or tuple(Base.metadata.tables)
    return "\n".join(str(row) for name in names for row in session.execute(text(f'SELECT * FROM "{name}"')))


def take(client: FlaskClient) -> tuple[dict[str, Any], str]:
    answer = send(client, "/account/data")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="my-data-')
    with ZipFile(BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["my-data.json", "my-data.html"]
        read = {name: archive.read(name).decode() for name in archive.namelist()}
    return json.loads(read["my-data.json"]), read["my-data.html"]


def test_everything_known_is_in_it_for_people_and_for_machines(
    client: FlaskClient, session: Session, officer: User, elder: User
) -> None:
    why = (Reason.ASKED, "2569-000123")
    citizen_numbers.see(session, make.sign_in(session, officer), officer, elder.id, why, make.NUMBER_KEYS)
    session.commit()
    enter(client, elder)
    data, page = take(client)
    (account,) = data["account"]
    assert account["given_name"] == "บุญมี"
    assert account["birth_date"].replace("\u00a0", " ") == "6 May 1937"
    assert account["citizen_number"] == "•-••••-••••0-12-1"
    assert account["area"] == "Test Town"
    assert account["stated_by"] == "an officer"
    assert account["evidence_note"] == "ผู้ใหญ่บ้านชื่อสม"
    assert [row["version"] for row in data["consents"]] == ["1"]
    assert data["consents"][0]["read_by_officer"] is True
    assert [row["how"] for row in data["sign_ins"]] == ["password"]
    assert data["letters"][0]["about"] == "Welcome"
    assert [row["event"] for row in data["deeds"]] == ["SignedIn"]
    assert data["number_views"][0]["reason"] == "The person asks for it"
    of_account = {"account", "consents", "sign_ins", "deeds", "number_views"}
    others = {"made_at", "letters", "boxes_followed", "box_keys_kept", "rolls", "roll_claims"}
    assert set(data) == others | of_account
    for word in ("บุญมี", "ผู้ใหญ่บ้านชื่อสม", "boonmee@example.org", "When an officer read your citizen number"):
        assert word in page


def test_there_is_no_secret_in_it(client: FlaskClient, session: Session, elder: User) -> None:
    secret = make.second_factor(session, elder)
    enter_with_code(client, elder, secret)
    data, page = take(client)
    kept = session.scalars(select(CitizenNumber)).one()
    token = session.scalars(select(WebSession.token_sha256).where(WebSession.user_id == elder.id)).first()
    for hidden in (
        NUMBER,
        "67890",
        kept.fingerprint,
        kept.sealed,
        token,
        elder.password_hash,
        "argon2",
        secret,
    ):
        assert str(hidden) not in page + json.dumps(data)


def enter_with_code(client: FlaskClient, user: User, secret: str) -> None:
    enter(client, user)
    assert make.post(client, "/sign-in/code", code=make.code(secret)).status_code == 303


def test_others_are_not_in_it(
    client: FlaskClient, session: Session, officer: User, area: Area, elder: User
) -> None:
    other = make.registered(session, officer, area, name=Name("", "คนอื่น", ""))
    write(session, other.id, "welcome")
    session.commit()
    enter(client, elder)
    data, page = take(client)
    assert "คนอื่น" not in page
    assert len(data["letters"]) == 1


@pytest.mark.parametrize("path", ["/account/data", "/account/close"])
def test_both_ask_for_a_fresh_proof(client: FlaskClient, session: Session, elder: User, path: str) -> None:
    enter(client, elder)
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        assert client.get(path).location.startswith("/account/prove")
        token = make.csrf(client, "/account/consent/withdraw")
        answer = client.post(path, data={"csrf_token": token, "word": "close my account"})
        assert answer.location.startswith("/account/prove")
        sitting = make.sign_in(session, elder)
        sitting.proved_at = clock.now() - timedelta(minutes=5)
        for deed in (closing.close, closing.note_taken):
            with pytest.raises(ProofNeeded):
                deed(session, sitting)
    session.expire_all()
    assert elder.closed_at is None


def test_it_is_not_taken_again_and_again(client: FlaskClient, elder: User) -> None:
    enter(client, elder)
    assert [send(client, "/account/data").status_code for _time in range(4)] == [200] * 3 + [429]


def test_every_slice_that_keeps_people_hands_in_its_part(session: Session, elder: User) -> None:
    names = [part.name for source in PERSONAL_DATA for part in source(session, elder.id)]
    assert len(names) == len(set(names))
    for source in PERSONAL_DATA:
        for part in source(session, elder.id):
            assert all(row.keys() == part.labels.keys() for row in part.rows), part.name


def test_after_closing_nothing_personal_is_left_anywhere(session: Session, elder: User) -> None:
    make.second_factor(session, elder)
    secrets = ("บุญมี", "ทดสอบ", "boonmee", "1937", "ผู้ใหญ่บ้านชื่อสม")
    before = everything(session)
    assert all(secret in before for secret in secrets), "the control"
    closing.close(session, make.sign_in(session, elder))
    session.commit()
    after = everything(session, tuple(set(Base.metadata.tables) - {"areas"}))
    for secret in secrets:
        found = re.findall(f".*{secret}.*", after)
        assert all("x@example.org" in row or "officer@example.org" in row for row in found), found
    mentions = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "users" for key in column.foreign_keys)
        and session.execute(select(table).where(column == elder.id)).first()
    ]
    assert mentions == ["consents.user_id"]


def test_what_the_tombstone_says(session: Session, elder: User) -> None:
    closing.close(session, make.sign_in(session, elder))
    session.commit()
    assert (elder.name, elder.email, elder.sort_key) == ("Closed account", None, "")
    kept = {c.key for c in inspect(User).columns if getattr(elder, c.key) not in (None, "")}
    assert kept == {"id", "name_source", "created_at", "closed_at", "language"}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "AccountClosed")).one()
    assert (entry.actor_id, entry.details) == (elder.id, {"user_id": elder.id})


def test_from_the_page_to_the_end(client: FlaskClient, session: Session, elder: User) -> None:
    enter(client, elder)
    body = client.get("/account/close").get_data(as_text=True)
    for told in ("What goes", "What stays, and why", "It cannot be undone", "bear no name"):
        assert told in body
    for wrong in ("", "yes"):
        assert send(client, "/account/close", word=wrong).status_code == 422
    answer = send(client, "/account/close", word=" Close my Account ")
    assert answer.location == "/"
    assert "Your account is closed" in client.get("/").get_data(as_text=True)
    assert client.get("/account").status_code == 303
    assert send(client, "/sign-in", email="boonmee@example.org", password=make.PASSWORD).status_code == 422
    assert session.scalars(select(Letter).where(Letter.user_id == elder.id)).all() == []


def test_the_address_and_the_number_can_be_used_again(
    client: FlaskClient, session: Session, officer: User, area: Area, elder: User
) -> None:
    closing.close(session, make.sign_in(session, elder))
    session.commit()
    gone = elder.id
    assert make.registered(session, officer, area, NUMBER).id != gone
    assert sign_up(client, email="boonmee@example.org") == 303
    newcomer = people.by_email(session, "boonmee@example.org")
    assert newcomer is not None
    assert newcomer.id != gone


def test_somebody_with_a_code_alone_can_go_too(
    client: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    elder = make.registered(session, officer, area)
    code = make.access_code(session, officer, elder)
    send(client, DOOR, code=code)
    assert send(client, "/account/close", word="close my account").status_code == 303
    assert send(client, DOOR, code=code).status_code == 422


def test_who_holds_a_post_stays(client: FlaskClient, session: Session, officer: User) -> None:
    secret = make.second_factor(session, officer)
    enter_with_code(client, officer, secret)
    body = client.get("/account/close").get_data(as_text=True)
    assert "Hand it over first" in body
    assert 'name="word"' not in body
    with pytest.raises(Denied, match="Hand it over first"):
        closing.close(session, make.sign_in(session, officer))


def test_a_consent_ends_with_the_account(session: Session, elder: User) -> None:
    consent_actions.give(session, elder, elder, "1")
    closing.close(session, make.sign_in(session, elder))
    session.commit()
    assert "None" not in everything(session, ("consents",)).split("privacy-notice")[1].split(",")[-1]


def test_the_database_itself_keeps_a_closed_row_empty(session: Session, elder: User) -> None:
    closing.close(session, make.sign_in(session, elder))
    session.commit()
    for column, value in (("email", "x@y.example"), ("given_name", "x"), ("birth_year", 1956)):
        setattr(elder, column, value)
        with pytest.raises(Exception, match=r"closed_is_empty"):
            session.flush()
        session.rollback()
