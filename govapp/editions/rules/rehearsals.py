"""Trying counting rules on ballots before one is chosen: past ones, or invented ones of a published seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from govapp.budgeting.rules import presets_for
from govapp.core.errors import NotNow
from govapp.core.language import N_
from govapp.counting import measures
from govapp.counting.ballots import BallotKind, Ballots, Election, Project
from govapp.counting.count import count, suits
from govapp.counting.patience import TooLong, at_most, most_steps
from govapp.counting.rule import Rule
from govapp.editions.rules.plans import POINTED, Limits

CHOSEN = "chosen"
MOST_VOTERS = 5_000
NOT_THESE = N_(
    "The rule of this round cannot count ballots of that kind: take invented ones, or another round."
)
TOO_LONG = N_("Shares grow in such small steps that this would take too long: enter a larger step.")
Tell = Callable[[int, int | None], None]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rehearsed:
    """tried: first under the rule of the edition; left_out: presets under which it would take too long."""

    tried: list["Tried"]
    left_out: list[str]


@dataclass(frozen=True)
class Tried:
    """What came out under one preset ("chosen" for the rule of the edition). Money in satang."""

    preset: str
    funded: tuple[str, ...]
    spent: int
    left: int
    voters: int
    reached: int  # voters with at least one funded project that they chose
    average: str  # funded projects that a voter chose, as a decimal


def invented(
    seed: int,
    voters: int,
    kind: BallotKind,
    limits: Limits,
    budget: int,
    projects: Sequence[Project],
    groups: Mapping[str, str] | None = None,
) -> Election:
    """An election on these projects with invented preferences: no real voter has anything to do with it.

    Each project has an appeal, each voter a taste for each kind of project; most voters choose few. The same
    seed gives the same ballots.
    """
    chance = np.random.default_rng(seed)
    liking = _liking(chance, voters, projects)
    votes = [_ballot(chance, row, kind, limits, budget, projects) for row in liking]
    return Election(kind, budget, tuple(projects), Ballots.gather(votes), groups or {})


def run(election: Election, chosen: Rule, tell: Tell | None = None) -> Rehearsed:
    """The chosen rule first, then every preset that suits the ballots and is another rule.

    A count that takes so many steps that other work would wait for hours is given up. Raises NotNow where it
    is that of the chosen rule, or this rule does not suit the ballots.
    """
    if not suits(chosen, election.kind):
        raise NotNow(NOT_THESE)
    others = presets_for(election.kind, beside=chosen)
    rules = {CHOSEN: chosen} | {key: each.rule for key, each in others.items() if each.rule != chosen}
    found = Rehearsed([], [])
    for done, (key, rule) in enumerate(rules.items()):
        try:
            found.tried.append(_tried(key, election, rule, _still_at(tell, done, len(rules))))
        except TooLong:
            if key == CHOSEN:
                raise NotNow(TOO_LONG) from None
            found.left_out.append(key)
        if tell:
            tell(done + 1, len(rules))
    return found


def _tried(key: str, election: Election, rule: Rule, tell: Tell | None) -> Tried:
    outcome = count(election, rule, at_most(most_steps(election), tell))
    measured = measures.measure(election, outcome.funded)
    everyone, average = measured.everyone, measured.as_json()["average"]
    figures = (outcome.spent, outcome.left, everyone.voters, everyone.reached, average)
    return Tried(key, outcome.funded, *figures)


def _still_at(tell: Tell | None, done: int, total: int) -> Tell | None:
    """For the steps of one count: shows that it is still at work."""
    return (lambda _done, _total: tell(done, total)) if tell else None


def _liking(chance: Any, voters: int, projects: Sequence[Project]) -> Floats:
    """voter × project: how much a voter likes a project."""
    kinds = sorted({kind for project in projects for kind in project.categories} | {""})
    belongs = np.array(
        [[kind in (project.categories or ("",)) for kind in kinds] for project in projects], dtype=np.float64
    )
    appeal = chance.lognormal(0.0, 0.6, len(projects))
    taste = chance.lognormal(0.0, 1.0, (voters, len(kinds)))
    whim = chance.lognormal(0.0, 0.5, (voters, len(projects)))
    found: Floats = appeal * (taste @ belongs.T) * whim
    return found


def _ballot(
    chance: Any, liking: Floats, kind: BallotKind, limits: Limits, budget: int, projects: Sequence[Project]
) -> dict[int, int]:
    """Project index -> points, of one voter."""
    best = np.argsort(-liking).tolist()
    if kind is BallotKind.KNAPSACK:
        return dict.fromkeys(_filled(best, budget, projects), 1)
    most = min(limits.most, len(best))
    wanted = min(most, max(limits.least, 1, int(chance.geometric(min(1.0, 2 / (most + 1))))))
    chosen = best[:wanted]
    if kind is BallotKind.ORDINAL:
        return {project: len(chosen) - place for place, project in enumerate(chosen)}
    if kind not in POINTED:
        return dict.fromkeys(chosen, 1)
    share = liking[chosen] / liking[chosen].sum()
    given = np.clip((share * limits.sum_points).astype(int), 0, limits.most_points)
    return {project: int(points) for project, points in zip(chosen, given, strict=True) if points}


def _filled(best: Sequence[int], budget: int, projects: Sequence[Project]) -> list[int]:
    """The projects a voter likes best that fit into the budget together."""
    left, chosen = budget, []
    for project in best:
        if projects[project].cost <= left:
            chosen.append(project)
            left -= projects[project].cost
    return chosen
