"""Equal Shares: small elections counted by hand, and any election against its definition in fractions."""

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govapp.counting import equal_shares, greedy
from govapp.counting.ballots import BallotKind, Ballots, Election, Project
from govapp.counting.equal_shares import balances
from govapp.counting.equal_shares.exact import Purses
from govapp.counting.equal_shares.field import lay_out
from govapp.counting.outcome import Outcome, Reason
from govapp.counting.rule import Completion, Method, Rule, Utility
from tests.counting import reference
from tests.counting.elections import election, elections

ADD1, GREEDY = Completion.ADD1, Completion.GREEDY
CARDINALITY = Utility.CARDINALITY


def rule(**given: Any) -> Rule:
    return Rule(Method.EQUAL_SHARES, **given)


def count(costs: dict[str, int], votes: str, budget: int, **given: Any) -> Outcome:
    """One word a voter: "ab" approves a and b, "-" nothing."""
    return equal_shares.count(approvals(costs, votes, budget), rule(**given))


def approvals(costs: dict[str, int], votes: str, budget: int) -> Election:
    return election(costs, [word.strip("-") for word in votes.split()], budget)


BY_HAND = {
    # everyone has 100: a takes 50 from each of three, b 100 from each of two; c's one supporter has 50
    "two groups": ({"a": 150, "b": 200, "c": 150}, "ac a a b b -", 600, {}, "ab"),
    # price per utility: of cost 1/3 for a and 1/2 for b, which then lacks 30;
    # of number 180/3 for a and 90/2 for b, and a takes the rest
    "by cost": ({"a": 180, "b": 90}, "ab ab a", 270, {}, "a"),
    "by number": ({"a": 180, "b": 90}, "ab ab a", 270, {"utility": CARDINALITY}, "ba"),
    "empty ballots have a part too": ({"a": 100}, "a -", 199, {}, ""),
    "nobody chose anything": ({"a": 100}, "- -", 200, {}, ""),
    "no voters": ({"a": 100}, "", 200, {"completion": ADD1}, ""),
    "no budget": ({"a": 100}, "a", 0, {}, ""),
    "all the money there is, exactly": ({"a": 400}, "a a a a", 400, {}, "a"),
    "half a unit short": ({"a": 401}, "a a a -", 534, {}, ""),
    "a quarter more than enough": ({"a": 401}, "a a a -", 535, {}, "a"),
    "level: the cheapest": ({"a": 200, "b": 100}, "ab ab", 200, {}, "b"),
    "level: the first id": ({"a": 200, "b": 100}, "ab ab", 200, {"ties": "id"}, "a"),
    "greedy completion": ({"a": 90, "b": 10}, "a b - -", 100, {"completion": GREEDY}, "ba"),
    "raised until it fits": ({"a": 90, "b": 5}, "a b - -", 100, {"completion": ADD1, "increment": 5}, "ba"),
    # 50 buy b; from 80 on a would be bought as well, which is too much
    "raised no further": ({"a": 80, "b": 40}, "a b", 100, {"completion": ADD1, "increment": 10}, "b"),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    costs, votes, budget, given, funded = BY_HAND[name]
    assert "".join(count(costs, votes, budget, **given).funded) == funded


def test_points_are_paid_in_proportion() -> None:
    """a costs 90 and its voters gave 2 and 1 points: 60 and 30; nobody could pay more than 60."""
    e = election({"a": 90, "b": 31}, [{"a": 2}, {"a": 1, "b": 1}], 120, BallotKind.CUMULATIVE)
    outcome = equal_shares.count(e, rule())
    a, b = outcome.projects["a"], outcome.projects["b"]
    assert (a.funded, a.payers, a.average_payment, a.highest_payment) == (True, 2, 45, 60)
    assert (b.funded, b.supporters_left, b.short_by) == (False, 30, 1)


def test_the_stop_rule_matters() -> None:
    """With 25 each b is bought, and a (80) fits no longer. From 27 on a is, first, and b lacks money."""
    votes = "ab b a a"
    stopped = count({"a": 80, "b": 50}, votes, 100, completion=Completion.ADD1_EXHAUSTIVE, increment=1)
    raised = count({"a": 80, "b": 50}, votes, 100, completion=ADD1, increment=1)
    assert (stopped.funded, stopped.facts["stopped_by"], stopped.facts["raises"]) == (("b",), "exhaustive", 0)
    assert (raised.funded, raised.facts["stopped_by"], raised.facts["raises"]) == (("a",), "overspend", 13)


def test_reasons() -> None:
    costs = {"a": 150, "b": 200, "c": 150, "d": 60, "e": 700}
    outcome = count(costs, "ac a a b be -", 600)
    why = outcome.projects
    a, c = why["a"], why["c"]
    assert (a.reason, a.order, a.payers, a.average_payment) == (Reason.PAID_BY_SUPPORTERS, 1, 3, 50)
    assert (a.highest_payment, a.effective_support) == (50, 3)
    assert (c.reason, c.votes, c.supporters_left, c.short_by) == (Reason.SUPPORTERS_SHORT, 1, 50, 100)
    assert [(s.project, s.supporters, s.spent) for s in c.shared] == [("a", 1, 50)]
    assert (why["d"].reason, why["e"].reason) == (Reason.NO_SUPPORT, Reason.OVER_BUDGET)
    assert outcome.facts["endowment"] == "100/1"
    assert [step["price"] for step in outcome.steps] == ["1/3", "1/2"]


def test_an_exclusive_group_gives_one() -> None:
    e = election({"a": 100, "b": 120}, ["ab"] * 4, 400, groups={"a": "square", "b": "square"})
    outcome = equal_shares.count(e, rule(completion=GREEDY))
    b = outcome.projects["b"]
    assert (outcome.funded, b.reason, b.blocked_by) == (("a",), Reason.GROUP_TAKEN, "a")


def test_ties_are_written_down() -> None:
    outcome = count({"a": 200, "b": 200, "c": 200}, "a a b b c c", 600, ties="seed:00ff")
    first, second = outcome.ties
    assert set(first.projects) == {"a", "b", "c"}
    assert (first.chosen, first.by, first.step) == (outcome.funded[0], "lot", 1)
    assert (second.chosen, second.projects, second.step) == (outcome.funded[1], outcome.funded[1:], 2)


def test_greedy_is_used_when_more_voters_prefer_it() -> None:
    """With 75 each only b's voter can pay, and a no longer fits."""
    e = approvals({"a": 300, "b": 70}, "a a a b", 300)
    compared = equal_shares.count(e, rule(comparison=True))
    assert equal_shares.count(e, rule()).funded == ("b",)
    assert compared.funded == greedy.count(e, Rule()).funded == ("a",)
    assert (compared.facts["prefer_greedy"], compared.facts["prefer_equal_shares"]) == (3, 1)
    assert compared.rule == "equal-shares"


def test_what_floats_take_for_a_tie_is_none() -> None:
    """b's price per point is lower than a's by one part in 3 × 10**16. To floats they are level: a first."""
    voters, costs = np.array([999000, 1000001]), (30000469001, 30030529531)
    assert costs[0] / voters[0] == costs[1] / voters[1]
    assert Fraction(costs[1], int(voters[1])) < Fraction(costs[0], int(voters[0]))
    ballots = Ballots(np.array([0, 1, 2]), np.array([0, 1]), np.array([1, 1]), voters)
    e = Election(BallotKind.APPROVAL, 10**11, (Project("a", costs[0]), Project("b", costs[1])), ballots)
    outcome = equal_shares.count(e, rule(utility=CARDINALITY, ties="id"))
    assert (outcome.funded, outcome.ties) == (("b", "a"), ())


def test_what_floats_tell_apart_is_a_tie() -> None:
    """Three voters of u and of x have 100 left: these paid 100 at once, those three times a third of it."""
    costs = {"p": 100, "q": 100, "r": 100, "s": 300, "u": 460, "x": 460}
    e = election(costs, ["pqru"] * 3 + ["sx"] * 3 + ["u", "x"], 1600)
    third = 100 / 3
    in_floats = {"u": 460 - 3 * (200 - third - third - third), "x": 460 - 3 * (200.0 - 100)}
    assert in_floats["u"] > in_floats["x"]
    outcome = equal_shares.count(e, rule(utility=CARDINALITY))
    assert outcome.funded[-2:] == ("u", "x")
    assert outcome.ties[-1].projects == ("u", "x")


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    return rule(
        utility=draw(st.sampled_from([Utility.COST, CARDINALITY])),
        completion=draw(st.sampled_from(list(Completion))),
        increment=draw(st.sampled_from([7, 25, 100])),
        ties=draw(st.sampled_from(["cheapest", "id", "seed:05"])),
    )


@settings(max_examples=300, deadline=None)
@given(elections(), rules())
def test_the_outcome_is_that_of_the_definition(e: Election, given_rule: Rule) -> None:
    outcome = equal_shares.count(e, given_rule)
    funded, raises = reference.equal_shares(e, given_rule)
    assert [e.projects[p].id for p in funded] == list(outcome.funded)
    assert outcome.facts["raises"] == raises


@settings(max_examples=150, deadline=None)
@given(elections(), rules())
def test_money(e: Election, given_rule: Rule) -> None:
    """Winners are paid for to the last fraction, nobody pays more than the endowment."""
    outcome = equal_shares.count(e, given_rule)
    endowment = Fraction(outcome.facts["endowment"])
    assert outcome.spent == sum(p.cost for p in e.projects if p.id in outcome.funded) <= e.budget
    assert outcome.spent + outcome.left == e.budget
    assert set(outcome.projects) == {p.id for p in e.projects}
    field = lay_out(e, given_rule.utility)
    purses, everyone = Purses(field, endowment), range(len(e.ballots.weight))
    held = endowment * e.ballots.voters
    for step in outcome.steps:
        if "price" in step:
            winner = next(p for p, project in enumerate(e.projects) if project.id == step["project"])
            price = Fraction(step["price"]) * field.worth[winner]
            purses.pay(purses.split(winner, price))
            held -= e.projects[winner].cost
            assert purses.held(np.array(everyone)) == held
            assert all(purses.held(np.array([row])) >= 0 for row in everyone)


def crowd(seed: int) -> Election:
    """Up to 60 voters of a few kinds, round costs: many balances, prices and projects level."""
    rng = random.Random(seed)
    ids, unit = [f"p{i}" for i in range(rng.randint(2, 10))], rng.choice([1, 5, 100])
    kinds = [rng.sample(ids, rng.randint(0, min(len(ids), 5))) for _ in range(rng.randint(1, 8))]
    most = rng.choice([1, 1, 4])
    votes = [{i: rng.randint(1, most) for i in rng.choice(kinds)} for _ in range(rng.randint(1, 60))]
    costs = {i: unit * rng.randint(1, rng.choice([3, 60])) for i in ids}
    budget = sum(costs.values()) * rng.randint(1, 11) // 10
    return election(costs, votes, budget, BallotKind.APPROVAL if most == 1 else BallotKind.CUMULATIVE)


@pytest.mark.parametrize("seed", range(60))
def test_a_crowd_of_few_kinds(seed: int) -> None:
    e, completions = crowd(seed), list(Completion)
    step = max(1, e.budget // e.ballots.voters // 7)
    given_rule = rule(completion=completions[seed % len(completions)], increment=step, ties="id")
    outcome = equal_shares.count(e, given_rule)
    assert [e.projects[p].id for p in reference.equal_shares(e, given_rule)[0]] == list(outcome.funded)


@pytest.mark.parametrize("seed", range(0, 60, 5))
def test_doubted_floats_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were floats a thousand million times worse, more would be decided exactly, and all the same."""
    e, given_rule = crowd(seed), rule(completion=ADD1, increment=500)
    trusted = equal_shares.count(e, given_rule)
    monkeypatch.setattr(balances, "EPS", 1e-7)
    doubted = equal_shares.count(e, given_rule)
    assert (doubted.funded, doubted.steps) == (trusted.funded, trusted.steps)


def test_progress_is_told_the_raises() -> None:
    told: list[int] = []
    e = approvals({"a": 90, "b": 5}, "a b - -", 100)
    outcome = equal_shares.count(e, rule(completion=ADD1, increment=5), lambda done, _: told.append(done))
    assert told == sorted(told)
    assert told[-1] == outcome.facts["raises"] == 13
