"""What a count returns: the winners in order, the money, every tie, and the reason for every project."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why a project was funded, or was not."""

    MOST_VOTES = "most-votes"  # greedy reached it and it fitted
    PAID_BY_SUPPORTERS = "paid-by-supporters"  # Equal Shares, Phragmén
    COMPLETION = "completion"  # greedy completion with what Equal Shares left
    RESERVED = "reserved"  # by the share kept for its category or district
    # not funded
    DOES_NOT_FIT = "does-not-fit"  # greedy: `remaining` when it was reached
    AFTER_STOP = "after-stop"  # greedy-no-skip had stopped at `blocked_by`
    BELOW_THRESHOLD = "below-threshold"
    GROUP_TAKEN = "group-taken"  # `blocked_by` of its exclusive group was funded
    SUPPORTERS_SHORT = "supporters-short"  # its supporters had `supporters_left`, `short_by` too little
    NO_SUPPORT = "no-support"
    OVER_BUDGET = "over-budget"  # it costs more than the whole budget


@dataclass(frozen=True)
class Shared:
    """How far a loser's supporters spent their money on a winner."""

    project: str
    supporters: int  # supporters of the loser who also paid for this winner
    spent: int  # what they paid for it, 1/100 units, rounded half up


@dataclass(frozen=True)
class Why:
    """The reason for one project, in numbers. Money in 1/100 units, rounded half up.

    order             place among the funded, from 1
    remaining         greedy and completion: money left when its turn came
    payers            voters who paid something
    average_payment   cost / payers
    highest_payment   the most any supporter paid
    effective_support how many full supporters its price per utility amounts to, rounded down
    supporters_left   what its supporters still held at the end
    short_by          cost - supporters_left, when positive
    shared            winners its supporters paid for, most spent first
    threshold         greedy-threshold: the votes (points) needed; where they are a share of the `ballots`
                      that were counted, `threshold_basis_points` is this share
    votes_needed      further voters choosing only this project who would have had it funded
                      (found by counting again; None when not asked for or not found)
    """

    funded: bool
    reason: Reason
    votes: int
    points: int
    cost: int
    order: int | None = None
    remaining: int | None = None
    payers: int | None = None
    average_payment: int | None = None
    highest_payment: int | None = None
    effective_support: int | None = None
    supporters_left: int | None = None
    short_by: int | None = None
    blocked_by: str | None = None
    threshold: int | None = None
    threshold_basis_points: int | None = None
    ballots: int | None = None
    shared: tuple[Shared, ...] = ()
    votes_needed: int | None = None

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Why":
        """The reason that Outcome.as_json wrote down."""
        shared = tuple(Shared(**each) for each in given["shared"])
        return cls(**{**given, "reason": Reason(given["reason"]), "shared": shared})


@dataclass(frozen=True)
class Tie:
    """Projects that stood exactly level when one was chosen, and what decided."""

    projects: tuple[str, ...]  # in the order the tie rule puts them
    chosen: str
    by: str  # "cost", "votes", "lot" or "id"
    step: int  # the place among the funded that was being filled, from 1

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Tie":
        return cls(**{**given, "projects": tuple(given["projects"])})


@dataclass(frozen=True)
class Outcome:
    """sum of the funded costs == spent; spent + left == budget; why has every project."""

    rule: str
    parameters: Mapping[str, Any]
    funded: tuple[str, ...]
    spent: int
    left: int
    ties: tuple[Tie, ...]
    projects: Mapping[str, Why]
    steps: tuple[Mapping[str, Any], ...] = ()  # the trace: one entry per decision, rule by rule
    facts: Mapping[str, Any] = field(default_factory=dict)  # endowment, raises, comparison counts…

    def as_json(self) -> dict[str, Any]:
        """Plain values only: what `govapp count --json` prints and the app stores."""
        return asdict(self)
