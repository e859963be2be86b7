"""The privacy notice, and what people agree to and withdraw."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import consents as actions
from govapp.accounts.models import User
from govapp.accounts.models.people import Consent
from govapp.accounts.queries import consents as queries
from govapp.accounts.rules import people as rules
from govapp.config import folder
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.errors import NotNow
from tests import make
from tests.accounts.test_person import enter
from tests.forms import send


@pytest.fixture
def user(session: Session) -> User:
    return make.user(session)


def events(session: Session) -> list[str]:
    consents = AuditEntry.event.like("Consent%")
    return [row.event for row in session.scalars(select(AuditEntry).where(consents).order_by(AuditEntry.id))]


def test_agreeing_withdrawing_and_agreeing_again_leaves_a_history(
    client: FlaskClient, session: Session, user: User
) -> None:
    enter(client, user)
    assert "You have not agreed" in client.get("/account").get_data(as_text=True)
    assert send(client, "/account/consent").status_code == 422
    assert send(client, "/account/consent", agrees="y").status_code == 303
    assert queries.agrees(session, user.id)
    assert "You have not agreed" not in client.get("/account").get_data(as_text=True)
    assert send(client, "/account/consent/withdraw").status_code == 303
    assert not queries.agrees(session, user.id)
    assert "You have not agreed" in client.get("/account").get_data(as_text=True)
    assert send(client, "/account/consent", agrees="y").status_code == 303
    assert [bool(row.withdrawn_at) for row in queries.history(session, user.id)] == [False, True]
    assert events(session) == ["ConsentGiven", "ConsentWithdrawn", "ConsentGiven"]


def test_withdrawing_twice_is_told(session: Session, user: User) -> None:
    with pytest.raises(NotNow, match="no consent to withdraw"):
        actions.withdraw(session, user)


def test_twice_is_once_and_another_version_is_another(session: Session, user: User) -> None:
    for version in ("1", "1", "2", "2"):
        actions.give(session, user, user, version)
        session.commit()
    assert [row.version for row in queries.history(session, user.id)] == ["2", "1"]
    newest = queries.living(session, user.id)
    assert newest is not None
    assert newest.version == "2"
    actions.withdraw(session, user)
    assert not queries.agrees(session, user.id)


def test_the_database_itself_keeps_one_living_consent_to_a_version(session: Session, user: User) -> None:
    actions.give(session, user, user, "1")
    session.commit()
    session.add(Consent(user_id=user.id, document="privacy-notice", version="1"))
    with pytest.raises(Exception, match=r"ix_consents_living|UNIQUE"):
        session.flush()
    session.rollback()


def test_an_officer_who_reads_it_aloud_is_written_down(session: Session, user: User) -> None:
    officer = make.admin(session)
    actions.give(session, officer, user, "1")
    session.commit()
    (row,) = queries.history(session, user.id)
    assert row.read_to_by_id == officer.id
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "ConsentGiven")).one()
    assert (entry.actor_id, entry.details["user_id"]) == (officer.id, user.id)


@pytest.mark.parametrize(
    ("today", "version"), [("2020-01-01", "1"), ("2026-12-31", "1"), ("2027-01-01", "2"), ("2030-01-01", "2")]
)
def test_a_newer_version_holds_from_its_day(
    monkeypatch: pytest.MonkeyPatch, today: str, version: str
) -> None:
    monkeypatch.setattr(rules, "NOTICES", {"1": date(2026, 11, 1), "2": date(2027, 1, 1)})
    noon = datetime.fromisoformat(today).replace(hour=5, tzinfo=UTC)
    with clock.stopped(noon):
        assert rules.notice_version() == version


def test_who_agreed_to_an_earlier_version_is_asked_again(
    client: FlaskClient, session: Session, user: User
) -> None:
    actions.give(session, user, user, "0")
    session.commit()
    enter(client, user)
    assert "newer version" in client.get("/account").get_data(as_text=True)
    assert "newer version" in client.get("/account/consent").get_data(as_text=True)
    assert queries.agrees(session, user.id)


@pytest.mark.parametrize("version", rules.NOTICES)
@pytest.mark.parametrize("code", ["th", "en"])
def test_every_version_is_there_in_both_languages(client: FlaskClient, version: str, code: str) -> None:
    assert (folder("templates") / f"accounts/privacy/_{version}_{code}.html").is_file()
    client.set_cookie("language", code)
    body = client.get(f"/privacy/{version}").get_data(as_text=True)
    assert "24 (4)" in body
    assert ("สิทธิของท่าน" in body) is (code == "th")


def test_the_newest_stands_in_the_footer_and_an_unknown_one_is_not_there(client: FlaskClient) -> None:
    assert 'href="/privacy"' in client.get("/").get_data(as_text=True)
    assert client.get("/privacy/99").status_code == 404
    assert client.get("/privacy/..%2f..%2fbase").status_code == 404
