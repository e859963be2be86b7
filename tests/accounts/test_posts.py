"""Giving posts by two people, ending them, duties and handovers: deeds on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.actions import handover, posts
from govapp.accounts.actions.posts import Terms
from govapp.accounts.models import User
from govapp.accounts.models.posts import Grant, Role
from govapp.accounts.queries import posts as queries
from govapp.accounts.rules.posts import CONFIRM_WITHIN, Standing, holds, standing
from govapp.areas.models import Area, AreaKind
from govapp.areas.queries import by_code
from govapp.core import clock, dates
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied, Missing, NotNow, Unreadable
from govapp.core.matters import Why
from tests import make

TODAY = dates.local_day(clock.now())
YEAR = timedelta(days=365)
REASON = "คำสั่งถูกยกเลิก"


class Offices:
    """Three administrators, a province with a town in it, and a neighbour."""

    def __init__(self, session: Session) -> None:
        self.first, self.second, self.third = (
            make.admin(session, f"{name}@example.org") for name in ("first", "second", "third")
        )
        country = by_code(session, "TH")
        self.province = make.area(session, "x-1", kind=AreaKind.PROVINCE, parent=country)
        self.neighbour = make.area(session, "x-2", kind=AreaKind.PROVINCE, parent=country)
        self.town = make.area(session, "x-1-1", parent=self.province)
        self.clerk = make.user(session, "clerk@example.org", given_name="เสมียน", family_name="สมมติ")


@pytest.fixture
def offices(session: Session) -> Offices:
    return Offices(session)


def terms(user: User, first: date = TODAY, last: date = TODAY + YEAR) -> Terms:
    return Terms(user.email, first, last, "คำสั่งสมมติที่ 1/2569")


def given(session: Session, offices: Offices, user: User, role: Role, area: Area, **days: Any) -> Grant:
    """A grant that two administrators gave."""
    grant = posts.propose(session, offices.first, role, area, terms(user, **days))
    posts.confirm(session, offices.second, grant.id)
    session.commit()
    session.refresh(user)
    return grant


def test_two_people_give_a_post_and_only_then_it_counts(session: Session, offices: Offices) -> None:
    grant = posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    session.refresh(offices.clerk)
    assert standing(grant) is Standing.PROPOSED
    assert not holds(offices.clerk, Role.SECRETARY)
    with pytest.raises(Denied):
        posts.confirm(session, offices.first, grant.id)
    posts.confirm(session, offices.second, grant.id)
    assert holds(offices.clerk, Role.SECRETARY, area=offices.town)
    assert not holds(offices.clerk, Role.SECRETARY, area=offices.neighbour)
    with pytest.raises(NotNow):
        posts.confirm(session, offices.third, grant.id)


def test_it_ends_by_itself_on_the_evening_of_its_last_day(session: Session, offices: Offices) -> None:
    today = dates.local_day(clock.now())
    given(session, offices, offices.clerk, Role.SECRETARY, offices.province, last=today)
    midnight = dates.from_local(today + timedelta(days=1), clock.now().min.time())
    with clock.stopped(midnight - timedelta(seconds=1)):
        assert holds(offices.clerk, Role.SECRETARY)
    with clock.stopped(midnight):
        assert not holds(offices.clerk, Role.SECRETARY)


def test_a_secretary_gives_posts_of_the_province_and_no_others(session: Session, offices: Offices) -> None:
    given(session, offices, offices.clerk, Role.SECRETARY, offices.province)
    other = make.user(session, "other@example.org")
    grant = posts.propose(session, offices.clerk, Role.OFFICER, offices.town, terms(other))
    posts.confirm(session, offices.second, grant.id)
    assert [user.email for user in queries.holders(session, Role.OFFICER, offices.town)] == [other.email]
    for role, area in (
        (Role.OFFICER, make.area(session, "x-2-1", parent=offices.neighbour)),
        (Role.SECRETARY, offices.province),
        (Role.AUDITOR, offices.town),
    ):
        with pytest.raises(Denied):
            posts.propose(session, offices.clerk, role, area, terms(other))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"email": "nobody@example.org"}, Missing, "no account"),
        ({"last": TODAY - timedelta(days=2)}, Unreadable, "before the first"),
        ({"first": TODAY - YEAR, "last": TODAY - timedelta(days=1)}, Unreadable, "over already"),
        ({"last": TODAY + 5 * YEAR}, Unreadable, "four years"),
        ({"email": "first@example.org"}, Unreadable, "to themselves"),
    ],
)
def test_terms_that_will_not_do_are_told(
    session: Session, offices: Offices, change: dict[str, Any], error: type[Exception], says: str
) -> None:
    values = {"email": "clerk@example.org", "first": TODAY, "last": TODAY + YEAR, "document": "1/2569"}
    with pytest.raises(error, match=says):
        posts.propose(session, offices.first, Role.SECRETARY, offices.province, Terms(**values | change))


def test_a_post_must_fit_the_area(session: Session, offices: Offices) -> None:
    with pytest.raises(Unreadable, match="no such post"):
        posts.propose(session, offices.first, Role.SECRETARY, offices.town, terms(offices.clerk))


def test_nobody_waits_twice_for_one_post(session: Session, offices: Offices) -> None:
    posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    with pytest.raises(NotNow, match="already"):
        posts.propose(session, offices.second, Role.SECRETARY, offices.province, terms(offices.clerk))


def test_an_auditor_holds_nothing_else_not_even_when_confirmed_later(
    session: Session, offices: Offices
) -> None:
    officer = posts.propose(session, offices.first, Role.OFFICER, offices.town, terms(offices.clerk))
    with pytest.raises(NotNow, match="auditor"):
        posts.propose(session, offices.first, Role.AUDITOR, offices.province, terms(offices.clerk))
    posts.refuse(session, offices.second, officer.id, REASON)
    auditor = posts.propose(session, offices.first, Role.AUDITOR, offices.province, terms(offices.clerk))
    assert posts.confirm(session, offices.second, auditor.id)


def test_refused_and_lapsed_proposals_give_nothing(session: Session, offices: Offices) -> None:
    refused = posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    posts.refuse(session, offices.clerk, refused.id, REASON)  # the person does not want it
    lapsed = posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    with clock.stopped(clock.now() + CONFIRM_WITHIN), pytest.raises(NotNow):
        posts.confirm(session, offices.second, lapsed.id)
    assert (refused.closing_reason, standing(refused)) == (REASON, Standing.REFUSED)


def test_ending_takes_one_person_and_works_at_once(session: Session, offices: Offices) -> None:
    grant = given(session, offices, offices.clerk, Role.SECRETARY, offices.province)
    with pytest.raises(Denied):
        posts.end(session, make.user(session, "x@example.org"), grant.id, REASON)
    posts.end(session, offices.third, grant.id, REASON)
    assert not holds(offices.clerk, Role.SECRETARY)


def test_two_administrators_always_stay(session: Session, offices: Offices) -> None:
    grants = {grant.user_id: grant for grant in session.scalars(select(Grant))}
    posts.end(session, offices.first, grants[offices.third.id].id, REASON)
    with pytest.raises(NotNow, match="At least 2"):
        posts.end(session, offices.first, grants[offices.second.id].id, REASON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"given_by_id": "clerk"},
        {"confirmed_by_id": "clerk"},
        {"confirmed_by_id": "first"},
        {"confirmed_by_id": None},
        {"confirmed_at": None},
        {"ends_at": "starts_at"},
    ],
)
def test_the_database_itself_wants_two_people(
    session: Session, offices: Offices, wrong: dict[str, str | None]
) -> None:
    grant = given(session, offices, offices.clerk, Role.SECRETARY, offices.province)
    (column, value), people = next(iter(wrong.items())), {"clerk": offices.clerk, "first": offices.first}
    new = grant.starts_at if value == "starts_at" else people[value].id if value else None
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Grant).where(Grant.id == grant.id).values({column: new}))


def test_duties_belong_to_the_post_and_pass_to_the_successor(session: Session, offices: Offices) -> None:
    grant = given(session, offices, offices.clerk, Role.SECRETARY, offices.province)
    duty = handover.add_duty(session, offices.clerk, grant.post_id, "ตอบหนังสือ", due_on=TODAY)
    with pytest.raises(Denied):
        handover.add_duty(session, offices.first, grant.post_id, "เรื่องของคนอื่น")
    successor = make.user(session, "next@example.org")
    made = handover.hand_over(
        session, offices.clerk, grant.post_id, terms(successor), "กุญแจอยู่ในลิ้นชัก", [{"words": "ตอบหนังสือ"}]
    )
    session.refresh(successor)
    with pytest.raises(NotNow, match="has not begun"):
        handover.receive(session, successor, made.id)
    with pytest.raises(Denied):
        posts.confirm(session, offices.clerk, made.grant_id)  # who handed over is the first of the two
    posts.confirm(session, offices.second, made.grant_id)
    posts.end(session, offices.second, grant.id, REASON)
    session.refresh(offices.clerk)
    handover.receive(session, successor, made.id)
    with pytest.raises(Denied):
        handover.finish_duty(session, offices.clerk, duty.id)
    assert handover.finish_duty(session, successor, duty.id).done_by_id == successor.id
    with pytest.raises(NotNow):
        handover.finish_duty(session, successor, duty.id)


def test_a_desk_shows_what_is_due_to_whom(session: Session, offices: Offices) -> None:
    waiting = posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    administrators = posts.open_post(session, Role.ADMINISTRATOR, by_code(session, "TH"))
    (matter,) = [each for each in queries.due(session, administrators) if each.endpoint == "posts.grant"]
    assert matter.parts == {"grant_id": waiting.id}
    assert matter.not_by == {offices.first.id, offices.clerk.id}
    assert queries.due(session, waiting.post) == []
    posts.confirm(session, offices.second, waiting.id)
    handover_words = "%(title)s"
    session.refresh(offices.clerk)
    handover.add_duty(session, offices.clerk, waiting.post_id, "นัดประชุม", due_on=TODAY + timedelta(days=3))
    with clock.stopped(waiting.ends_at - timedelta(days=10)):
        due = queries.due(session, waiting.post)
    assert [(each.why, each.words == handover_words) for each in due] == [(Why.DUE, True), (Why.DUE, False)]


def test_the_log_tells_the_deeds_by_numbers_only(session: Session, offices: Offices) -> None:
    grant = given(session, offices, offices.clerk, Role.SECRETARY, offices.province)
    posts.end(session, offices.second, grant.id, "ย้ายไปจังหวัดอื่น")
    rows = session.scalars(select(AuditEntry).where(AuditEntry.event.startswith("Grant"))).all()
    last = [row for row in rows if row.details["grant_id"] == grant.id]
    assert [row.event for row in last] == ["GrantProposed", "GrantConfirmed", "GrantEnded"]
    assert all(set(row.details) == {"grant_id", "post_id", "user_id"} for row in last)
