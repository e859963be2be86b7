"""Minimum shares: money kept for a category or district, for every method."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.counting.ballots import Election
from govapp.counting.count import COUNTERS, count
from govapp.counting.outcome import Reason
from govapp.counting.rule import Completion, Method, Rule
from govapp.counting.shares import restrict
from tests.counting.elections import election, elections, rows

COSTS = {"a": 600, "b": 500, "c": 300, "d": 200}
VOTES = ["ab"] * 6 + ["c"] * 2 + ["d"]
TOWN = election(
    COSTS, VOTES, 1000, categories={"c": ["care"], "d": ["care"]}, district={"b": "north", "d": "north"}
)


def test_a_share_comes_first_and_what_is_left_goes_back() -> None:
    outcome = count(TOWN, Rule(reserved={"care": 400}))
    assert outcome.funded == ("c", "b", "d")
    assert (outcome.spent, outcome.left) == (1000, 0)
    assert [outcome.projects[p].reason for p in "cbd"] == [
        Reason.RESERVED,
        Reason.MOST_VOTES,
        Reason.MOST_VOTES,
    ]
    assert [outcome.projects[p].order for p in "cbd"] == [1, 2, 3]
    assert outcome.projects["a"].reason is Reason.DOES_NOT_FIT
    assert count(TOWN, Rule()).funded == ("b", "c", "d")
    assert outcome.facts["shares"] == [
        {"name": "care", "reserved": 400, "spent": 300, "funded": ("c",)},
        {"name": "", "reserved": 700, "spent": 700, "funded": ("b", "d")},
    ]


def test_names_are_taken_in_the_order_of_their_text() -> None:
    outcome = count(TOWN, Rule(reserved={"north": 200, "care": 200}))
    assert [share["name"] for share in outcome.facts["shares"]] == ["care", "north", ""]
    assert outcome.facts["shares"][0]["funded"] == ("d",)  # also in the north, but care came first
    assert outcome.facts["shares"][1]["funded"] == ()


def test_too_dear_for_the_rest_is_not_too_dear_for_the_budget() -> None:
    outcome = count(TOWN, Rule(reserved={"care": 500}))
    assert outcome.funded == ("c", "d", "b")
    assert outcome.projects["a"].reason is Reason.DOES_NOT_FIT
    assert outcome.projects["a"].remaining == 500


def test_a_group_taken_in_a_share_stays_taken() -> None:
    town = election(COSTS, VOTES, 1000, groups={"a": "g", "c": "g"}, categories={"c": ["care"]})
    why = count(town, Rule(reserved={"care": 300})).projects["a"]
    assert (why.reason, why.blocked_by, why.votes) == (Reason.GROUP_TAKEN, "c", 6)


@pytest.mark.parametrize(
    ("reserved", "message"),
    [
        ({"nowhere": 100}, "no project is of the category or in the district nowhere"),
        ({"care": 0}, "the amount reserved for care must be more than zero"),
        ({"care": 600, "north": 600}, "more money is reserved than the budget has"),
    ],
)
def test_what_cannot_be_reserved(reserved: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        count(TOWN, Rule(reserved=reserved))


def test_restricting_keeps_voters_and_renumbers() -> None:
    part = restrict(TOWN, [TOWN.projects[1], TOWN.projects[3]], 70)
    assert ([p.id for p in part.projects], part.budget) == (["b", "d"], 70)
    assert rows(part) == {((0, 1),): 6, (): 2, ((1, 1),): 1}


@given(elections(), st.sampled_from(sorted(COUNTERS)), st.sampled_from(Completion), st.integers(1, 600))
def test_every_method_keeps_the_budget_and_the_order(
    election: Election, method: Method, completion: Completion, amount: int
) -> None:
    names = {name for p in election.projects for name in (*p.categories, p.district) if name}
    reserved = {name: amount for name in sorted(names) if amount * len(names) <= election.budget}
    rule = Rule(method, completion=completion, reserved=reserved)
    if method is Method.PHRAGMEN and election.kind not in ("approval", "knapsack", "choose-1"):
        return
    outcome = count(election, rule)
    cost = {p.id: p.cost for p in election.projects}
    assert outcome.spent == sum(cost[p] for p in outcome.funded) == election.budget - outcome.left
    assert outcome.left >= 0
    assert len(set(outcome.funded)) == len(outcome.funded)
    assert set(outcome.projects) == set(cost)
    assert [outcome.projects[p].order for p in outcome.funded] == list(range(1, len(outcome.funded) + 1))
    assert all(outcome.projects[p].funded == (p in outcome.funded) for p in cost)
