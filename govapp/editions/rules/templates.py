"""What an edition can begin with."""

from collections.abc import Mapping
from dataclasses import dataclass

from govapp.core.language import N_
from govapp.counting.ballots import BallotKind
from govapp.editions.rules.plans import Limits


@dataclass(frozen=True)
class Template:
    """A plan to begin with; everything can be changed. calendar: of rules.calendar.CALENDARS, "" for none."""

    name: str
    sentence: str
    kind: BallotKind
    limits: Limits
    preset: str  # of budgeting.rules.HELD_BY
    calendar: str = ""


NOTHING = Template("", "", BallotKind.APPROVAL, Limits(1, 10), "equal-shares")
TEMPLATES: Mapping[str, Template] = {
    "year": Template(
        N_("A whole year"),
        N_("From ideas to delivery. Each voter ticks up to 10 projects, counted by Equal Shares."),
        BallotKind.APPROVAL,
        Limits(1, 10),
        "equal-shares",
        "year",
    ),
    "quarter": Template(
        N_("A first, short round"),
        N_("Three months from ideas to the result. Up to 5 projects, counted by Equal Shares."),
        BallotKind.APPROVAL,
        Limits(1, 5),
        "equal-shares",
        "quarter",
    ),
    "vote": Template(
        N_("Only the vote"),
        N_("The projects are there. Voters fill the budget, and most votes win."),
        BallotKind.KNAPSACK,
        Limits(1, 500),
        "most-votes",
        "vote",
    ),
}
