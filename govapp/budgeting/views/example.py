"""The small election that explains the counting rules: five voters, three projects, counted by the core."""

from dataclasses import dataclass, replace
from functools import cache

from govapp.budgeting.rules import HELD_BY
from govapp.budgeting.wording import in_words
from govapp.budgeting.wording.of_rules import RuleSaid, of_rule
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.counting.ballots import BallotKind, Ballots, Election, Project
from govapp.counting.count import count
from govapp.counting.measures import measure
from govapp.counting.outcome import Outcome
from govapp.counting.rule import Method, Rule

BUDGET = 500_000_00  # satang, as all money here
PROJECTS = (
    Project("1", 320_000_00, N_("Market roof")),
    Project("2", 180_000_00, N_("Street lamps")),
    Project("3", 110_000_00, N_("Toy library")),
)
BALLOTS = ((0, 1), (0, 1), (0, 1), (0, 2), (2,))  # voter -> the projects chosen, as indexes of PROJECTS
MAJORITY = Rule(Method.GREEDY_THRESHOLD, threshold_basis_points=5000)  # of five ballots: three
SHOWN = HELD_BY | {"threshold": replace(HELD_BY["threshold"], rule=MAJORITY)}
EXPLAINED = {  # preset -> what research calls it
    "equal-shares": "Method of Equal Shares",
    "most-votes": "Greedy by votes",
    "votes-per-money": "Greedy by votes per cost",
    "phragmen": "Sequential Phragmén",
}
ELECTION = Election(
    BallotKind.APPROVAL,
    BUDGET,
    PROJECTS,
    Ballots.gather({project: 1 for project in ballot} for ballot in BALLOTS),
)


@dataclass(frozen=True)
class Verdict:
    """What a rule says about one project of the example."""

    name: str
    cost_satang: int
    funded: bool
    reason: str


@dataclass(frozen=True)
class Purse:
    """One voter's share of the money: what went to each project funded, in their order, and what is left."""

    paid: list[int]
    left: int


@dataclass(frozen=True)
class Explained:
    """The example under one rule; purses only where voters hold shares of the money."""

    key: str
    said: RuleSaid
    verdicts: list[Verdict]  # the funded first, in the order in which they were chosen
    left: int
    reached: int
    purses: list[Purse]

    @property
    def funded(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.funded]


def explained(key: str) -> Explained:
    """The example counted under a rule of SHOWN."""
    outcome = _outcome(key)
    names = {project.id: _(project.name) for project in PROJECTS}
    order = {id_: place for place, id_ in enumerate(outcome.funded)}
    verdicts = [
        Verdict(names[p.id], p.cost, p.id in order, in_words(outcome.projects[p.id], names, "THB"))
        for p in sorted(PROJECTS, key=lambda p: order.get(p.id, len(order)))
    ]
    reached = measure(ELECTION, outcome.funded).everyone.reached
    said = of_rule(SHOWN[key].rule, ELECTION.kind, ballots=len(BALLOTS))
    purses = _purses(outcome) if SHOWN[key].rule.method is Method.EQUAL_SHARES else []
    return Explained(key, said, verdicts, outcome.left, reached, purses)


def variants() -> list[Explained]:
    """The other rules: the same ideas with one thing changed."""
    return [explained(key) for key in SHOWN if key not in EXPLAINED]


@cache
def _outcome(key: str) -> Outcome:
    return count(ELECTION, SHOWN[key].rule)


def _purses(outcome: Outcome) -> list[Purse]:
    """Who paid what: supporters pay alike, and who has less than that pays all there is."""
    left = [int(outcome.facts["endowment_rounded"])] * len(BALLOTS)
    paid: list[list[int]] = [[] for _voter in BALLOTS]
    ids = [project.id for project in PROJECTS]
    for winner in outcome.funded:
        price = outcome.projects[winner].highest_payment or 0
        for voter, ballot in enumerate(BALLOTS):
            part = min(left[voter], price) if ids.index(winner) in ballot else 0
            paid[voter].append(part)
            left[voter] -= part
    return [Purse(*purse) for purse in zip(paid, left, strict=True)]
