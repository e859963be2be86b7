"""The calendar: half-open times one after another, moved by the clock alone.

A phase is anything with kind, starts_at and ends_at (aware): a row, or a Span that was typed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, TypeVar

from govapp.core.dates import from_local
from govapp.core.language import N_
from govapp.editions.models import PhaseKind

ORDER = tuple(PhaseKind)
HOUR = timedelta(hours=1)
A_YEAR = timedelta(weeks=52)
BEGINS_AT, CLOSES_AT = time(8), time(16)  # of voting, as polling stations do


class Timed(Protocol):
    """What has a kind and a time."""

    @property
    def kind(self) -> PhaseKind: ...

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


T = TypeVar("T", bound=Any)


@dataclass(frozen=True)
class Span:
    """From starts_at on, up to but not at ends_at."""

    kind: PhaseKind
    starts_at: datetime
    ends_at: datetime


class Mistake(NamedTuple):
    """What is wrong with a calendar: at which phase, msgid, and the other phase it speaks of."""

    kind: PhaseKind
    words: str
    other: PhaseKind | None = None


class Gap(NamedTuple):
    """A time between two phases for which nothing is planned."""

    after: PhaseKind
    before: PhaseKind
    days: int


ENDS_FIRST = N_("%(phase)s: the end must come after the beginning.")
OUT_OF_ORDER = N_("%(phase)s must not begin before %(other)s has ended.")
OBJECTIONS_LATE = N_("%(phase)s must begin at the moment at which voting ends.")


def in_order(phases: Sequence[T]) -> list[T]:
    """As they come in a year, whatever times they have."""
    return sorted(phases, key=lambda phase: ORDER.index(phase.kind))


def of_kind(phases: Sequence[T], kind: PhaseKind) -> T | None:
    return next((phase for phase in phases if phase.kind is kind), None)


def now_of(phases: Sequence[T], at: datetime) -> T | None:
    """The phase that runs at a moment; None before, after and in gaps."""
    return next((phase for phase in in_order(phases) if phase.starts_at <= at < phase.ends_at), None)


def next_of(phases: Sequence[T], at: datetime) -> T | None:
    """The first phase that has not begun at a moment."""
    return min((phase for phase in phases if phase.starts_at > at), key=_begin, default=None)


def is_over(phases: Sequence[Timed], at: datetime) -> bool:
    """Whether there is a calendar, and its last moment has passed."""
    return bool(phases) and all(phase.ends_at <= at for phase in phases)


def mistakes(phases: Sequence[Timed]) -> Iterator[Mistake]:
    """Phases that end before they begin, or begin before the one before them has ended."""
    listed = in_order(phases)
    for phase in listed:
        if phase.ends_at <= phase.starts_at:
            yield Mistake(phase.kind, ENDS_FIRST)
    for before, after in pairwise(listed):
        if after.starts_at < before.ends_at:
            yield Mistake(after.kind, OUT_OF_ORDER, before.kind)
    vote, objections = of_kind(phases, PhaseKind.VOTE), of_kind(phases, PhaseKind.OBJECTIONS)
    if vote and objections and objections.starts_at > vote.ends_at:
        yield Mistake(PhaseKind.OBJECTIONS, OBJECTIONS_LATE)


def gaps(phases: Sequence[Timed]) -> list[Gap]:
    """Whole or begun days between phases that follow one another; no mistake, but good to know."""
    listed = in_order(phases)
    return [
        Gap(before.kind, after.kind, -(-(after.starts_at - before.ends_at) // timedelta(days=1)))
        for before, after in pairwise(listed)
        if after.starts_at > before.ends_at
    ]


def objection_hours(phases: Sequence[Timed]) -> int:
    """How long the box hears objections after closing, in whole hours, rounded up; 0 without such a time."""
    objections = of_kind(phases, PhaseKind.OBJECTIONS)
    return -(-(objections.ends_at - objections.starts_at) // HOUR) if objections else 0


def moved_by_a_year(phases: Sequence[Timed]) -> list[Span]:
    """52 weeks later: the hours and the days of the week stay, and no phase is shortened by a leap day."""
    return [Span(phase.kind, phase.starts_at + A_YEAR, phase.ends_at + A_YEAR) for phase in phases]


@dataclass(frozen=True)
class Calendar:
    """A calendar to begin with: how many days each phase takes (msgids name it)."""

    name: str
    days: tuple[tuple[PhaseKind, int], ...]


P = PhaseKind
AFTER_VOTE = ((P.OBJECTIONS, 3), (P.OPENING, 1), (P.RESULT, 14), (P.DELIVERY, 365))
CALENDARS = {
    "year": Calendar(
        N_("A whole year, from ideas on"),
        ((P.IDEAS, 45), (P.REVIEW, 45), (P.CAMPAIGN, 21), (P.VOTE, 14), *AFTER_VOTE),
    ),
    "quarter": Calendar(
        N_("Three months, from ideas on"),
        ((P.IDEAS, 28), (P.REVIEW, 28), (P.CAMPAIGN, 14), (P.VOTE, 10), *AFTER_VOTE),
    ),
    "vote": Calendar(
        N_("The projects are there: only the vote"),
        ((P.CAMPAIGN, 14), (P.VOTE, 7), *AFTER_VOTE),
    ),
}


def proposed(calendar: Calendar, first_day: date) -> list[Span]:
    """The phases one after another from a day on; voting begins and ends at hours at which offices work."""
    spans, day, starts = [], first_day, time(8) if calendar.days[0][0] is P.VOTE else time(0)
    for place, (kind, days) in enumerate(calendar.days):
        day_after = day + timedelta(days=days)
        following = calendar.days[place + 1][0] if place + 1 < len(calendar.days) else None
        ends = _hour_between(kind, following)
        spans.append(Span(kind, from_local(day, starts), from_local(day_after, ends)))
        day, starts = day_after, ends
    return spans


def _hour_between(before: PhaseKind, after: PhaseKind | None) -> time:
    """At which hour of the day one phase gives way to the next."""
    if after is P.VOTE:
        return BEGINS_AT
    return CLOSES_AT if before in (P.VOTE, P.OBJECTIONS) else time(0)


def _begin(phase: Timed) -> datetime:
    return phase.starts_at
