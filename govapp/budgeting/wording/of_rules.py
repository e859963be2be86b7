"""What a counting rule is called and does, with its numbers, in the reader's language."""

from typing import NamedTuple

from govapp.budgeting.rules import rule_in_words
from govapp.core.language import N_, gettext
from govapp.core.money import exact_percent, money
from govapp.counting.ballots import BallotKind
from govapp.counting.count import APPROVALS
from govapp.counting.rule import Rule

AT_LEAST_VOTES = N_("A project needs at least %(number)s votes.")
AT_LEAST_POINTS = N_("A project needs at least %(number)s points.")
AT_LEAST_SHARE = N_("A project must be chosen on at least %(percent)s of all ballots.")
AT_LEAST_SHARE_HERE = N_(
    "A project must be chosen on at least %(percent)s of all ballots: here on %(number)s of %(ballots)s."
)
EACH_STEP = N_("Each step raises the share of every voter by %(amount)s.")


class RuleSaid(NamedTuple):
    """A rule in the reader's language: its name, what it does, and the numbers that were set for it."""

    name: str
    sentence: str
    numbers: str

    @property
    def in_full(self) -> str:
        return f"{self.sentence} {self.numbers}".strip()


def of_rule(rule: Rule, kind: BallotKind, currency: str = "THB", ballots: int | None = None) -> RuleSaid:
    """kind, ballots: what it counts, and how many there are, once that is known."""
    named = rule_in_words(rule)
    words = {
        "threshold": AT_LEAST_VOTES if kind in APPROVALS else AT_LEAST_POINTS,
        "threshold_basis_points": AT_LEAST_SHARE if ballots is None else AT_LEAST_SHARE_HERE,
        "increment": EACH_STEP,
    }
    values = {
        "number": f"{rule.in_votes(ballots or 0).threshold:,}",
        "percent": exact_percent(rule.threshold_basis_points),
        "ballots": f"{ballots or 0:,}",
        "amount": money(rule.increment, currency),
    }
    numbers = " ".join(gettext(words[name]) % values for name in rule.numbers)
    return RuleSaid(gettext(named.name), gettext(named.sentence) if named.sentence else "", numbers)
