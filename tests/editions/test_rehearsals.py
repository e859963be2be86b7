"""Rehearsals: invented ballots keep to the rules, a seed gives the same again, the chosen rule is first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.budgeting.rules import PRESETS
from govapp.core.errors import NotNow
from govapp.counting import patience
from govapp.counting.ballots import BallotKind, Project
from govapp.counting.rule import Completion, Method, Rule
from govapp.editions.rules import rehearsals
from govapp.editions.rules.plans import POINTED, Limits
from govapp.verifier.contests import rows
from tests.counting.elections import endless

PROJECTS = [Project(str(n), 100 * n, f"P{n}", ("ถนน",) if n % 2 else ()) for n in range(1, 9)]


@given(
    st.integers(0, 10**6),
    st.sampled_from(BallotKind),
    st.integers(0, 3),
    st.integers(3, 12),
    st.integers(0, 4000),
)
def test_invented_ballots_keep_to_the_limits(
    seed: int, kind: BallotKind, least: int, most: int, budget: int
) -> None:
    limits = Limits(least, most, 4, 9)
    made = rehearsals.invented(seed, 20, kind, limits, budget, PROJECTS)
    assert made.ballots.voters == 20
    for ballot in rows(made):
        points = dict(ballot)
        assert len(points) <= (len(PROJECTS) if kind is BallotKind.KNAPSACK else most)
        if kind is BallotKind.KNAPSACK:
            assert sum(each.cost for each in PROJECTS if each.id in points) <= budget
        if kind in POINTED:
            assert sum(points.values()) <= 9
            assert all(0 < given <= 4 for given in points.values())
        if kind is BallotKind.ORDINAL:
            assert sorted(points.values()) == list(range(1, len(points) + 1))


def test_the_same_seed_gives_the_same_ballots_and_another_gives_others() -> None:
    def ballots(seed: int) -> object:
        return rows(rehearsals.invented(seed, 50, BallotKind.APPROVAL, Limits(1, 5), 1000, PROJECTS))

    assert ballots(7) == ballots(7)
    assert ballots(7) != ballots(8)


@pytest.mark.parametrize("preset", ["equal-shares", "most-votes", "phragmen"])
def test_the_chosen_rule_comes_first_and_once(preset: str) -> None:
    election = rehearsals.invented(1, 50, BallotKind.APPROVAL, Limits(1, 5), 1000, PROJECTS)
    told: list[tuple[int, int | None]] = []
    tried = rehearsals.run(election, PRESETS[preset].rule, lambda *far: told.append(far)).tried
    assert tried[0].preset == rehearsals.CHOSEN
    assert sorted(each.preset for each in tried[1:]) == sorted(PRESETS.keys() - {preset})
    assert all(each.spent + each.left == 1000 and each.reached <= 50 == each.voters for each in tried)
    assert told[-1] == (len(tried), len(tried))


def test_rules_with_a_step_are_tried_with_the_step_of_the_chosen_one() -> None:
    election = rehearsals.invented(1, 50, BallotKind.APPROVAL, Limits(1, 5), 1000, PROJECTS)
    chosen = replace(PRESETS["equal-shares"].rule, increment=7)
    assert "equal-shares" not in {each.preset for each in rehearsals.run(election, chosen).tried}
    threshold = Rule(Method.GREEDY_THRESHOLD, threshold=51)
    tried = {each.preset: each.funded for each in rehearsals.run(election, threshold).tried}
    assert tried[rehearsals.CHOSEN] == ()
    assert tried["most-votes"]


def test_a_count_without_end_is_given_up_so_that_other_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    election = endless()
    monkeypatch.setattr(patience, "MOST_STEPS", 3_000)
    rule = Rule(Method.EQUAL_SHARES, completion=Completion.ADD1, increment=1)
    told: list[tuple[int, int | None]] = []
    with pytest.raises(NotNow, match="larger step"):
        rehearsals.run(election, rule, lambda *far: told.append(far))
    assert len(told) == 3_000, "the worker keeps its job while it counts"
    assert rehearsals.run(election, replace(rule, increment=10**6)).left_out == []


def test_rules_beside_the_chosen_one_are_left_out_where_they_would_take_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Most votes first has no step that an officer could make larger."""
    monkeypatch.setattr(patience, "MOST_STEPS", 300)
    found = rehearsals.run(endless(), PRESETS["most-votes"].rule)
    assert found.left_out == ["equal-shares", "equal-shares-add1", "equal-shares-count"]
    assert {each.preset for each in found.tried} == {
        rehearsals.CHOSEN,
        *(PRESETS.keys() - {*found.left_out, "most-votes"}),
    }


def test_ballots_that_the_rule_cannot_count_are_refused() -> None:
    election = rehearsals.invented(1, 50, BallotKind.SCORING, Limits(1, 5, 3, 9), 1000, PROJECTS)
    with pytest.raises(NotNow, match="cannot count ballots of that kind"):
        rehearsals.run(election, Rule(Method.GREEDY_THRESHOLD, threshold_basis_points=500))
