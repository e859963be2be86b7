"""The calendar: half-open times, what runs now, what is wrong with it, and how it moves by a year."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core import dates
from govapp.editions.models import PhaseKind
from govapp.editions.rules import calendar
from govapp.editions.rules.calendar import CALENDARS, Gap, Span

K = PhaseKind
BEGIN = datetime(2026, 12, 1, 1, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


def span(kind: PhaseKind, first: float, last: float) -> Span:
    """From so many days after BEGIN until so many."""
    return Span(kind, BEGIN + first * DAY, BEGIN + last * DAY)


PLAN = [span(K.IDEAS, 0, 10), span(K.REVIEW, 10, 20), span(K.VOTE, 25, 30), span(K.OBJECTIONS, 30, 33)]


@pytest.mark.parametrize(
    ("at", "now", "coming"),
    [
        (-TICK, None, K.IDEAS),
        (timedelta(0), K.IDEAS, K.REVIEW),
        (10 * DAY - TICK, K.IDEAS, K.REVIEW),
        (10 * DAY, K.REVIEW, K.VOTE),
        (20 * DAY, None, K.VOTE),
        (25 * DAY - TICK, None, K.VOTE),
        (25 * DAY, K.VOTE, K.OBJECTIONS),
        (30 * DAY, K.OBJECTIONS, None),
        (33 * DAY - TICK, K.OBJECTIONS, None),
        (33 * DAY, None, None),
    ],
)
def test_the_clock_moves_it(at: timedelta, now: PhaseKind | None, coming: PhaseKind | None) -> None:
    running, following = calendar.now_of(PLAN, BEGIN + at), calendar.next_of(PLAN, BEGIN + at)
    assert (running and running.kind, following and following.kind) == (now, coming)
    assert calendar.is_over(PLAN, BEGIN + at) == (at >= 33 * DAY)


def test_without_a_calendar_nothing_runs_and_nothing_is_over() -> None:
    assert calendar.now_of([], BEGIN) is None
    assert calendar.next_of([], BEGIN) is None
    assert not calendar.is_over([], BEGIN)


@pytest.mark.parametrize(
    ("phases", "wrong"),
    [
        (PLAN, []),
        ([], []),
        ([span(K.VOTE, 5, 5)], [(K.VOTE, calendar.ENDS_FIRST, None)]),
        ([span(K.IDEAS, 0, 5), span(K.REVIEW, 4, 9)], [(K.REVIEW, calendar.OUT_OF_ORDER, K.IDEAS)]),
        ([span(K.VOTE, 0, 5), span(K.IDEAS, 6, 9)], [(K.VOTE, calendar.OUT_OF_ORDER, K.IDEAS)]),
        ([span(K.VOTE, 0, 5), span(K.OBJECTIONS, 6, 9)], [(K.OBJECTIONS, calendar.OBJECTIONS_LATE, None)]),
    ],
)
def test_mistakes(phases: list[Span], wrong: list[tuple[PhaseKind, str, PhaseKind | None]]) -> None:
    assert [tuple(mistake) for mistake in calendar.mistakes(phases)] == wrong


def test_gaps_are_told_in_days() -> None:
    assert calendar.gaps(PLAN) == [Gap(K.REVIEW, K.VOTE, 5)]
    assert calendar.gaps([span(K.IDEAS, 0, 1), span(K.REVIEW, 1.5, 2)]) == [Gap(K.IDEAS, K.REVIEW, 1)]


@pytest.mark.parametrize(("days", "hours"), [(3, 72), (0.5, 12), (0.51, 13)])
def test_objections_in_hours(days: float, hours: int) -> None:
    assert calendar.objection_hours([span(K.OBJECTIONS, 0, days)]) == hours


def test_no_objections_no_hours() -> None:
    assert calendar.objection_hours([span(K.VOTE, 0, 1)]) == 0


@given(st.sampled_from(sorted(CALENDARS)), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_a_proposed_calendar_is_right_and_whole(name: str, first: date) -> None:
    phases = calendar.proposed(CALENDARS[name], first)
    assert list(calendar.mistakes(phases)) == []
    assert calendar.gaps(phases) == []
    assert dates.local_day(phases[0].starts_at) == first
    vote = calendar.of_kind(phases, K.VOTE)
    assert vote is not None
    assert (dates.local(vote.starts_at).hour, dates.local(vote.ends_at).hour) == (8, 16)


@given(st.sampled_from(sorted(CALENDARS)), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_a_year_later_it_is_still_right(name: str, first: date) -> None:
    before = calendar.proposed(CALENDARS[name], first)
    after = calendar.moved_by_a_year(before)
    assert list(calendar.mistakes(after)) == []
    for old, new in zip(before, after, strict=True):
        here, there = dates.local(old.starts_at), dates.local(new.starts_at)
        assert (there.weekday(), there.time()) == (here.weekday(), here.time())
        assert new.ends_at - new.starts_at == old.ends_at - old.starts_at
        assert 363 < (there - here).days < 366


@given(st.lists(st.integers(0, 60), min_size=2, max_size=9, unique=True), st.integers(-5, 70))
def test_at_most_one_phase_runs_where_there_is_no_mistake(marks: list[int], day: int) -> None:
    marks = sorted(marks)
    phases = [span(kind, *pair) for kind, pair in zip(K, pairwise(marks), strict=False)]
    assert list(calendar.mistakes(phases)) == []
    at = BEGIN + day * DAY
    assert sum(phase.starts_at <= at < phase.ends_at for phase in phases) == (
        calendar.now_of(phases, at) is not None
    )
