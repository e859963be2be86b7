"""How every change of a plan begins and ends: refused once frozen, told to its roll and to its box."""

from typing import Any

from sqlalchemy.orm import Session

from govapp.ballotbox.actions import setup
from govapp.ballotbox.actions.setup import Plan
from govapp.core import clock, dates
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.language import N_, catalogue
from govapp.core.translations import translation
from govapp.editions import queries, rules
from govapp.editions.models import KIND, Edition, PhaseKind
from govapp.editions.rules import calendar, contests
from govapp.editions.rules.plans import Blocks, Part, Remark, in_the_way, remarks
from govapp.editions.rules.words import DISTRICTS, OTHERS
from govapp.editions.wording import ELIGIBILITIES
from govapp.rolls import actions as rolls
from govapp.rolls.actions import RollPlan
from govapp.rolls.models import Roll

FROZEN = N_("Voting was opened: what is voted on, by whom and by which rule cannot be changed any more.")
IS_OFF = N_("This round was called off.")
STILL_NEEDED = N_(
    "The vote was made ready. After this change it could not be opened, so nothing was changed:"
    " first make what takes its place."
)


def changing(session: Session, actor: Any, edition_id: int) -> Edition:
    """The edition, locked, for those who plan it. Raises Denied, NotNow once it is frozen or called off."""
    edition = fetch(session, Edition, edition_id, lock=True)
    require(rules.may_plan(actor, edition))
    if rules.is_frozen(edition):
        raise NotNow(FROZEN)
    if rules.is_called_off(edition):
        raise NotNow(IS_OFF)
    return edition


def changed(session: Session, actor: Any, edition: Edition, event: Any) -> None:
    """Write the change down; roll and box that were made from the plan follow it.

    Raises NotNow where the vote was made ready and could not be opened after the change.
    """
    session.flush()
    session.expire(edition, ["phases", "envelopes"])
    record(session, actor.id, event)
    follow(session, actor, edition)
    if rules.is_ready(edition):
        if not_voters(needed(session, edition)):
            raise NotNow(STILL_NEEDED)
        assert edition.box_id is not None
        setup.change_plan(session, actor, edition.box_id, box_plan(session, edition))


def follow(session: Session, actor: Any, edition: Edition) -> None:
    """Its roll, where there is one, is for those who may vote by the plan as it is now."""
    if edition.roll_id is not None:
        rolls.follow(session, actor, edition.roll_id, roll_plan(edition, edition.roll))


def roll_plan(edition: Edition, roll: Roll | None) -> RollPlan:
    """Who may stand on its roll. While the calendar has no time for voting, the day of before stays."""
    vote = calendar.of_kind(edition.phases, PhaseKind.VOTE)
    before = roll.age_on if roll else None
    day = dates.local_day(vote.starts_at) if vote else before
    age = rules.MINIMUM_AGE[edition.eligibility] if day else 0
    return RollPlan(
        title=edition.title,
        districts=tuple(each.district for each in edition.envelopes if each.district),
        minimum_age=age,
        age_on=day if age else None,
        residence=edition.eligibility_words or _residence(edition, "th"),
        translations=_of_roll(edition),
    )


def _residence(edition: Edition, language: str) -> str:
    return catalogue(language).gettext(ELIGIBILITIES[edition.eligibility].sentence)


def _of_roll(edition: Edition) -> dict[str, Any]:
    """The translations of its roll, into the languages of its ballot."""
    found: dict[str, Any] = {}
    for language in OTHERS:
        told = edition.translations.get(language, {})
        own = told.get("eligibility_words") if edition.eligibility_words else _residence(edition, language)
        words = {"title": told.get("title"), "residence": own, DISTRICTS: told.get(DISTRICTS)}
        found |= translation(language, words) if language in edition.languages else {}
    return found


def needed(session: Session, edition: Edition) -> list[Remark]:
    """What is in the way of opening its vote."""
    projects, voters = queries.projects(session, edition.id), queries.voters(session, edition)
    return in_the_way(remarks(edition, projects, clock.now(), voters), Blocks.OPENING)


def not_voters(found: list[Remark]) -> list[Remark]:
    """Without the roll, which the box itself asks for before it opens."""
    return [remark for remark in found if remark.part is not Part.VOTERS]


def box_plan(session: Session, edition: Edition) -> Plan:
    """What its ballot box shall decide; the calendar must have a time for voting."""
    vote = calendar.of_kind(edition.phases, PhaseKind.VOTE)
    assert vote is not None
    projects = queries.projects(session, edition.id)
    return Plan(
        kind=KIND,
        title=edition.title,
        contests=contests.contests(edition, projects),
        opens_at=vote.starts_at,
        closes_at=vote.ends_at,
        openings=edition.openings,
        objection_hours=calendar.objection_hours(edition.phases),
        with_ties=True,
        more=contests.committed(edition, projects),
    )
