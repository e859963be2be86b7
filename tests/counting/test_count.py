"""The door to counting: what it refuses, what it hands on, and how many votes were missing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govapp.counting.ballots import BallotKind, Election, Project
from govapp.counting.count import count, votes_needed
from govapp.counting.further import joined
from govapp.counting.named_rules import named_rule
from govapp.counting.outcome import Outcome
from govapp.counting.rule import Completion, Method, Rule, Utility
from tests.counting.elections import election, elections, ranked, real

TOWN = election({"a": 600, "b": 500, "c": 400}, ["ab", "ab", "b", "c"], 1000)
RANKED = election({"a": 600, "b": 500}, ranked("ab", "ba", "a"), 1000, BallotKind.ORDINAL)


@pytest.mark.parametrize(
    ("election", "rule", "message"),
    [
        (replace(TOWN, budget=-1), Rule(), "the budget must not be negative"),
        (replace(TOWN, projects=(Project("a", 1),) * 3), Rule(), "two projects have the same id"),
        (replace(TOWN, projects=(Project("a", 0),)), Rule(), "every cost must be more than zero"),
        (TOWN, Rule(increment=0), "the increment must be more than zero"),
        (TOWN, Rule(threshold=-1), "the threshold must not be negative"),
        (TOWN, Rule(ties="coin"), "ties must be cheapest, id or seed:HEX, not 'coin'"),
        (TOWN, Rule(ties="seed:xy"), "a seed is written in hexadecimal digits, not 'seed:xy'"),
        (TOWN, Rule(comparison=True), "the comparison step belongs to equal-shares"),
        (RANKED, Rule(Method.PHRAGMEN), "phragmen counts approval ballots, and these are ordinal"),
    ],
)
def test_what_cannot_be_counted(election: Election, rule: Rule, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        count(election, rule)


@pytest.mark.parametrize("method", Method)
def test_every_method_is_counted_and_says_so(method: Method) -> None:
    outcome = count(TOWN, Rule(method))
    assert outcome.rule == method
    assert outcome.parameters["method"] == method
    assert set(outcome.projects) == {"a", "b", "c"}


def test_a_rule_survives_being_written_down() -> None:
    rule = Rule(Method.EQUAL_SHARES, Utility.POINTS, Completion.ADD1, 50, 3, "seed:00", True, {"x": 1})
    assert Rule.from_json(rule.as_json()) == rule


def test_ranked_points_depend_on_the_utility() -> None:
    by_score = count(RANKED, Rule()).projects
    assert (by_score["a"].points, by_score["b"].points) == (2 + 1 + 1, 1 + 2)
    by_borda = count(RANKED, Rule(utility=Utility.BORDA)).projects
    assert (by_borda["a"].points, by_borda["b"].points) == (1, 1)
    assert (by_borda["a"].votes, by_borda["b"].votes) == (3, 2)


@pytest.mark.parametrize("name", [Utility.POINTS, Utility.BORDA])
def test_two_names_for_the_same_utility(name: Utility) -> None:
    cardinality = count(RANKED, Rule(Method.EQUAL_SHARES, Utility.CARDINALITY))
    assert count(RANKED, Rule(Method.EQUAL_SHARES, name)).funded == cardinality.funded


@pytest.mark.parametrize(
    ("meta", "rule"),
    [
        ({"rule": "greedy"}, Rule()),
        ({"rule": "greedy-no-skip", "min_project_score_threshold": "50"}, Rule(Method.GREEDY_NO_SKIP)),
        (
            {"rule": "greedy-threshold", "min_project_score_threshold": "50"},
            Rule(Method.GREEDY_THRESHOLD, threshold=50),
        ),
        ({"rule": "equalshares"}, Rule(Method.EQUAL_SHARES)),
        (
            {"rule": "equalshares/add1-comparison"},
            Rule(Method.EQUAL_SHARES, completion=Completion.ADD1, comparison=True),
        ),
        ({"rule": "greedy-custom"}, None),
        ({}, None),
    ],
)
def test_the_rule_a_file_names(meta: dict[str, str], rule: Rule | None) -> None:
    assert named_rule(meta) == rule


@settings(max_examples=40)
@given(
    elections(kinds=[BallotKind.APPROVAL]),
    st.sampled_from([Method.GREEDY, Method.EQUAL_SHARES, Method.PHRAGMEN]),
    st.integers(0, 40),
)
def test_votes_needed_is_a_boundary(election: Election, method: Method, limit: int) -> None:
    rule = Rule(method, completion=Completion.ADD1_GREEDY)
    for place, project in enumerate(election.projects):
        needed = votes_needed(election, rule, project.id, limit)

        def funded(voters: int, place: int = place) -> tuple[str, ...]:
            return count(joined(election, place, voters), rule).funded

        if needed:
            assert needed <= limit
            assert project.id in funded(needed)
            assert project.id not in funded(needed - 1)
        elif needed == 0:
            assert project.id in funded(0)
        else:
            assert project.id not in funded(limit)


@pytest.mark.parametrize(
    "rule", [Rule(), Rule(Method.GREEDY_THRESHOLD, threshold=300), Rule(utility=Utility.POINTS)]
)
def test_for_greedy_counting_again_agrees_with_its_own_figure(rule: Rule) -> None:
    election = real("Poland_Czestochowa_2025_Lisiniec.pb").election
    outcome: Outcome = count(election, rule)
    losers = [p for p, why in outcome.projects.items() if not why.funded]
    assert losers
    for loser in losers:
        assert votes_needed(election, rule, loser, 10**6) == outcome.projects[loser].votes_needed
