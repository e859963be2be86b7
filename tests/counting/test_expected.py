"""Real elections: every rule against an independent implementation, and the winners that were announced.

expected.json holds the outcomes of pabutools 1.2.3 (exact fractions, ties by project id as text).
"""

import pytest

from govapp.counting.count import count
from govapp.counting.named_rules import named_rule
from govapp.counting.rule import Completion, Method, Rule, Utility
from tests.counting.elections import expected, real

SHARES, CARDINALITY = Method.EQUAL_SHARES, Utility.CARDINALITY
RULES = {
    "greedy_cost": Rule(ties="id"),
    "greedy_card": Rule(utility=CARDINALITY, ties="id"),
    "mes_cost": Rule(SHARES, ties="id"),
    "mes_card": Rule(SHARES, CARDINALITY, ties="id"),
    "mes_cost_add1": Rule(SHARES, completion=Completion.ADD1_EXHAUSTIVE, ties="id"),
    "mes_card_add1": Rule(SHARES, CARDINALITY, Completion.ADD1_EXHAUSTIVE, ties="id"),
    "mes_cost_add1u": Rule(SHARES, completion=Completion.ADD1_GREEDY, ties="id"),
    "mes_cost_greedy": Rule(SHARES, completion=Completion.GREEDY, ties="id"),
    "phragmen": Rule(Method.PHRAGMEN, ties="id"),
}
COMPARED = [
    (file, name)
    for file, outcomes in expected().items()
    for name, outcome in outcomes.items()
    if name in RULES and "selected" in outcome
]
OFFICIAL = [file for file, outcomes in expected().items() if outcomes["official_selected"]]
OTHER_RULES = {"Poland_Warszawa_2024_Wola.pb": Rule()}  # greedy-exclusive, no group was contested
NOT_REPRODUCED = {
    "Hungary_Veszprem_2025.pb": "the costs stand for ranges of prices; by them one more would have fitted",
    "Hungary_Budapest_2024.pb": "the file lacks the votes on paper, a tenth of all",
    "Poland_Poznan_2023_5_-_Grunwald_Polnoc_Grunwald_Poludnie_Stary_Grunwald.pb": "greedy-custom: two "
    "winners were paid in part, or in full, from funds outside this budget (selected is 2 and 3)",
}


def test_the_expectations_are_there() -> None:
    real("Netherlands_Assen_2024.pb")
    assert len(COMPARED) > 200
    assert {name for _, name in COMPARED} == set(RULES)


@pytest.mark.parametrize(("file", "name"), COMPARED)
def test_the_outcome_is_that_of_pabutools(file: str, name: str) -> None:
    outcome = count(real(file).election, RULES[name])
    selected = expected()[file][name]["selected"]
    if name == "phragmen":
        assert set(outcome.funded) == set(selected)
    else:
        assert list(outcome.funded) == selected


@pytest.mark.parametrize("file", [file for file in OFFICIAL if file not in NOT_REPRODUCED])
def test_the_announced_winners_win(file: str) -> None:
    """Under the rule that the file names, with ties as they were broken there: cheapest first."""
    data = real(file)
    rule = named_rule(data.meta) or OTHER_RULES[file]
    assert set(count(data.election, rule).funded) == set(expected()[file]["official_selected"])


@pytest.mark.parametrize("file", sorted(NOT_REPRODUCED))
def test_no_rule_gives_the_other_announced_winners(file: str) -> None:
    """So that NOT_REPRODUCED stays true: the file names no rule of ours, and greedy differs."""
    data = real(file)
    assert named_rule(data.meta) is None
    assert set(count(data.election, Rule()).funded) != set(expected()[file]["official_selected"])


def test_wieliczka_has_one_project_more_when_the_count_stops_once_nothing_fits() -> None:
    """The stop rule is a parameter for this reason."""
    election = real("Poland_Wieliczka_2023_Green_Budget.pb").election
    funded = {
        stop: len(count(election, Rule(SHARES, completion=stop)).funded)
        for stop in (Completion.ADD1, Completion.ADD1_EXHAUSTIVE)
    }
    assert funded == {Completion.ADD1: 30, Completion.ADD1_EXHAUSTIVE: 31}
