import pytest

from govapp.accounts.models.posts import Role
from govapp.budgeting.rules import (
    PRESETS,
    may_import,
    preset_rule,
    presets_for,
    rule_in_words,
    rule_key,
    rule_of,
)
from govapp.core.errors import Missing
from govapp.counting.ballots import BallotKind
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
    assert rule_in_words(PRESETS["most-votes"].rule) is PRESETS["most-votes"]
    assert rule_in_words(Rule(Method.GREEDY_THRESHOLD, threshold=7)).name


def test_an_unknown_preset_is_missing() -> None:
    with pytest.raises(Missing):
        preset_rule("x", Rule())


@pytest.mark.parametrize(
    ("actor", "may"),
    [(make.holder(Role.ADMINISTRATOR), True), (make.holder(Role.SECRETARY), False), (None, False)],
)
def test_who_may_bring_an_election_in(actor: object, may: bool) -> None:
    assert may_import(actor) is may
