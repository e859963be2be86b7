"""The part of an election that Equal Shares looks at, laid out project by project."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from govapp.counting.ballots import Election, Integers
from govapp.counting.rule import Utility

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Supporters:
    """Who gave a project points: one entry per distinct ballot.

    rows    the ballots, ascending
    points  what each voter of the row gave, > 0
    gain    voters of the row times points
    shares  the same as `gain`, twice, as floats; the second line is scratch for the search
    scale   points as floats, or None when every voter gave one
    total   sum of gain
    """

    rows: Integers
    points: Integers
    gain: Integers
    shares: Floats
    scale: Floats | None
    total: int


@dataclass(frozen=True)
class Field:
    """An election seen by Equal Shares.

    A supporter pays `price × points`, or all that is left. The price per point, not per utility, is what
    is worked with: the two differ by `worth`, the utility of one point.
    """

    election: Election
    worth: tuple[int, ...]  # project -> utility of one point: its cost, or 1
    supporters: tuple[Supporters, ...]
    rivals: tuple[tuple[int, ...], ...]  # project -> the others of its exclusive group

    def of(self, project: int) -> tuple[Supporters, int, int]:
        """Its supporters, cost, and worth."""
        return self.supporters[project], self.cost[project], self.worth[project]

    @cached_property
    def cost(self) -> tuple[int, ...]:
        return tuple(p.cost for p in self.election.projects)

    @cached_property
    def weight(self) -> Floats:
        return self.election.ballots.weight.astype(np.float64)

    @cached_property
    def most_points(self) -> int:
        """The most points any voter gave one project; 1 on approval ballots."""
        return int(self.election.ballots.points.max(initial=1))

    def endowment(self, raised: int) -> Fraction:
        """What each voter has when 1/100 units `raised` were added to an equal part of the budget."""
        voters = self.election.ballots.voters
        return Fraction(self.election.budget, voters) + raised if voters else Fraction(0)


def lay_out(election: Election, utility: Utility) -> Field:
    """Turn the ballots on their side: for every project its supporters."""
    b = election.ballots
    entries = np.flatnonzero(b.points > 0)
    entries = entries[np.argsort(b.project[entries], kind="stable")]
    ends = np.searchsorted(b.project[entries], np.arange(len(election.projects) + 1))
    supporters = tuple(
        _supporters(b.row[part], b.points[part], b.weight)
        for part in (entries[ends[p] : ends[p + 1]] for p in range(len(election.projects)))
    )
    worth = tuple(p.cost if utility is Utility.COST else 1 for p in election.projects)
    return Field(election, worth, supporters, _rivals(election))


def _supporters(rows: Integers, points: Integers, weight: Integers) -> Supporters:
    gain = points * weight[rows]
    shares = np.stack([gain, gain]).astype(np.float64)
    scale = None if bool((points == 1).all()) else points.astype(np.float64)
    return Supporters(rows, points, gain, shares, scale, int(gain.sum()))


def _rivals(election: Election) -> tuple[tuple[int, ...], ...]:
    group = [election.groups.get(p.id) for p in election.projects]
    members: dict[str, list[int]] = {}
    for project, name in enumerate(group):
        if name is not None:
            members.setdefault(name, []).append(project)
    return tuple(
        tuple(q for q in members[name] if q != p) if name is not None else () for p, name in enumerate(group)
    )
