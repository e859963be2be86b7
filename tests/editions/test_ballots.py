"""From what was typed to a ballot: what the box takes, and every mistake with what mends it."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.budgeting.rules import HELD_BY
from govapp.core import language
from govapp.counting.ballots import BallotKind as Kind
from govapp.counting.rule import Method, Rule
from govapp.editions.forms.ballot import advice, advice_on
from govapp.editions.rules import ballots
from govapp.editions.rules.ballots import Fault, Mistake, Typed
from govapp.verifier import contests
from govapp.verifier.contests import Budget


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with language.use("en"):
        yield


COSTS = {"p1": 600_00, "p2": 500_00, "p3": 300_50, "p4": 100_00}


def contest(kind: Kind = Kind.APPROVAL, method: Method = Method.GREEDY, **given: Any) -> Budget:
    values = {
        "kind": "budget",
        "ballot": kind.value,
        "least": 1,
        "most": 3,
        "most_points": 5,
        "sum_points": 10,
        "budget": 1000_00,
        "rule": Rule(method).as_json(),
        "projects": [{"id": code, "cost": cost} for code, cost in COSTS.items()],
    }
    made = contests.read(values | given)
    assert isinstance(made, Budget)
    return made


def typed(**numbers: str) -> Typed:
    return Typed(list(numbers), list(numbers.values()))


@pytest.mark.parametrize(
    ("kind", "sent", "ballot"),
    [
        (Kind.APPROVAL, Typed(["p3", "p1"]), ["p1", "p3"]),
        (Kind.KNAPSACK, Typed(["p2", "p3", "p4"]), ["p2", "p3", "p4"]),
        (Kind.CHOOSE_ONE, Typed(["p4"]), ["p4"]),
        (Kind.ORDINAL, typed(p1="2", p2="", p3=" ๑ ", p4="3"), ["p3", "p1", "p4"]),
        (Kind.CUMULATIVE, typed(p1="๕", p2="0", p3="2"), {"p1": 5, "p3": 2}),
        (Kind.SCORING, typed(p4="5", p3="5"), {"p3": 5, "p4": 5}),
    ],
)
def test_a_legal_ballot_is_what_the_box_wants(kind: Kind, sent: Typed, ballot: Any) -> None:
    given = contest(kind, most=1 if kind is Kind.CHOOSE_ONE else 3)
    reading = ballots.read(given, sent)
    assert (reading.ballot, reading.mistakes) == (ballot, ())
    given.check(reading.ballot)


@pytest.mark.parametrize(
    ("kind", "sent", "mistake"),
    [
        (Kind.APPROVAL, Typed(["p1", "p9"]), Mistake(Fault.UNKNOWN, ("p9",))),
        (Kind.APPROVAL, Typed(["p1", "p1"]), Mistake(Fault.TWICE)),
        (Kind.APPROVAL, Typed(), Mistake(Fault.TOO_FEW, (), 1)),
        (
            Kind.APPROVAL,
            Typed(["p1", "p2", "p3", "p4"]),
            Mistake(Fault.TOO_MANY, ("p1", "p2", "p3", "p4"), 1),
        ),
        (Kind.KNAPSACK, Typed(["p1", "p2"]), Mistake(Fault.OVER_BUDGET, ("p2", "p1"), 100_00, "", True)),
        (
            Kind.KNAPSACK,
            Typed(["p1", "p3", "p4"]),
            Mistake(Fault.OVER_BUDGET, ("p4", "p3", "p1"), 50, "", True),
        ),
        (Kind.ORDINAL, typed(p1="1", p2="1"), Mistake(Fault.SAME_RANK, ("p1", "p2"), 1)),
        (Kind.ORDINAL, typed(p1="1", p2="3", p3="4"), Mistake(Fault.GAP, ("p2", "p3"), 2)),
        (Kind.ORDINAL, typed(p1="2"), Mistake(Fault.GAP, ("p1",), 1)),
        (Kind.ORDINAL, typed(p1="0"), Mistake(Fault.TOO_LOW, ("p1",), 1)),
        (Kind.ORDINAL, typed(p1="1", p2="second"), Mistake(Fault.NOT_A_NUMBER, ("p2",), 0, "second")),
        (Kind.ORDINAL, typed(p1="1.5"), Mistake(Fault.NOT_A_NUMBER, ("p1",), 0, "1.5")),
        (Kind.SCORING, typed(p1="6"), Mistake(Fault.TOO_HIGH, ("p1",), 5)),
        (Kind.SCORING, typed(p1="−1", p2="2"), Mistake(Fault.TOO_LOW, ("p1",), 0)),
        (Kind.CUMULATIVE, typed(p1="5", p2="4", p3="2"), Mistake(Fault.OVER_POINTS, ("p1", "p2", "p3"), 1)),
        (Kind.CUMULATIVE, typed(p1="0"), Mistake(Fault.TOO_FEW, (), 1)),
        (Kind.CUMULATIVE, Typed(["p1", "p2"], ["1"]), Mistake(Fault.TWICE)),
        (Kind.CUMULATIVE, typed(p1="9" * 50), Mistake(Fault.NOT_A_NUMBER, ("p1",), 0, "9" * 20)),
    ],
)
def test_a_mistake_says_what_mends_it(kind: Kind, sent: Typed, mistake: Mistake) -> None:
    reading = ballots.read(contest(kind), sent)
    assert reading.mistakes == (mistake,)
    assert reading.ballot is None


def test_where_no_single_project_is_enough_the_dearest_go_first() -> None:
    (mistake,) = ballots.read(contest(Kind.KNAPSACK, budget=500_00), Typed(["p1", "p2", "p3"])).mistakes
    assert mistake == Mistake(Fault.OVER_BUDGET, ("p1", "p2"), 900_50)


def test_what_was_withdrawn_is_said_and_no_longer_chosen() -> None:
    reading = ballots.read(contest(Kind.ORDINAL), typed(p1="1", p2="2"), {"p1"})
    assert reading.mistakes == (Mistake(Fault.WITHDRAWN, ("p1",)),)
    assert reading.chosen == {"p2": 2}


def test_exactly_the_budget_fits() -> None:
    assert ballots.read(contest(Kind.KNAPSACK, budget=1000_50), Typed(["p1", "p3", "p4"])).ballot


def test_an_empty_ballot_is_one_where_the_vote_allows_it() -> None:
    assert ballots.read(contest(least=0), Typed()).ballot == []


codes = st.sampled_from([*COSTS, "p9"])
texts = st.one_of(st.integers(-3, 12).map(str), st.text(max_size=4))


@given(
    st.sampled_from(Kind),
    st.lists(codes, max_size=6),
    st.lists(texts, max_size=6),
    st.sets(st.sampled_from(list(COSTS)), max_size=2),
)
def test_whatever_is_sent_is_a_legal_ballot_or_a_mistake(
    kind: Kind, projects: list[str], numbers: list[str], withdrawn: set[str]
) -> None:
    given_ = contest(kind)
    reading = ballots.read(given_, Typed(projects, numbers), withdrawn)
    if reading.mistakes:
        assert reading.ballot is None
    else:
        given_.check(reading.ballot)
        assert not withdrawn.intersection(reading.ballot)


@given(st.sets(st.sampled_from(list(COSTS))))
def test_what_is_said_to_be_taken_out_is_enough(chosen: set[str]) -> None:
    given_ = contest(Kind.KNAPSACK, budget=400_00, most=4)
    for mistake in ballots.read(given_, Typed(sorted(chosen))).mistakes:
        if mistake.fault is Fault.OVER_BUDGET:
            out = mistake.projects[:1] if mistake.is_one_enough else mistake.projects
            assert ballots.spent(given_, chosen - set(out)) <= 400_00


@pytest.mark.parametrize(
    ("kind", "chosen", "used", "left"),
    [
        (Kind.KNAPSACK, {"p1": 1, "p3": 1}, 900_50, 99_50),
        (Kind.KNAPSACK, {"p1": 1, "p2": 1}, 1100_00, -100_00),
        (Kind.CUMULATIVE, {"p1": 3, "p2": 4}, 7, 3),
        (Kind.APPROVAL, {"p1": 1}, 1, 2),
        (Kind.ORDINAL, {"p1": 1, "p2": 2}, 2, 1),
    ],
)
def test_the_meter_measures_what_is_scarce(kind: Kind, chosen: dict[str, int], used: int, left: int) -> None:
    meter = ballots.meter(contest(kind), chosen)
    assert (meter.used, meter.left, meter.projects) == (used, left, len(chosen))


def test_every_voter_has_an_order_of_their_own_and_keeps_it() -> None:
    names = [f"p{number}" for number in range(40)]
    first, again, other = (ballots.shuffled(names, voter, "box") for voter in ("a", "a", "b"))
    assert first == again != other != names
    assert sorted(first) == sorted(names)
    assert ballots.shuffled(names, "a", "another box") != first


@pytest.mark.parametrize(
    ("kind", "method", "most", "rewards"),
    [
        (Kind.APPROVAL, Method.EQUAL_SHARES, 3, True),
        (Kind.APPROVAL, Method.PHRAGMEN, 3, True),
        (Kind.APPROVAL, Method.EQUAL_SHARES, 1, False),
        (Kind.APPROVAL, Method.GREEDY, 3, False),
        (Kind.CHOOSE_ONE, Method.EQUAL_SHARES, 1, False),
    ],
)
def test_several_projects_are_rewarded_by_some_rules(
    kind: Kind, method: Method, most: int, rewards: bool
) -> None:
    assert ballots.rewards_several(contest(kind, method, most=most)) is rewards


@pytest.mark.parametrize("key", sorted(HELD_BY))
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_advised_is_true_for_each_kind_and_rule(kind: Kind, key: str) -> None:
    given = contest(kind, most=1 if kind is Kind.CHOOSE_ONE else 3, rule=HELD_BY[key].rule.as_json())
    told = " ".join(advice(given))
    shares = given.rule.method in (Method.EQUAL_SHARES, Method.PHRAGMEN) and kind is not Kind.CHOOSE_ONE
    assert ("your voice goes only" in told) is shares
    assert ("Choose every project" in told) is (shares and kind is Kind.APPROVAL)
    assert ("as many as fit" in told) is (shares and kind is Kind.KNAPSACK)
    by_place = kind is Kind.ORDINAL and key in ("equal-shares-count", "votes-per-money")
    assert ("the last one gets none" in told) is by_place
    if by_place:  # the count says the same
        project, other = ("p4", "p3")
        alone, two = ([[project]] * 3, [[project, other]] * 3)
        assert given.count(alone, b"", ())["funded"] == []
        assert given.count(two, b"", ())["funded"] == [project]


@pytest.mark.parametrize(
    ("kind", "chosen", "withdrawn", "words"),
    [
        (Kind.APPROVAL, {"p1": 1}, (), "You may add others that you would"),
        (Kind.APPROVAL, {"p1": 1, "p2": 1}, (), ""),
        (Kind.APPROVAL, {"p1": 1}, ("p2", "p3", "p4"), ""),
        (Kind.KNAPSACK, {"p2": 1}, (), "others that still fit"),
        (Kind.KNAPSACK, {"p1": 1}, (), "others that still fit"),
        (Kind.KNAPSACK, {"p1": 1}, ("p3", "p4"), ""),  # only what is too dear would be left
        (Kind.ORDINAL, {"p1": 1}, (), "You may rank others below it"),
        (Kind.CUMULATIVE, {"p1": 10}, (), "You may share them"),
        (Kind.SCORING, {"p1": 5}, (), "You may give points to others"),
        (Kind.CHOOSE_ONE, {"p1": 1}, (), ""),
    ],
)
def test_one_project_alone_is_thought_about(
    kind: Kind, chosen: dict[str, int], withdrawn: tuple[str, ...], words: str
) -> None:
    given = contest(kind, Method.EQUAL_SHARES, most=1 if kind is Kind.CHOOSE_ONE else 3)
    told = advice_on(given, chosen, withdrawn)
    assert words in told
    assert bool(told) is bool(words)
    assert advice_on(contest(kind, Method.GREEDY), chosen, withdrawn) == ""


def test_a_rank_alone_that_counts_nothing_is_said() -> None:
    given = contest(Kind.ORDINAL, rule=HELD_BY["votes-per-money"].rule.as_json())
    assert "it gets nothing" in advice_on(given, {"p1": 1}, ())
