"""Editions for tests: planned by an officer, published unless told otherwise, valid by default."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.posts import Post
from govapp.ballotbox.actions import setup
from govapp.ballotbox.models import Elector
from govapp.core import clock, dates
from govapp.core.key_folder import KeyFolder
from govapp.editions import rules
from govapp.editions.actions import opening, planning, projects
from govapp.editions.actions.projects import Picture
from govapp.editions.models import Edition, PhaseKind
from govapp.editions.rules.calendar import Span
from govapp.editions.rules.drafts import ProjectDraft
from govapp.rolls.models import RollEntry
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.conftest import Shared

BAHT = 100


def post_of(officer: User) -> Post:
    (post,) = rules.posts_to_plan(officer)
    return post


def draft(code: str = "1", **given: Any) -> ProjectDraft:
    values: dict[str, Any] = {"title": f"โครงการ {code}", "description": "", "cost_satang": 300 * BAHT}
    return ProjectDraft(code=code, **(values | given))


def spans(vote_in: timedelta = timedelta(days=10)) -> list[Span]:
    """Campaign now, then the vote, objections and the opening."""
    now = clock.now().replace(microsecond=0)
    begin = now + vote_in
    end = begin + timedelta(days=5)
    later = end + timedelta(days=3)
    return [
        Span(PhaseKind.CAMPAIGN, begin - timedelta(days=20), begin),
        Span(PhaseKind.VOTE, begin, end),
        Span(PhaseKind.OBJECTIONS, end, later),
        Span(PhaseKind.OPENING, later, later + timedelta(days=1)),
    ]


def fill(session: Session, officer: User, made: Edition, voters: int = 30) -> None:
    """A roll with so many people, in every district in turn."""
    roll = opening.make_roll(session, officer, made.id)
    districts = [each.district for each in made.envelopes]
    session.add_all(
        RollEntry(
            roll_id=roll.id,
            case_number=f"T-{number}",
            given_name="ผู้มีสิทธิ",
            family_name="สมมติ",
            sort_key=f"{number:06}",
            birth_year=1980,
            district=districts[number % len(districts)],
        )
        for number in range(voters)
    )
    session.commit()


def ready(session: Session, officer: User, made: Edition, keys: KeyFolder, voters: int = 30) -> Site:
    """Its ballot box, with so many voters on the roll and three key-holders; not open yet."""
    fill(session, officer, made, voters)
    return box_of(session, officer, made, keys)


def box_of(session: Session, officer: User, made: Edition, keys: KeyFolder) -> Site:
    """Its ballot box, with the voters of its roll and three key-holders; not open yet."""
    box = opening.make_ready(session, officer, made.id, boxes.HOST)
    roll = session.scalars(select(Elector.voter_id).where(Elector.box_id == box.id)).all()
    holders = boxes.holders_of_keys(session)
    setup.name_key_holders(session, officer, box.id, [holder.id for holder in holders])
    session.commit()
    shared = SimpleNamespace(write=Shared(session), read=Shared(session))
    return Site(shared, keys, box.id, list(roll), officer.id, holders[0].id)


def edition(
    session: Session,
    officer: User,
    codes: Sequence[str] = ("1", "2", "3"),
    is_published: bool = True,
    **given: Any,
) -> Edition:
    """A thousand baht for projects of these codes. given: budgets, drafts, spans, languages, translations."""
    today = dates.local_day(clock.now())
    made = planning.start(session, officer, post_of(officer), "รอบทดสอบ 2570", 2570, today, "")
    made.languages = given.get("languages", ["th"])
    planning.change_money(session, officer, made.id, given.get("budgets", {"": 1000 * BAHT}))
    planning.change_calendar(session, officer, made.id, given.get("spans", spans()))
    for each in given.get("drafts", [draft(code) for code in codes]):
        projects.add(session, officer, made.id, each, Picture())
    made.translations = given.get("translations", {})
    if is_published:
        planning.publish(session, officer, made.id)
    session.commit()
    return made
