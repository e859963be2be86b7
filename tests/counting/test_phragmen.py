"""Sequential Phragmén: small elections by hand, and any election against its definition in fractions."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govapp.counting import phragmen
from govapp.counting.ballots import BallotKind, Election
from govapp.counting.outcome import Reason
from govapp.counting.rule import Method, Rule
from tests.counting import reference
from tests.counting.elections import election, elections

APPROVALS = (BallotKind.APPROVAL, BallotKind.KNAPSACK, BallotKind.CHOOSE_ONE)

BY_HAND = {
    # a at 20; then b at (60 + 20) / 3, c at 50
    "two groups": ({"a": 60, "b": 60, "c": 50}, "ab a a b b c", 170, "abc"),
    # a at 20; b would be next, at 30, and does not fit, so c is not reached either
    "the next does not fit": ({"a": 60, "b": 60, "c": 40}, "a a a b b c", 110, "a"),
    "one dearer than the budget is passed over": ({"a": 200, "b": 60}, "ab a a a b", 100, "b"),
    "nobody chose it": ({"a": 10}, "- -", 100, ""),
    "no voters": ({"a": 10}, "", 100, ""),
    "level: the cheapest": ({"a": 40, "b": 20}, "a a b", 60, "ba"),
    # c at 5; at 20 a and b are level, and a does not fit
    "level, and one of them does not fit": ({"a": 40, "b": 20, "c": 5}, "a a b c", 40, "c"),
}


def approvals(costs: dict[str, int], votes: str, budget: int) -> Election:
    return election(costs, [word.strip("-") for word in votes.split()], budget)


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    costs, votes, budget, funded = BY_HAND[name]
    outcome = phragmen.count(approvals(costs, votes, budget), Rule(Method.PHRAGMEN))
    assert "".join(outcome.funded) == funded


def test_reasons() -> None:
    """a at 20; b at 80 / 3, to which its common voter adds 20 / 3; at 50 c would come, and does not fit."""
    costs = {"a": 60, "b": 60, "c": 50, "d": 90, "e": 10, "f": 200}
    outcome = phragmen.count(approvals(costs, "ab a af b b c d", 160), Rule(Method.PHRAGMEN))
    why = outcome.projects
    assert outcome.facts == {"stopped_by": "overspend", "stopped_at": "c"}
    assert [step["load"] for step in outcome.steps] == ["20/1", "80/3"]
    assert (why["b"].order, why["b"].payers, why["b"].average_payment) == (2, 3, 20)
    assert why["b"].highest_payment == 27
    assert (why["c"].reason, why["c"].remaining) == (Reason.DOES_NOT_FIT, 40)
    assert (why["d"].reason, why["d"].blocked_by) == (Reason.AFTER_STOP, "c")
    assert (why["d"].supporters_left, why["d"].short_by) == (50, 40)
    assert (why["e"].reason, why["f"].reason) == (Reason.NO_SUPPORT, Reason.OVER_BUDGET)
    assert [(s.project, s.supporters, s.spent) for s in why["f"].shared] == [("a", 1, 20)]


def test_a_tie_is_written_down() -> None:
    outcome = phragmen.count(approvals({"a": 40, "b": 20}, "a a b", 60), Rule(Method.PHRAGMEN, ties="id"))
    assert outcome.funded == ("a", "b")
    assert [(t.projects, t.chosen, t.by, t.step) for t in outcome.ties] == [(("a", "b"), "a", "id", 1)]


@settings(max_examples=300, deadline=None)
@given(elections(APPROVALS), st.sampled_from(["cheapest", "id", "seed:05"]))
def test_the_outcome_is_that_of_the_definition(e: Election, ties: str) -> None:
    rule = Rule(Method.PHRAGMEN, ties=ties)
    outcome = phragmen.count(e, rule)
    assert [e.projects[p].id for p in reference.phragmen(e, rule)] == list(outcome.funded)
    assert outcome.spent + outcome.left == e.budget
    assert outcome.left >= 0
    times = [Fraction(step["load"]) for step in outcome.steps]
    assert times == sorted(times)
