"""Who may do what about rounds, and the rules of counting a page can offer."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from govapp.accounts.models.posts import Role
from govapp.accounts.rules.posts import holds
from govapp.core.errors import Missing
from govapp.core.language import N_
from govapp.counting.ballots import BallotKind
from govapp.counting.count import suits
from govapp.counting.named_rules import named_rule
from govapp.counting.rule import Completion, Method, Rule, Utility


def may_import(actor: Any) -> bool:
    """Bring a finished election in."""
    return holds(actor, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Preset:
    """A rule with a name that a page can show (both msgids)."""

    name: str
    sentence: str
    rule: Rule


def _equal_shares(utility: Utility, completion: Completion) -> Rule:
    return Rule(Method.EQUAL_SHARES, utility, completion)


PRESETS = {
    "equal-shares": Preset(
        N_("Equal Shares"),
        N_(
            "Everyone holds an equal share of the money and pays only for projects they chose. "
            "Shares grow until the budget is used; what is left goes to the most-voted that fit."
        ),
        _equal_shares(Utility.COST, Completion.ADD1_GREEDY),
    ),
    "most-votes": Preset(
        N_("Most votes first"),
        N_("The most-voted project first, then the next that still fits, until the money is used."),
        Rule(Method.GREEDY, Utility.COST),
    ),
    "equal-shares-add1": Preset(
        N_("Equal Shares, Add1 only"),
        N_("Equal Shares whose shares grow until the next raise would overspend; the rest stays unused."),
        _equal_shares(Utility.COST, Completion.ADD1),
    ),
    "equal-shares-plain": Preset(
        N_("Equal Shares without completion"),
        N_("Everyone holds budget ÷ voters and no more; what supporters cannot pay together stays unused."),
        _equal_shares(Utility.COST, Completion.NONE),
    ),
    "equal-shares-count": Preset(
        N_("Equal Shares by number of projects"),
        N_("Equal Shares in which every project counts the same, so that cheap projects win more easily."),
        _equal_shares(Utility.CARDINALITY, Completion.ADD1_GREEDY),
    ),
    "votes-per-money": Preset(
        N_("Most votes for the money"),
        N_("The project with the most votes per baht first, then the next that still fits."),
        Rule(Method.GREEDY, Utility.CARDINALITY),
    ),
    "no-skip": Preset(
        N_("Most votes, no skipping"),
        N_("The most-voted project first; the count stops at the first that does not fit."),
        Rule(Method.GREEDY_NO_SKIP, Utility.COST),
    ),
    "phragmen": Preset(
        N_("Phragmén"),
        N_("Money flows to every voter at the same pace; a project is bought as soon as its voters can pay."),
        Rule(Method.PHRAGMEN),
    ),
}
HELD_BY = {  # what a vote can be held under: those, and a rule whose number is that of one vote only
    **PRESETS,
    "threshold": Preset(
        N_("Most votes first, from a threshold on"),
        N_("The most-voted project first, then the next that still fits; too few votes get nothing."),
        Rule(Method.GREEDY_THRESHOLD),
    ),
}
USUAL = Rule()
NUMBERS = ("threshold", "threshold_basis_points", "increment")  # of a rule, as counting.rule has them
USED = "used"  # the preset name of the rule the round was held under


def presets_for(kind: BallotKind, beside: Rule = USUAL) -> dict[str, Preset]:
    """The presets that make sense for these ballots, each beside this rule."""
    return {
        key: replace(preset, rule=standing_beside(preset.rule, beside))
        for key, preset in PRESETS.items()
        if suits(preset.rule, kind)
    }


def standing_beside(rule: Rule, other: Rule) -> Rule:
    """The rule with the ties and the increment of another, so that the two differ in nothing else."""
    increment = other.increment if "increment" in rule.numbers else rule.increment
    return replace(rule, ties=other.ties, increment=increment)


def key_of(rule: Rule) -> str:
    """The key of the preset that a rule is, whatever its numbers and its ties; "" where it is none."""
    plain = replace(rule, ties=USUAL.ties, **{name: getattr(USUAL, name) for name in NUMBERS})
    return next((key for key, preset in HELD_BY.items() if preset.rule == plain), "")


def rule_key(rule: Rule) -> str:
    """A fixed name for a rule with all its parameters: SHA-256 of its canonical JSON, in hex."""
    words = json.dumps(rule.as_json(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def rule_in_words(rule: Rule) -> Preset:
    """The rule under the name of the preset it is, or of one with the same method."""
    alike = next(preset for preset in HELD_BY.values() if preset.rule.method is rule.method)
    return replace(HELD_BY.get(key_of(rule), alike), rule=rule)


def rule_of(meta: Mapping[str, str]) -> Rule:
    """The rule a Pabulib file says it was held under; most votes first where it does not say."""
    return named_rule(meta) or Rule()


def preset_rule(key: str, used: Rule) -> Rule:
    """The rule behind a preset's key; `used` stands for the one the round was held under. Raises Missing."""
    if key == USED:
        return used
    if key not in PRESETS:
        raise Missing(N_("There is no counting rule of this name"))
    return standing_beside(PRESETS[key].rule, used)
