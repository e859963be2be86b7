"""The invented people: plainly invented, with posts given by two, and something on every desk."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.people import CitizenNumber, Consent, Registration
from govapp.accounts.models.posts import Duty, Grant, Handover, Post, Role
from govapp.accounts.rules.posts import Standing, held_by, standing
from govapp.core import audit, clock, dates
from govapp.core.audit import AuditEntry
from govapp.core.matters import Matter, Why
from govapp.demo import actions, queries
from govapp.demo.people import ADMINISTRATORS, BY_KEY, PEOPLE, STAFF, TASKS
from govapp.notifications import queries as letters
from govapp.notifications.models import Letter, LetterState
from govapp.portal.queries import on_desk
from tests import make
from tests.make import SIGNING_KEY

TODAY = dates.local_day(clock.now())


def person(session: Session, key: str) -> User:
    return queries.users(session)[key]


def _consents(session: Session, user: User) -> list[Consent]:
    return list(session.scalars(select(Consent).where(Consent.user_id == user.id)))


def desk(session: Session, key: str, why: Why) -> list[Matter]:
    (post,) = held_by(person(session, key))
    return [matter for matter in on_desk(session, post) if matter.why is why]


def test_everybody_is_plainly_invented() -> None:
    assert len(BY_KEY) == len(PEOPLE)
    for each in PEOPLE:
        assert each.family_name.endswith("สมมติ"), each
        assert not each.has_address or each.email.endswith("@demo.example.org"), each
        assert each.place or each.key not in STAFF


@pytest.mark.usefixtures("people")
def test_everybody_has_the_post_their_card_says(session: Session) -> None:
    held = {key: [post.role for post in held_by(person(session, key))] for key in BY_KEY}
    assert held == {
        "thana": [Role.ADMINISTRATOR],
        "arunee": [Role.ADMINISTRATOR],
        "parichat": [Role.AUDITOR],
        "wipa": [Role.SECRETARY],
        "kongphop": [],
        "mali": [Role.OFFICER],
        "prayun": [Role.KEY_HOLDER],
        "lamduan": [Role.KEY_HOLDER],
        "decha": [Role.KEY_HOLDER],
        "manop": [],
        "bunma": [],
    }
    assert [standing(grant) for grant in person(session, "kongphop").grants] == [Standing.PROPOSED]
    assert {key for key in BY_KEY if person(session, key).second_factor} == set(STAFF)


@pytest.mark.usefixtures("people")
def test_two_people_gave_every_post_but_those_of_the_first_administrators(session: Session) -> None:
    grants = session.scalars(select(Grant).where(Grant.confirmed_at.is_not(None))).all()
    on_server = {grant.user.email for grant in grants if grant.given_by_id is None}
    assert on_server == {BY_KEY[key].email for key in ADMINISTRATORS}
    given = [grant for grant in grants if grant.given_by_id]
    assert len(given) == 6
    assert all(grant.confirmed_by_id not in (None, grant.given_by_id, grant.user_id) for grant in given)
    assert all(grant.document.startswith("คำสั่งสมมติที่") for grant in given)
    events = list(session.scalars(select(AuditEntry.event)))
    assert (events.count("GrantProposed"), events.count("GrantConfirmed")) == (
        8,
        8,
    )  # two wait, two are of the server


@pytest.mark.usefixtures("people")
def test_the_elder_was_registered_by_the_officer(session: Session) -> None:
    elder = person(session, "bunma")
    assert (elder.email, elder.name) == (None, "ยายบุญมา บัวบานสมมติ")
    entered = session.get(Registration, elder.id)
    assert entered is not None
    assert entered.registered_by_id == person(session, "mali").id
    assert {consent.read_to_by_id for consent in _consents(session, elder)} == {person(session, "mali").id}
    assert session.scalar(select(func.count()).select_from(CitizenNumber)) == 0, "nobody has a number"


@pytest.mark.usefixtures("people")
def test_everybody_agreed_to_the_privacy_notice(session: Session) -> None:
    assert all(_consents(session, person(session, key)) for key in BY_KEY)


@pytest.mark.usefixtures("people")
def test_every_desk_has_something_to_show(session: Session) -> None:
    for post in session.scalars(select(Post)):
        assert on_desk(session, post), post.role
    days = [matter.day for matter in desk(session, "wipa", Why.DUE)]
    assert sum(day is not None and day < TODAY for day in days) == 2
    assert sum(day is not None and TODAY <= day <= TODAY + timedelta(days=7) for day in days) == 2
    assert None in days
    assert [matter.endpoint for matter in desk(session, "wipa", Why.WAITS)] == ["handover.show"]
    assert len(desk(session, "wipa", Why.CHANGED)) == 1
    asked = {matter.parts.get("grant_id") for matter in desk(session, "arunee", Why.DUE)}
    waiting = select(Grant.id).where(Grant.confirmed_at.is_(None))
    assert set(session.scalars(waiting)) <= asked


@pytest.mark.usefixtures("people")
def test_the_successor_finds_what_was_left(session: Session) -> None:
    (left,) = session.scalars(select(Handover)).all()
    assert left.grant.user_id == person(session, "kongphop").id
    assert left.received_at is None
    assert len(left.matters) == 6
    assert {matter["path"] for matter in left.matters} == {f"/posts/{left.post_id}"}


@pytest.mark.usefixtures("people")
def test_everybody_has_a_notice_and_one_letter_came_back(session: Session) -> None:
    addressed = {each.key for each in PEOPLE if each.has_address}
    assert {key for key in BY_KEY if letters.inbox(session, person(session, key).id)[1]} == addressed
    assert letters.unread(session, person(session, "kongphop").id)
    states = [letter.state for letter in session.scalars(select(Letter))]
    assert set(states) == {LetterState.SENT, LetterState.DEAD}
    assert states.count(LetterState.DEAD) == 1


@pytest.mark.usefixtures("people")
def test_the_log_of_the_two_months_is_whole(session: Session) -> None:
    audit.seal(session)
    assert audit.verify(session).broken_at is None
    _provinces, *at, _people = session.scalars(select(AuditEntry.at).order_by(AuditEntry.id))
    assert at == sorted(at)


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 11, 24, 17, 5, tzinfo=UTC), datetime(2028, 2, 29, 16, 59, tzinfo=UTC)],
    ids=["just after midnight", "just before midnight on a leap day"],
)
def test_days_are_counted_from_the_day_it_is_told(session: Session, moment: datetime) -> None:
    with clock.stopped(moment):
        actions.load_people(session, SIGNING_KEY)
        today: date = dates.local_day(moment)
        due = {duty.title: duty.due_on for duty in session.scalars(select(Duty))}
        assert due == {
            task.title: None if task.until is None else today + timedelta(days=task.until) for task in TASKS
        }
        assert [post.role for post in held_by(person(session, "wipa"))] == [Role.SECRETARY]
        assert max(session.scalars(select(Handover.made_at))) < moment


def test_chapters_are_told_once_and_people_come_to_an_older_demo(session: Session) -> None:
    make.round_(session)
    assert actions.load(session, SIGNING_KEY) == ["people"]
    session.commit()
    before = {model: session.scalar(select(func.count()).select_from(model)) for model in (User, Grant, Duty)}
    assert actions.load(session, SIGNING_KEY) == []
    after = {model: session.scalar(select(func.count()).select_from(model)) for model in (User, Grant, Duty)}
    assert after == before
