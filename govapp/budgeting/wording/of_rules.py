"""What a counting rule is called and does, with its numbers, in the reader's language."""

from typing import NamedTuple

from govapp.budgeting.rules import rule_in_words
from govapp.core.language import N_, gettext
from govapp.core.money import money
from govapp.counting.ballots import BallotKind
from govapp.counting.count import APPROVALS
from govapp.counting.rule import Rule

AT_LEAST_VOTES = N_("A project needs at least %(number)s votes.")
AT_LEAST_POINTS = N_("A project needs at least %(number)s points.")
EACH_STEP = N_("Each step raises the share of every voter by %(amount)s.")


class RuleSaid(NamedTuple):
    """A rule in the reader's language: its name, what it does, and the numbers that were set for it."""

    name: str
    sentence: str
    numbers: str

    @property
    def in_full(self) -> str:
        return f"{self.sentence} {self.numbers}".strip()


def of_rule(rule: Rule, kind: BallotKind, currency: str = "THB") -> RuleSaid:
    """kind: of the ballots that it counts."""
    named = rule_in_words(rule)
    at_least = AT_LEAST_VOTES if kind in APPROVALS else AT_LEAST_POINTS
    told = {
        "threshold": (at_least, {"number": f"{rule.threshold:,}"}),
        "increment": (EACH_STEP, {"amount": money(rule.increment, currency)}),
    }
    numbers = " ".join(gettext(told[name][0]) % told[name][1] for name in rule.numbers)
    return RuleSaid(gettext(named.name), gettext(named.sentence) if named.sentence else "", numbers)
