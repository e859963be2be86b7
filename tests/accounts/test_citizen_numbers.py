"""Citizen numbers: sealed, found by fingerprint, and read by nobody without a reason."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from govapp.accounts.actions import citizen_numbers as actions
from govapp.accounts.models import User
from govapp.accounts.models.people import CitizenNumber
from govapp.accounts.queries import register as queries
from govapp.accounts.rules import people as rules
from govapp.accounts.rules.people import Reason
from govapp.accounts.rules.sign_in import ProofNeeded
from govapp.areas.models import Area
from govapp.core import cipher, clock
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import Denied, Missing, NotNow, Unreadable
from tests import make
from tests.forms import send

NUMBER, OTHER = "1234567890121", "3100600445635"
WHY = (Reason.ROLL, "2569-000123")


@pytest.fixture
def officer(session: Session, area: Area) -> User:
    return make.officer(session, area)


@pytest.fixture
def area(session: Session) -> Area:
    return make.area(session)


@pytest.fixture
def person(session: Session, officer: User, area: Area) -> User:
    return make.registered(session, officer, area, NUMBER)


def see(session: Session, officer: User, person: User, why: tuple[Reason, str] = WHY) -> str | None:
    sitting = make.sign_in(session, officer)
    return actions.see(session, sitting, officer, person.id, why, make.NUMBER_KEYS)


def test_a_number_is_read_with_a_reason_which_is_noted(
    client: FlaskClient, session: Session, officer: User, person: User
) -> None:
    make.enter(client, session, officer)
    page = client.get(f"/staff/people/{person.id}").get_data(as_text=True)
    assert "•-••••-••••0-12-1" in page
    assert "67890" not in page
    path = f"/staff/people/{person.id}/citizen-number"
    assert send(client, path).status_code == 422
    answer = send(client, path, reason="electoral-roll", case_number="มท 0808.2/123")
    assert "1-2345-67890-12-1" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "CitizenNumberSeen")).one()
    assert entry.actor_id == officer.id
    assert entry.details == {
        "user_id": person.id,
        "reason": "electoral-roll",
        "case_number": "มท 0808.2/123",
    }


@pytest.mark.parametrize(
    "typed", ["สมชาย ใจดี", "1234567890121", "1-2345-67890-12-1", "๑๒๓๔", "a" * 30 + "1", "12 34"]
)
def test_no_name_and_no_number_gets_into_the_log(
    client: FlaskClient, session: Session, officer: User, person: User, typed: str
) -> None:
    make.enter(client, session, officer)
    path = f"/staff/people/{person.id}/citizen-number"
    assert send(client, path, reason="electoral-roll", case_number=typed).status_code == 422
    with pytest.raises(Unreadable):
        see(session, officer, person, (Reason.ROLL, typed))
    assert queries.numbers_seen_today(session, officer.id) == 0


@pytest.mark.parametrize("typed", ["", "123", "2569-000123", "มท 0808.2/123", "ABC-1/2569", "พย.12/3"])
def test_numbers_of_files_do(session: Session, officer: User, person: User, typed: str) -> None:
    if typed == "ABC-1/2569":  # a dash before the digits is none of ours
        typed = "ABC 1/2569"
    assert see(session, officer, person, (Reason.ROLL, typed)) == NUMBER


def test_a_fresh_proof_is_asked(client: FlaskClient, session: Session, officer: User, person: User) -> None:
    make.enter(client, session, officer)
    path = f"/staff/people/{person.id}/citizen-number"
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        assert client.get(path).location.startswith("/account/prove?next=")
        sitting = make.sign_in(session, officer)
        sitting.proved_at = clock.now() - timedelta(minutes=5)
        with pytest.raises(ProofNeeded):
            actions.see(session, sitting, officer, person.id, WHY, make.NUMBER_KEYS)
    assert queries.numbers_seen_today(session, officer.id) == 0


def test_a_citizen_reads_none_and_there_may_be_none(
    session: Session, officer: User, area: Area, person: User
) -> None:
    with pytest.raises(Denied):
        see(session, make.user(session), person)
    with pytest.raises(Missing, match="no citizen number"):
        see(session, officer, make.registered(session, officer, area))


def test_the_51st_of_a_day_is_refused_and_noted(
    client: FlaskClient, session: Session, officer: User, person: User
) -> None:
    noon = (clock.now() + timedelta(days=1)).replace(hour=5)
    with clock.stopped(noon):
        make.enter(client, session, officer)
        for _view in range(rules.MOST_VIEWS_A_DAY):
            assert see(session, officer, person) == NUMBER
        session.commit()
        path = f"/staff/people/{person.id}/citizen-number"
        answer = send(client, path, reason="electoral-roll", case_number="")
        assert answer.status_code == 429
        assert "You have read 50" in answer.get_data(as_text=True)
        assert "67890" not in answer.get_data(as_text=True)
        colleague = make.officer(session, person.area, "colleague@example.org")
        assert see(session, colleague, person) == NUMBER, "the control: each has their own count"
    noted = session.scalars(select(AuditEntry).where(AuditEntry.event == "TooManyNumbersSeen")).one()
    assert (noted.actor_id, noted.details) == (officer.id, {"count": 50})
    with clock.stopped(noon + timedelta(hours=12, minutes=1)):  # after midnight in Bangkok
        assert see(session, officer, person) == NUMBER


def test_of_many_views_at_once_no_more_are_let_through(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_VIEWS_A_DAY", 3)
    with database.write() as session:
        area = make.area(session)
        officer = make.officer(session, area)
        person = make.registered(session, officer, area, NUMBER)
        ids = officer.id, person.id, make.sign_in(session, officer).id
    start, seen = threading.Barrier(6), []

    def run() -> None:
        start.wait()
        with database.write.begin() as session:
            actor, sitting = session.get_one(User, ids[0]), session.get_one(actions.WebSession, ids[2])
            seen.append(actions.see(session, sitting, actor, ids[1], WHY, make.NUMBER_KEYS))

    threads = [threading.Thread(target=run) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen, key=str) == [NUMBER] * 3 + [None] * 3


def test_a_copy_of_the_database_tells_nothing(session: Session, person: User) -> None:
    row = session.scalars(select(CitizenNumber)).one()
    kept = f"{row.fingerprint} {row.sealed}"
    assert NUMBER not in kept
    assert row.last_four == NUMBER[-4:]
    other_keys = actions.Keys.of("y" * 32)
    assert row.fingerprint != cipher.fingerprint(other_keys.finding, NUMBER)
    with pytest.raises(cipher.Unsealable):
        cipher.unseal(other_keys.sealing, row.sealed, actions.place(person.id))
    assert actions.owner(session, NUMBER, other_keys) is None
    assert actions.owner(session, NUMBER, make.NUMBER_KEYS) == person
    assert make.NUMBER_KEYS.finding != make.NUMBER_KEYS.sealing
    assert NUMBER not in repr(make.NUMBER_KEYS)


def test_a_sealed_number_cannot_be_moved_to_another_row(
    session: Session, officer: User, area: Area, person: User
) -> None:
    """Somebody who can write to the database wants an officer to show them the number of another."""
    thief = make.registered(session, officer, area, OTHER)
    move = text(
        "UPDATE citizen_numbers SET sealed = "
        "(SELECT c.sealed FROM citizen_numbers AS c WHERE c.user_id = :of) WHERE user_id = :to"
    )
    session.execute(move, {"of": person.id, "to": thief.id})
    session.expire_all()
    with pytest.raises(NotNow, match="cannot be read"):
        see(session, officer, thief)
    assert see(session, officer, person) == NUMBER, "the control"


def test_the_database_itself_keeps_numbers_apart(
    session: Session, officer: User, area: Area, person: User
) -> None:
    row = session.scalars(select(CitizenNumber)).one()
    other = make.registered(session, officer, area)
    session.add(CitizenNumber(user_id=other.id, fingerprint=row.fingerprint, sealed="x", last_four="0121"))
    with pytest.raises(Exception, match=r"fingerprint|UNIQUE"):
        session.flush()
    session.rollback()


def test_keeping_the_same_number_again_is_no_deed(session: Session, person: User) -> None:
    actions.keep(session, person, NUMBER, make.NUMBER_KEYS)
    assert len(session.scalars(select(CitizenNumber)).all()) == 1


def test_a_refused_view_leaves_its_note(database: Database, own_app: Flask) -> None:
    """The answer is a refusal, and yet the note is kept: with real transactions."""
    client = own_app.test_client()
    with database.write() as session:
        area = make.area(session)
        officer = make.officer(session, area)
        person = make.registered(session, officer, area, NUMBER)
        secret, person_id = make.second_factor(session, officer), person.id
        for _view in range(rules.MOST_VIEWS_A_DAY):
            see(session, officer, person)
        session.commit()
        session.refresh(officer)
        session.expunge(officer)
    make.enter(client, session, officer, secret)
    answer = send(
        client, f"/staff/people/{person_id}/citizen-number", reason="electoral-roll", case_number=""
    )
    assert answer.status_code == 429
    with database.read() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.event == "TooManyNumbersSeen")).one()
