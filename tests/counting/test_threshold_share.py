"""A threshold that is a share of the ballots: against its definition, and against numbers of real votes."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.counting.ballots import BallotKind, Election
from govapp.counting.count import APPROVALS, count, votes_needed
from govapp.counting.further import joined
from govapp.counting.named_rules import as_options, meta_of, named_rule
from govapp.counting.outcome import Reason
from govapp.counting.rule import Method, Rule, Utility
from tests.counting import reference
from tests.counting.elections import election, elections, real

SHARE = Rule(Method.GREEDY_THRESHOLD, threshold_basis_points=2500)
REAL = {  # file -> the threshold it names, in votes
    "Poland_Gdynia_2020_Srodmiescie__large.pb": 50,
    "Poland_Lodz_2022.pb": 100,
    "Poland_Lodz_2025_Srodmiescie-Wschod.pb": 50,
    "Poland_Warszawa_2018_Bialoleka_obszar_3.pb": 218,
    "Poland_Warszawa_2026.pb": 3000,
}

shares = st.one_of(
    st.integers(1, 10_000), st.sampled_from([1, 1250, 2000, 2500, 3333, 3334, 5000, 6667, 9999, 10_000])
)
rules = st.builds(
    Rule,
    method=st.just(Method.GREEDY_THRESHOLD),
    utility=st.sampled_from([Utility.COST, Utility.CARDINALITY]),
    threshold_basis_points=shares,
    ties=st.sampled_from(["cheapest", "id", "seed:c0ffee"]),
)


@pytest.mark.parametrize(
    ("basis_points", "ballots", "votes"),
    [
        (250, 1010, 26),  # 25.25
        (250, 1000, 25),
        (1000, 2176, 218),  # as Warsaw had it in 2018
        (1, 1, 1),
        (1, 10_000, 1),
        (1, 10_001, 2),
        (3333, 3, 1),
        (3334, 3, 2),
        (10_000, 7, 7),
        (5000, 0, 0),
        (9_999, 10**15, 999_900_000_000_000),  # a float would be out by some
        (9_999, 10**15 + 1, 999_900_000_000_001),
    ],
)
def test_a_part_of_a_vote_is_a_vote_more(basis_points: int, ballots: int, votes: int) -> None:
    rule = replace(SHARE, threshold_basis_points=basis_points).in_votes(ballots)
    assert (rule.threshold, rule.threshold_basis_points) == (votes, 0)


def test_empty_ballots_count_as_ballots() -> None:
    """a has one of four ballots that name something, and of five in all."""
    some = election({"a": 100, "b": 100}, ["a", "b", "b", "b"], 1000)
    assert count(some, SHARE).funded == ("b", "a")
    with_empty = election({"a": 100, "b": 100}, ["a", "b", "b", "b", ""], 1000)
    outcome = count(with_empty, SHARE)
    assert outcome.funded == ("b",)
    why = outcome.projects["a"]
    assert (why.reason, why.threshold, why.threshold_basis_points, why.ballots) == (
        Reason.BELOW_THRESHOLD,
        2,
        2500,
        5,
    )
    assert (why.votes, why.votes_needed) == (1, 1)  # then two of six: 1.5 are needed


@given(elections(APPROVALS), rules)
def test_it_is_what_its_definition_says(election: Election, rule: Rule) -> None:
    outcome = count(election, rule)
    share = Fraction(rule.threshold_basis_points, 10_000)
    expected = reference.threshold_greedy(election, share, rule)
    assert outcome.funded == tuple(election.projects[p].id for p in expected)
    assert outcome.parameters["threshold_basis_points"] == rule.threshold_basis_points


@given(elections(APPROVALS), rules)
def test_it_counts_as_the_number_of_votes_that_it_comes_to(election: Election, rule: Rule) -> None:
    """But for what further voters would change: they raise the number."""
    share, number = (count(election, each) for each in (rule, rule.in_votes(election.ballots.voters)))
    assert (share.funded, share.ties, share.steps) == (number.funded, number.ties, number.steps)
    for project, why in share.projects.items():
        plain = replace(why, threshold_basis_points=None, ballots=None, votes_needed=None)
        assert plain == replace(number.projects[project], votes_needed=None)


@given(elections(APPROVALS), rules)
def test_votes_needed_are_the_fewest_although_every_voter_raises_the_threshold(
    election: Election, rule: Rule
) -> None:
    share = Fraction(rule.threshold_basis_points, 10_000)
    outcome, most = count(election, rule), 60

    def wins(place: int, voters: int) -> bool:
        return place in reference.threshold_greedy(joined(election, place, voters), share, rule)

    for place, project in enumerate(election.projects):
        why = outcome.projects[project.id]
        if why.funded or rule.utility is not Utility.COST:
            assert why.votes_needed is None
            continue
        first = next((voters for voters in range(1, most) if wins(place, voters)), None)
        if first is not None or why.votes_needed is None:
            assert why.votes_needed == first
            assert first or not any(wins(place, voters) for voters in (100, 10**3))
        else:
            assert why.votes_needed >= most
            assert count(joined(election, place, why.votes_needed), rule).projects[project.id].funded
            assert not count(joined(election, place, why.votes_needed - 1), rule).projects[project.id].funded


def test_nobody_can_reach_all_of_the_ballots_who_lacks_one() -> None:
    rule = replace(SHARE, threshold_basis_points=10_000)
    outcome = count(election({"a": 100, "b": 100}, ["ab", "ab", "a"], 1000), rule)
    assert outcome.funded == ("a",)
    assert outcome.projects["b"].votes_needed is None
    assert votes_needed(election({"a": 100, "b": 100}, ["ab", "a"], 1000), rule, "b", 1000) is None


@pytest.mark.parametrize("kind", [kind for kind in BallotKind if kind not in APPROVALS])
def test_points_and_ranks_know_no_share_of_voters(kind: BallotKind) -> None:
    points = election({"a": 100}, [{"a": 1}], 1000, kind)
    with pytest.raises(ValueError, match=r"suits approval ballots.*give the number of points instead"):
        count(points, SHARE)
    assert count(points, SHARE.in_votes(1)).funded == ("a",)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"threshold": 3}, "not both"),
        ({"threshold_basis_points": 10_001}, "from 0% to 100%"),
        ({"threshold_basis_points": -1}, "from 0% to 100%"),
    ],
)
def test_what_cannot_be_counted_with_is_refused(given: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        count(election({"a": 100}, ["a"], 1000), replace(SHARE, **given))


def test_it_is_written_down_and_read_again() -> None:
    rule = replace(SHARE, threshold_basis_points=250)
    assert Rule.from_json(rule.as_json()) == rule
    assert as_options(rule) == "--rule greedy-threshold --threshold-percent 2.50"
    meta = meta_of(rule, 1010)
    assert meta == {"rule": "greedy-threshold", "min_project_score_threshold": "26"}
    assert named_rule(meta) == Rule(Method.GREEDY_THRESHOLD, threshold=26) == rule.in_votes(1010)


def test_a_rule_without_a_share_is_written_as_it_was_before_there_were_any() -> None:
    """Stored rules and the keys made of them, in databases and in the configurations of boxes, stay equal."""
    assert Rule().as_json() == {
        "method": "greedy",
        "utility": "cost",
        "completion": "none",
        "increment": 100,
        "threshold": 0,
        "ties": "cheapest",
        "comparison": False,
        "reserved": {},
    }


@pytest.mark.parametrize(("file", "threshold"), REAL.items())
def test_real_votes_have_the_same_winners_by_the_share_that_their_number_is(
    file: str, threshold: int
) -> None:
    data = real(file)
    ballots = data.election.ballots.voters
    number = Rule(Method.GREEDY_THRESHOLD, threshold=threshold)
    share = Rule(Method.GREEDY_THRESHOLD, threshold_basis_points=threshold * 10_000 // ballots)
    by_number, by_share = count(data.election, number), count(data.election, share)
    assert by_share.funded == by_number.funded
    assert {p for p, why in by_share.projects.items() if why.reason is Reason.BELOW_THRESHOLD} == {
        p for p, why in by_number.projects.items() if why.reason is Reason.BELOW_THRESHOLD
    }
    if file != "Poland_Warszawa_2026.pb":  # no percentage of two decimals is 3,000 of 61,668
        assert share.in_votes(ballots) == number
