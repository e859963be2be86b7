from dataclasses import replace

import pytest

from govapp.accounts.models.posts import Role
from govapp.budgeting.rules import (
    HELD_BY,
    PRESETS,
    key_of,
    may_import,
    preset_rule,
    presets_for,
    rule_in_words,
    rule_key,
    rule_of,
)
from govapp.budgeting.wording.of_rules import of_rule
from govapp.core.errors import Missing
from govapp.counting.ballots import BallotKind
from govapp.counting.named_rules import as_options, meta_of
from govapp.counting.rule import Completion, Method, Rule
from tests import make


@pytest.mark.parametrize(
    ("meta", "rule"),
    [
        ({"rule": "greedy"}, Rule()),
        ({"rule": "greedy-no-skip"}, Rule(Method.GREEDY_NO_SKIP)),
        (
            {"rule": "greedy-threshold", "min_project_score_threshold": "25"},
            Rule(Method.GREEDY_THRESHOLD, threshold=25),
        ),
        ({"rule": "equalshares/add1"}, Rule(Method.EQUAL_SHARES, completion=Completion.ADD1)),
        ({"rule": "greedy-custom"}, Rule()),
        ({}, Rule()),
    ],
)
def test_the_rule_a_file_names(meta: dict[str, str], rule: Rule) -> None:
    assert rule_of(meta) == rule


def test_a_rule_survives_being_written_down() -> None:
    rules = [preset.rule for preset in PRESETS.values()]
    assert [Rule.from_json(rule.as_json()) for rule in rules] == rules
    assert len({rule_key(rule) for rule in rules}) == len(rules)


def test_phragmen_is_offered_for_approval_only() -> None:
    assert "phragmen" in presets_for(BallotKind.APPROVAL)
    assert "phragmen" not in presets_for(BallotKind.CUMULATIVE)


def test_every_rule_has_a_name() -> None:
    assert rule_in_words(PRESETS["most-votes"].rule) == PRESETS["most-votes"]
    for method in Method:
        assert rule_in_words(Rule(method, threshold=7)).name


@pytest.mark.parametrize("key", sorted(HELD_BY))
def test_numbers_and_ties_are_no_part_of_the_name(key: str) -> None:
    rule = HELD_BY[key].rule
    assert key_of(replace(rule, increment=500, threshold=9, ties="seed:00")) == key
    assert key_of(replace(rule, threshold_basis_points=250)) == key
    assert key_of(replace(rule, comparison=True)) == ""


def test_the_numbers_of_a_rule_are_said() -> None:
    threshold = Rule(Method.GREEDY_THRESHOLD, threshold=1500, increment=500)
    said = of_rule(threshold, BallotKind.APPROVAL)
    assert said.numbers == "A project needs at least 1,500 votes."
    assert said.in_full.endswith(said.numbers)
    assert "1,500 points" in of_rule(threshold, BallotKind.CUMULATIVE).numbers
    share = replace(threshold, threshold=0, threshold_basis_points=250)
    words = "A project must be chosen on at least 2.5% of all ballots"
    assert of_rule(share, BallotKind.APPROVAL).numbers == f"{words}."
    assert of_rule(share, BallotKind.APPROVAL, ballots=1010).numbers == f"{words}: here on 26 of 1,010."
    growing = replace(PRESETS["equal-shares"].rule, increment=2550, threshold=9)
    assert of_rule(growing, BallotKind.APPROVAL).numbers.replace("\xa0", " ").endswith("by 25.50 baht.")
    for key in ("most-votes", "equal-shares-plain", "phragmen"):
        assert of_rule(replace(PRESETS[key].rule, increment=7), BallotKind.APPROVAL).numbers == ""


def test_rules_beside_another_differ_in_nothing_else() -> None:
    used = replace(PRESETS["equal-shares"].rule, increment=1000, ties="seed:00")
    beside = presets_for(BallotKind.APPROVAL, used)
    assert beside["equal-shares"].rule == used
    assert beside["equal-shares-count"].rule.increment == 1000
    assert beside["most-votes"].rule == Rule(ties="seed:00")
    assert preset_rule("equal-shares-add1", used).increment == 1000


def test_a_threshold_stands_in_the_file_and_in_the_command() -> None:
    rule = Rule(Method.GREEDY_THRESHOLD, threshold=25)
    assert rule_of(meta_of(rule, 500)) == rule
    assert as_options(rule) == "--rule greedy-threshold --threshold 25"
    assert "min_project_score_threshold" not in meta_of(Rule(threshold=25), 500)
    share = Rule(Method.GREEDY_THRESHOLD, threshold_basis_points=500)
    assert rule_of(meta_of(share, 499)) == rule


def test_an_unknown_preset_is_missing() -> None:
    with pytest.raises(Missing):
        preset_rule("x", Rule())


@pytest.mark.parametrize(
    ("actor", "may"),
    [(make.holder(Role.ADMINISTRATOR), True), (make.holder(Role.SECRETARY), False), (None, False)],
)
def test_who_may_bring_an_election_in(actor: object, may: bool) -> None:
    assert may_import(actor) is may
