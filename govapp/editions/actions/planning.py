"""Planning an edition, publishing it, calling it off. Nothing here works once its ballot box is open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from govapp.accounts.models.posts import Post
from govapp.ballotbox.models import Openings
from govapp.core import clock, text
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Denied, NotNow, Refused, require
from govapp.core.language import N_
from govapp.core.translations import THAI
from govapp.counting.ballots import BallotKind
from govapp.counting.count import suits
from govapp.counting.rule import Rule
from govapp.editions import queries, rules
from govapp.editions.actions.changing import changed, changing
from govapp.editions.events import (
    EditionCalledOff,
    EditionChanged,
    EditionPublished,
    EditionStarted,
    LessonsWritten,
)
from govapp.editions.models import Binding, Edition, Eligibility, Envelope, Phase, Stage
from govapp.editions.rules import calendar
from govapp.editions.rules.calendar import CALENDARS, Timed
from govapp.editions.rules.plans import Blocks, Limits, Part, fitting, in_the_way, remarks
from govapp.editions.rules.templates import NOTHING, TEMPLATES
from govapp.editions.rules.words import DISTRICTS, OF_EDITION, OTHERS, joined, part_of
from govapp.rolls import actions as rolls

NOT_COMPLETE = N_("Before it can be published, something is missing: see the list of tasks.")
STOP_FIRST = N_("A vote that was opened must be stopped first, on the page of its ballot box.")
ALREADY = N_("This round was published already.")
NO_NAMES: Mapping[str, Mapping[str, str]] = {}


@dataclass(frozen=True)
class Details:
    title: str
    description: str
    fiscal_year_be: int
    binding: Binding
    resolution: str
    eligibility: Eligibility
    eligibility_words: str
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of rules.words.OF_EDITION


@dataclass(frozen=True)
class BallotPlan:
    """preset, numbers: as in rules.counting_rule; languages: codes, besides Thai."""

    kind: BallotKind
    limits: Limits
    preset: str
    openings: Openings
    languages: Collection[str]
    numbers: Mapping[str, int] = field(default_factory=dict)


def start(
    session: Session, actor: Any, post: Post, title: str, fiscal_year_be: int, first_day: date, template: str
) -> Edition:
    """A draft that begins with a template of rules.templates, or with nothing (""). Raises Denied."""
    begin = TEMPLATES.get(template, NOTHING)
    edition = _draft(actor, post, title, fiscal_year_be)
    edition.binding, edition.eligibility = Binding.REASONED, Eligibility.RESIDENTS_16
    edition.kind, edition.rule = begin.kind, rules.counting_rule(begin.preset)
    edition.least, edition.most = begin.limits.least, begin.limits.most
    edition.languages = [THAI]
    session.add(edition)
    if begin.calendar:
        edition.phases = _phases(calendar.proposed(CALENDARS[begin.calendar], first_day))
    session.flush()
    record(session, actor.id, EditionStarted(edition.id, post.id, None))
    return edition


def copy(
    session: Session, actor: Any, post: Post, source_id: int, title: str, fiscal_year_be: int
) -> Edition:
    """A draft with the plan of an earlier edition, its dates a year later; without projects and roll.

    Raises Denied, Missing.
    """
    source = queries.show(session, source_id)
    require(rules.may_plan(actor, source))
    edition = _draft(actor, post, title, fiscal_year_be)
    for name in COPIED:
        setattr(edition, name, getattr(source, name))
    edition.copied_from_id = source.id
    edition.translations = part_of(source.translations, (*COPIED, DISTRICTS))
    session.add(edition)
    edition.phases = _phases(calendar.moved_by_a_year(source.phases))
    edition.envelopes = [
        Envelope(district=each.district, budget_satang=each.budget_satang) for each in source.envelopes
    ]
    session.flush()
    record(session, actor.id, EditionStarted(edition.id, post.id, source.id))
    return edition


COPIED = (
    "description binding eligibility eligibility_words kind least most most_points sum_points rule"
    " openings languages"
).split()


def change_details(session: Session, actor: Any, edition_id: int, details: Details) -> Edition:
    """Raises Denied, NotNow once voting was opened."""
    edition = changing(session, actor, edition_id)
    districts = part_of(edition.translations, (DISTRICTS,))
    for name, value in vars(details).items():
        setattr(edition, name, value)
    edition.translations = joined(details.translations, districts)
    titles = (words.get("title", "") for words in edition.translations.values())
    edition.search_text = _search_text(" ".join((edition.title, *titles)), edition.fiscal_year_be)
    changed(session, actor, edition, EditionChanged(edition.id, Part.DETAILS))
    return edition


def change_money(
    session: Session,
    actor: Any,
    edition_id: int,
    budgets: Mapping[str, int],
    names: Mapping[str, Mapping[str, str]] = NO_NAMES,
) -> Edition:
    """Raises Denied, NotNow once voting was opened.

    budgets  district ("" for the whole area) -> satang
    names    language -> district -> what it is called there
    """
    edition = changing(session, actor, edition_id)
    districts = {language: {DISTRICTS: dict(told)} for language, told in names.items() if told}
    edition.translations = joined(part_of(edition.translations, OF_EDITION), districts)
    kept = {each.district: each for each in edition.envelopes}
    for district in kept.keys() - budgets.keys():
        edition.envelopes.remove(kept[district])
    for district, satang in budgets.items():
        if district in kept:
            kept[district].budget_satang = satang
        else:
            edition.envelopes.append(Envelope(district=district, budget_satang=satang))
    changed(session, actor, edition, EditionChanged(edition.id, Part.MONEY))
    return edition


def change_calendar(session: Session, actor: Any, edition_id: int, spans: Collection[Timed]) -> Edition:
    """Raises Denied, NotNow once voting was opened, Refused for times that do not follow one another."""
    edition = changing(session, actor, edition_id)
    if any(calendar.mistakes(list(spans))):
        raise Refused
    kept = {phase.kind: phase for phase in edition.phases}
    wanted = {span.kind: span for span in spans}
    for kind in kept.keys() - wanted.keys():
        edition.phases.remove(kept[kind])
    for kind, span in wanted.items():
        if kind in kept:
            kept[kind].starts_at, kept[kind].ends_at = span.starts_at, span.ends_at
        else:
            edition.phases.append(Phase(kind=kind, starts_at=span.starts_at, ends_at=span.ends_at))
    changed(session, actor, edition, EditionChanged(edition.id, Part.CALENDAR))
    return edition


def change_ballot(session: Session, actor: Any, edition_id: int, plan: BallotPlan) -> Edition:
    """Raises Denied, NotNow once voting was opened, Refused for a rule that does not suit the ballot."""
    edition = changing(session, actor, edition_id)
    try:
        rule = rules.counting_rule(plan.preset, plan.numbers)
    except (KeyError, ValueError):
        raise Refused from None
    if not suits(Rule.from_json(rule), plan.kind):
        raise Refused
    limits = fitting(plan.kind, plan.limits)
    edition.kind, edition.rule = plan.kind, rule
    edition.least, edition.most = limits.least, limits.most
    edition.most_points, edition.sum_points = limits.most_points, limits.sum_points
    edition.openings = plan.openings
    edition.languages = [THAI, *(code for code in OTHERS if code in plan.languages)]
    changed(session, actor, edition, EditionChanged(edition.id, Part.BALLOT))
    return edition


def publish(session: Session, actor: Any, edition_id: int) -> Edition:
    """From now on everybody sees it, and knows of its roll. Raises Denied, NotNow if something is missing."""
    edition = changing(session, actor, edition_id)
    if edition.stage is not Stage.DRAFT:
        raise NotNow(ALREADY)
    found = remarks(edition, queries.projects(session, edition.id), clock.now(), {})
    if in_the_way(found, Blocks.PUBLISHING):
        raise NotNow(NOT_COMPLETE)
    edition.stage = Stage.PUBLISHED
    if edition.roll_id is not None:
        rolls.announce(session, actor, edition.roll_id)
    record(session, actor.id, EditionPublished(edition.id))
    return edition


def call_off(session: Session, actor: Any, edition_id: int, reason: str) -> Edition:
    """It does not take place: its page says why, and its roll is told to nobody any more.

    Raises Denied, NotNow while voting is open.
    """
    edition = fetch(session, Edition, edition_id, lock=True)
    require(rules.may_plan(actor, edition))
    if rules.is_frozen(edition):
        raise NotNow(STOP_FIRST)
    edition.stage, edition.called_off_because = Stage.CALLED_OFF, reason
    if edition.roll_id is not None:
        rolls.withdraw(session, actor, edition.roll_id)
    record(session, actor.id, EditionCalledOff(edition.id))
    return edition


def write_lessons(session: Session, actor: Any, edition_id: int, lessons: str) -> Edition:
    """What is to be done better next time, at any time. Raises Denied."""
    edition = fetch(session, Edition, edition_id, lock=True)
    require(rules.may_plan(actor, edition))
    edition.lessons = lessons
    record(session, actor.id, LessonsWritten(edition.id))
    return edition


def _draft(actor: Any, post: Post, title: str, fiscal_year_be: int) -> Edition:
    if post not in rules.posts_to_plan(actor) or post.area_id is None:
        raise Denied
    return Edition(
        area_id=post.area_id,
        post_id=post.id,
        title=title,
        fiscal_year_be=fiscal_year_be,
        stage=Stage.DRAFT,
        search_text=_search_text(title, fiscal_year_be),
    )


def _search_text(title: str, fiscal_year_be: int) -> str:
    return text.search_text(f"{title} {fiscal_year_be}")


def _phases(spans: Sequence[Timed]) -> list[Phase]:
    return [Phase(kind=span.kind, starts_at=span.starts_at, ends_at=span.ends_at) for span in spans]
