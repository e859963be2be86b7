"""What an outcome means for voters, categories and districts."""

from fractions import Fraction

import pytest

from govapp.counting import greedy
from govapp.counting.ballots import BallotKind
from govapp.counting.measures import Difference, Reached, compare, measure
from govapp.counting.rule import Rule, Utility
from tests.counting.elections import election, ranked, real

TOWN = election(
    {"a": 100, "b": 301, "c": 50},
    ["ab", "ab", "c", "", "bc"],
    1000,
    categories={"a": ["park"], "b": ["road", "park"]},
    district={"a": "north", "c": "south"},
)


def test_figures_of_an_outcome() -> None:
    measures = measure(TOWN, ["a", "b"])
    assert measures.everyone == Reached(voters=5, reached=3)
    assert (measures.with_nothing, measures.supported, measures.average) == (2, 5, Fraction(1))
    assert (measures.funded, measures.spent) == (2, 401)
    assert measures.categories == {"park": 250, "road": 151}
    assert measures.districts == {"": 301, "north": 100}
    assert measures.as_json()["average"] == "1.0000"


def test_nobody_and_nothing() -> None:
    measures = measure(election({"a": 100}, [], 0), [])
    assert (measures.everyone, measures.average, measures.categories) == (Reached(0, 0), Fraction(0), {})


def test_nought_points_are_no_support_and_a_last_place_is() -> None:
    scored = election({"a": 1, "b": 1}, [{"a": 0, "b": 2}], 9, BallotKind.SCORING)
    assert measure(scored, ["a"]).everyone.reached == 0
    assert (
        measure(election({"a": 1, "b": 1}, ranked("ba"), 9, BallotKind.ORDINAL), ["a"]).everyone.reached == 1
    )


def test_an_unknown_project_is_refused() -> None:
    with pytest.raises(ValueError, match="every funded id"):
        measure(TOWN, ["a", "z"])


def test_places_of_the_voters() -> None:
    file = real("Poland_Gdansk_2020.pb")
    funded = greedy.count(file.election, Rule()).funded
    measures = measure(file.election, funded, file.places)
    by_district = measures.places["district"]
    assert sum(place.voters for place in by_district.values()) == file.election.ballots.voters
    assert sum(place.reached for place in by_district.values()) == measures.everyone.reached
    votes = dict(zip((p.id for p in file.election.projects), file.election.votes.tolist(), strict=True))
    assert measures.everyone.reached == sum(votes[p] for p in funded)  # each chose one


def test_what_two_outcomes_differ_in() -> None:
    town = election({"a": 600, "b": 500, "c": 400, "d": 100}, ["abc", "abc", "ab", "ad", "cd"], 1000)
    first, second = greedy.count(town, Rule()), greedy.count(town, Rule(utility=Utility.CARDINALITY))
    assert compare(first, second) == Difference(both=("c",), only_first=("a",), only_second=("d", "b"))
