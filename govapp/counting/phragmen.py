"""Sequential Phragmén (เฟรกเมนตามลำดับ): voters earn money at the same pace, supporters buy when they can.

Everyone starts with nothing. The moment the supporters of a project together hold its cost, they buy it
and start from nothing again. It ends when the next project would overspend the budget.
Source: Brill, Freeman, Janson, Lackner (2017), "Phragmén's voting methods and justified representation";
for projects of different costs as in pabutools.

A voter's load is what all their purchases took, which is the time of the last of them. So an election's
state is, for each project, how many supporters last bought at which time: integers. The time of the next
purchase, (cost + loads of the supporters) / supporters, is found in floats; all its terms are positive, so
its relative error is below (winners + 8) EPS, and whatever is nearer than that to the first is compared
in exact fractions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor, lcm
from typing import Any

import numpy as np

from govapp.counting import ties
from govapp.counting.ballots import Election, Integers
from govapp.counting.outcome import Outcome, Reason, Shared, Why
from govapp.counting.rule import Rule

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Purchase:
    """One winner.

    time   when it was bought, which becomes the load of its supporters
    level  the projects that could be bought at this very time, in the order of the tie rule
    moved  project, earlier purchase (0: none) and number of voters: those supporters of both the project
           and the winner whose last purchase that was; three parallel arrays
    """

    winner: int
    time: Fraction
    level: tuple[int, ...]
    moved: tuple[Integers, Integers, Integers]


class Loads:
    """The purchases so far, and who bought what last: exact.

    last   ballot row -> its last purchase, from 1; 0: none
    count  project, purchase -> supporters whose last purchase it was
    """

    def __init__(self, election: Election) -> None:
        projects = len(election.projects)
        self.election = election
        self.purchases: list[Purchase] = []
        self.last = np.zeros(len(election.ballots.weight), dtype=np.int64)
        self.count = np.zeros((projects, projects + 1), dtype=np.int64)
        self.count[:, 0] = election.votes
        self._denominator = 1
        self._times = [0]  # purchase -> its time × denominator

    def next(self, projects: Sequence[int]) -> tuple[Fraction, list[int]]:
        """The earliest time at which one of these projects can be bought, and which."""
        which, past = np.array(projects), len(self._times)
        loads = self.count[which, :past] @ np.array([t / self._denominator for t in self._times])
        times = (self.election.cost[which] + loads) / self.election.votes[which]
        near = which[times <= times.min() * (1 + 4 * (past + 8) * EPS)].tolist()
        exact = {p: self.time(p) for p in near}
        first = min(exact.values())
        return first, [p for p in near if exact[p] == first]

    def time(self, project: int) -> Fraction:
        """When its supporters can pay for a project."""
        used = np.flatnonzero(self.count[project])
        spent = self.spent(used, self.count[project, used])
        return (self.election.projects[project].cost + spent) / int(self.election.votes[project])

    def spent(self, purchases: Integers, voters: Integers) -> Fraction:
        """The loads of so many voters after those purchases, together."""
        pairs = zip(purchases.tolist(), voters.tolist(), strict=True)
        return Fraction(sum(self._times[at] * number for at, number in pairs), self._denominator)

    def buy(self, winner: int, time: Fraction, level: tuple[int, ...]) -> None:
        """Move the supporters of a winner to their new load."""
        b, at = self.election.ballots, len(self._times)
        rows = np.zeros(len(b.weight), dtype=np.bool_)
        rows[b.row[(b.project == winner) & (b.points > 0)]] = True
        entries = np.flatnonzero(rows[b.row] & (b.points > 0))
        moved = np.zeros((len(self.count), at), dtype=np.int64)
        np.add.at(moved, (b.project[entries], self.last[b.row[entries]]), b.weight[b.row[entries]])
        self.count[:, :at] -= moved
        self.count[:, at] = moved.sum(axis=1)
        self.last[rows] = at
        projects, purchases = np.nonzero(moved)
        self.purchases.append(
            Purchase(winner, time, level, (projects, purchases, moved[projects, purchases]))
        )
        grown = lcm(self._denominator, time.denominator)
        self._times = [t * (grown // self._denominator) for t in self._times]
        self._times.append(time.numerator * (grown // time.denominator))
        self._denominator = grown

    def paid(self, purchase: Purchase, project: int) -> tuple[int, Fraction, Fraction]:
        """For a purchase: supporters of the project who paid something, how much together, and at most."""
        projects, earlier, voters = purchase.moved
        mine = projects == project
        shares = [
            (number, purchase.time - Fraction(self._times[at], self._denominator))
            for at, number in zip(earlier[mine].tolist(), voters[mine].tolist(), strict=True)
        ]
        payers = sum(number for number, share in shares if share)
        together = sum((number * share for number, share in shares), Fraction(0))
        return payers, together, max((share for _, share in shares), default=Fraction(0))


def count(
    election: Election, rule: Rule, progress: Callable[[int, int | None], None] | None = None
) -> Outcome:
    """Sequential Phragmén; a project is supported by whoever gave it more than nothing.

    Of an exclusive group the first one is funded. Facts: stopped_by ("overspend" or "all-funded") and,
    for the former, stopped_at, the project that came next. `progress` is never called: it takes no time.
    """
    rank = ties.order(election, rule.ties)
    loads = Loads(election)
    blocked, end = _buy(loads, rank)
    ids = [p.id for p in election.projects]
    funded = tuple(p.winner for p in loads.purchases)
    spent = sum(election.projects[p].cost for p in funded)
    levels = ((order, p.level) for order, p in enumerate(loads.purchases, start=1) if len(p.level) > 1)
    return Outcome(
        rule=rule.method.value,
        parameters=rule.as_json(),
        funded=tuple(ids[p] for p in funded),
        spent=spent,
        left=election.budget - spent,
        ties=tuple(ties.explain(election, level, rank, rule.ties, order) for order, level in levels),
        projects={ids[p]: _why(loads, p, funded, blocked, end) for p in range(len(ids))},
        steps=tuple(_trace(ids, purchase) for purchase in loads.purchases),
        facts={"stopped_by": "overspend", "stopped_at": ids[blocked[0]]}
        if blocked
        else {"stopped_by": "all-funded"},
    )


def _buy(loads: Loads, rank: Sequence[int]) -> tuple[list[int], Fraction]:
    """Buy until the end; the projects that came next and one of which did not fit, and when that was."""
    election, left, time = loads.election, loads.election.budget, Fraction(0)
    candidates = {p for p, project in enumerate(election.projects) if project.cost <= election.budget}
    candidates -= set(np.flatnonzero(election.votes == 0).tolist())
    while candidates:
        time, level = loads.next(sorted(candidates, key=lambda p: rank[p]))
        if any(election.projects[p].cost > left for p in level):
            return level, time
        winner = level[0]
        loads.buy(winner, time, tuple(level))
        left -= election.projects[winner].cost
        candidates -= {winner, *_rivals(election, winner)}
    return [], time


def _rivals(election: Election, project: int) -> list[int]:
    group = election.groups.get(election.projects[project].id)
    return [
        p
        for p, other in enumerate(election.projects)
        if p != project and group is not None and election.groups.get(other.id) == group
    ]


def _trace(ids: Sequence[str], purchase: Purchase) -> dict[str, Any]:
    return {
        "project": ids[purchase.winner],
        "load": f"{purchase.time.numerator}/{purchase.time.denominator}",
        "level": [ids[p] for p in purchase.level] if len(purchase.level) > 1 else [],
    }


def _why(loads: Loads, project: int, funded: tuple[int, ...], blocked: Sequence[int], end: Fraction) -> Why:
    election = loads.election
    why = Why(
        funded=project in funded,
        reason=Reason.PAID_BY_SUPPORTERS,
        votes=int(election.votes[project]),
        points=int(election.points[project]),
        cost=election.projects[project].cost,
    )
    if not why.funded:
        return _loser(loads, why, project, funded, blocked, end)
    order = funded.index(project)
    payers, together, most = loads.paid(loads.purchases[order], project)
    return replace(
        why,
        order=order + 1,
        payers=payers,
        average_payment=_round(together / payers),
        highest_payment=_round(most),
    )


def _loser(
    loads: Loads, why: Why, project: int, funded: Sequence[int], blocked: Sequence[int], end: Fraction
) -> Why:
    election, ids = loads.election, [p.id for p in loads.election.projects]
    used = np.flatnonzero(loads.count[project])
    left = end * why.votes - loads.spent(used, loads.count[project, used])
    reason, by = _refusal(election, project, funded, blocked)
    shared = []
    for purchase in loads.purchases:
        payers, together, _ = loads.paid(purchase, project)
        if payers:
            shared.append(Shared(ids[purchase.winner], payers, _round(together)))
    return replace(
        why,
        reason=reason,
        blocked_by=None if by is None else ids[by],
        remaining=election.budget - sum(election.projects[p].cost for p in funded),
        supporters_left=_round(left),
        short_by=_round(why.cost - left) if left < why.cost else None,
        shared=tuple(sorted(shared, key=lambda s: -s.spent)),
    )


def _refusal(
    election: Election, project: int, funded: Sequence[int], blocked: Sequence[int]
) -> tuple[Reason, int | None]:
    taken = [p for p in _rivals(election, project) if p in funded]
    if not election.votes[project]:
        return Reason.NO_SUPPORT, None
    if election.projects[project].cost > election.budget:
        return Reason.OVER_BUDGET, None
    if taken:
        return Reason.GROUP_TAKEN, taken[0]
    if project in blocked:
        return Reason.DOES_NOT_FIT, None
    return Reason.AFTER_STOP, blocked[0]


def _round(amount: Fraction) -> int:
    """Half up."""
    return floor(amount + Fraction(1, 2))
