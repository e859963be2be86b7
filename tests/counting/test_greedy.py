"""Greedy rules: order, what fits, stops, thresholds, groups, ties and the votes a loser was short of."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.counting import greedy, ties
from govapp.counting.ballots import BallotKind, Election
from govapp.counting.further import joined, single_points
from govapp.counting.outcome import Reason
from govapp.counting.rule import Method, Rule, Utility
from tests.counting.elections import election, elections, ranked

COSTS = {"a": 600, "b": 500, "c": 400, "d": 100, "e": 2000}
VOTES = ["abc", "abc", "ab", "ad", "cd", "e", ""]
SMALL = election(COSTS, VOTES, 1000)

rules = st.builds(
    Rule,
    method=st.sampled_from([Method.GREEDY, Method.GREEDY_NO_SKIP, Method.GREEDY_THRESHOLD]),
    utility=st.sampled_from([Utility.COST, Utility.CARDINALITY]),
    threshold=st.integers(0, 4),
    ties=st.sampled_from(["cheapest", "id", "seed:c0ffee"]),
)


@pytest.mark.parametrize(
    ("rule", "funded", "reasons"),
    [
        (Rule(), "ac", {"b": Reason.DOES_NOT_FIT, "d": Reason.DOES_NOT_FIT, "e": Reason.OVER_BUDGET}),
        (Rule(Method.GREEDY_NO_SKIP), "ac", {"b": Reason.DOES_NOT_FIT, "d": Reason.AFTER_STOP}),
        (Rule(Method.GREEDY_THRESHOLD, threshold=3), "ac", {"d": Reason.BELOW_THRESHOLD}),
        (Rule(Method.GREEDY_THRESHOLD, threshold=4), "a", {"c": Reason.BELOW_THRESHOLD}),
        (Rule(utility=Utility.CARDINALITY), "dcb", {"a": Reason.DOES_NOT_FIT}),
    ],
)
def test_who_is_funded(rule: Rule, funded: str, reasons: dict[str, Reason]) -> None:
    outcome = greedy.count(SMALL, rule)
    assert outcome.funded == tuple(funded)
    assert {p: outcome.projects[p].reason for p in reasons} == reasons


def test_the_numbers_of_a_reason() -> None:
    whys = greedy.count(SMALL, Rule()).projects
    assert (whys["a"].order, whys["a"].votes, whys["a"].remaining) == (1, 4, 1000)
    assert (whys["c"].order, whys["c"].remaining) == (2, 400)
    assert (whys["b"].order, whys["b"].remaining, whys["b"].votes_needed) == (None, 0, 1)
    assert whys["e"].votes_needed is None
    stopped = greedy.count(SMALL, Rule(Method.GREEDY_NO_SKIP)).projects
    assert (stopped["d"].blocked_by, stopped["e"].blocked_by) == ("b", "b")


def test_one_of_a_group() -> None:
    outcome = greedy.count(replace(SMALL, groups={"a": "pool", "c": "pool", "d": "road"}), Rule())
    assert outcome.funded == ("a", "d")
    assert (outcome.projects["c"].reason, outcome.projects["c"].blocked_by) == (Reason.GROUP_TAKEN, "a")
    assert outcome.projects["c"].votes_needed == 1  # then level with a, which is dearer


def test_a_project_without_support_is_not_funded() -> None:
    outcome = greedy.count(election({"a": 100, "b": 100}, ["a"], 1000), Rule())
    assert outcome.funded == ("a",)
    assert (outcome.projects["b"].reason, outcome.projects["b"].votes_needed) == (Reason.NO_SUPPORT, 1)


@pytest.mark.parametrize(
    ("method", "costs", "found"),
    [
        (Rule(), {"a": 300, "b": 200, "c": 200}, [("bca", "b", "id", 1), ("ca", "c", "cost", 2)]),
        (Rule(ties="id"), {"a": 300, "b": 200, "c": 200}, [("abc", "a", "id", 1), ("bc", "b", "id", 2)]),
        (Rule(), {"a": 300, "b": 200, "c": 350}, [("bac", "b", "cost", 1)]),
        (Rule(Method.GREEDY_NO_SKIP), {"a": 900, "b": 500, "c": 600}, [("bca", "b", "cost", 1)]),
    ],
)
def test_ties_are_written_down(
    method: Rule, costs: dict[str, int], found: list[tuple[str, str, str, int]]
) -> None:
    outcome = greedy.count(election(costs, ["abc", "abc"], 500), method)
    assert [("".join(t.projects), t.chosen, t.by, t.step) for t in outcome.ties] == found


def test_a_lot_is_the_same_for_the_same_seed_only() -> None:
    level = election({str(i): 100 for i in range(8)}, ["01234567"], 400)
    drawn = {seed: greedy.count(level, Rule(ties=f"seed:{seed}")).funded for seed in ("00", "01", "02")}
    assert len(set(drawn.values())) == 3
    assert drawn["00"] == greedy.count(level, Rule(ties="seed:00")).funded
    assert greedy.count(level, Rule(ties="seed:00")).ties[0].by == "lot"


@pytest.mark.parametrize(
    ("kind", "votes", "points"),
    [
        (BallotKind.APPROVAL, ["ab"], 1),
        (BallotKind.APPROVAL, [], 1),
        (BallotKind.CUMULATIVE, [{"a": 3, "b": 4}, {"a": 6}], 7),
        (BallotKind.SCORING, [{"a": 3, "b": 4}, {"a": 6}], 6),
        (BallotKind.ORDINAL, ranked("ab", "bac"), 1),
    ],
)
def test_what_a_further_voter_gives(kind: BallotKind, votes: list[dict[str, int]], points: int) -> None:
    assert single_points(election(COSTS, votes, 100, kind)) == points


@given(elections(), rules)
def test_the_sums_are_right_and_nothing_that_fits_is_left(election: Election, rule: Rule) -> None:
    outcome = greedy.count(election, rule)
    cost = {p.id: p.cost for p in election.projects}
    assert outcome.spent == sum(cost[p] for p in outcome.funded) == election.budget - outcome.left
    assert outcome.left >= 0
    assert {p for p, why in outcome.projects.items() if why.funded} == set(outcome.funded)
    assert [outcome.projects[p].order for p in outcome.funded] == list(range(1, len(outcome.funded) + 1))
    groups = [election.groups[p] for p in outcome.funded if p in election.groups]
    assert len(groups) == len(set(groups))
    for p, why in outcome.projects.items():
        if why.reason is Reason.DOES_NOT_FIT:
            assert why.remaining is not None
            assert cost[p] > why.remaining >= outcome.left


@given(elections(), rules)
def test_votes_needed_are_exact(election: Election, rule: Rule) -> None:
    outcome = greedy.count(election, rule)
    for place, project in enumerate(election.projects):
        needed = outcome.projects[project.id].votes_needed

        def wins(voters: int, place: int = place, project_id: str = project.id) -> bool:
            return greedy.count(joined(election, place, voters), rule).projects[project_id].funded

        if needed is not None:
            assert wins(needed)
            assert not wins(needed - 1)
        elif not wins(0):
            assert not any(wins(voters) for voters in (1, 2, 5, 1000, 10**6))


@given(elections(), st.integers(0, 1000))
def test_completion_is_greedy_on_the_rest(election: Election, left: int) -> None:
    rule = Rule(ties="id")
    rank = ties.order(election, "id")
    alone = greedy.count(replace(election, budget=left), rule)
    added = greedy.complete(election, rule, [], left, rank)
    assert [election.projects[p].id for p, _ in added] == list(alone.funded)
    assert [remaining for _, remaining in added] == [alone.projects[p].remaining for p in alone.funded]
    won = added[0][0] if added else None
    if won is not None:
        rest = greedy.complete(election, rule, [won], left - election.projects[won].cost, rank)
        assert rest == added[1:]
