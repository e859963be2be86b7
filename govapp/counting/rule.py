"""How to count: one frozen value that names the rule and every parameter, so a count can be repeated."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any


class Method(StrEnum):
    GREEDY = "greedy"  # most votes (or points) first; what does not fit is skipped
    GREEDY_NO_SKIP = "greedy-no-skip"  # stops at the first that does not fit
    GREEDY_THRESHOLD = "greedy-threshold"  # greedy among those with enough votes
    EQUAL_SHARES = "equal-shares"
    PHRAGMEN = "phragmen"


class Utility(StrEnum):
    """What a funded project is worth to a voter who supports it."""

    COST = "cost"  # its cost (× points on point and ranked ballots)
    CARDINALITY = "cardinality"  # one (its points on point ballots, Borda on ranked)
    POINTS = "points"  # another name for cardinality on point ballots
    BORDA = "borda"  # another name for cardinality on ranked ballots


class Completion(StrEnum):
    """What Equal Shares does with money that is left."""

    NONE = "none"
    ADD1 = "add1"  # raise the endowment until the next raise would overspend
    ADD1_EXHAUSTIVE = "add1-exhaustive"  # or until nothing more would fit
    ADD1_GREEDY = "add1-greedy"  # add1-exhaustive, then greedy on what is left
    GREEDY = "greedy"


EXHAUSTIVE = (Completion.ADD1_EXHAUSTIVE, Completion.ADD1_GREEDY)
RAISING = (Completion.ADD1, *EXHAUSTIVE)
WHOLE = 10_000  # basis points


@dataclass(frozen=True)
class Rule:
    """A counting rule and all its parameters.

    increment  Equal Shares: 1/100 of the unit added to each voter's endowment in a step, > 0
    threshold  greedy-threshold: the fewest votes (or points) a project needs, >= 0
    threshold_basis_points  in its place a share of the ballots counted: 1/100 of a percent, 0 to 10,000
    ties       "cheapest", "id" or "seed:HEX": see counting.ties
    comparison Equal Shares: take the greedy outcome when more voters prefer it
    reserved   category or district -> 1/100 units kept for it first: see counting.shares
    """

    method: Method = Method.GREEDY
    utility: Utility = Utility.COST
    completion: Completion = Completion.NONE
    increment: int = 100
    threshold: int = 0
    threshold_basis_points: int = 0
    ties: str = "cheapest"
    comparison: bool = False
    reserved: Mapping[str, int] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The names of its parameters that are one number and make a difference under it."""
        has_threshold, is_share = self.method is Method.GREEDY_THRESHOLD, self.threshold_basis_points != 0
        counts = {
            "threshold": has_threshold and not is_share,
            "threshold_basis_points": has_threshold and is_share,
            "increment": self.method is Method.EQUAL_SHARES and self.completion in RAISING,
        }
        return tuple(name for name, does in counts.items() if does)

    def in_votes(self, ballots: int) -> "Rule":
        """The same rule where so many ballots are counted, its threshold a number of votes.

        Empty ballots count, too. A part of a vote is a vote more: 2.5% of 1,010 ballots are 26 votes.
        """
        if not self.threshold_basis_points:
            return self
        votes = -(-self.threshold_basis_points * ballots // WHOLE)
        return replace(self, threshold=votes, threshold_basis_points=0)

    def as_json(self) -> dict[str, Any]:
        """Plain values. No share is not written: what was stored before there were shares stays equal."""
        written = asdict(self)
        if not self.threshold_basis_points:
            del written["threshold_basis_points"]
        return written

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Rule":
        """The rule that as_json wrote down; raises ValueError for an unknown name."""
        return cls(
            **{
                **given,
                "method": Method(given["method"]),
                "utility": Utility(given["utility"]),
                "completion": Completion(given["completion"]),
            }
        )
