"""What a count reads: an election's projects, its budget, and one row per distinct ballot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


class BallotKind(StrEnum):
    """What a voter writes down (the Pabulib `vote_type`, and knapsack, which Pabulib calls approval)."""

    APPROVAL = "approval"
    KNAPSACK = "knapsack"
    CHOOSE_ONE = "choose-1"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"
    ORDINAL = "ordinal"


@dataclass(frozen=True)
class Project:
    id: str
    cost: int  # 1/100 of the money unit (satang), > 0
    name: str = ""
    categories: tuple[str, ...] = ()
    district: str = ""


@dataclass(frozen=True)
class Ballots:
    """Distinct ballots as compressed sparse rows; an empty row is a voter who chose nothing.

    start    rows + 1 offsets: row r owns entries start[r]:start[r + 1]
    project  entry -> index into Election.projects, ascending within a row, no repeats
    points   entry -> 1 on approval ballots, the points given, or the Borda score of the place
    weight   row -> how many voters cast exactly this ballot, > 0
    """

    start: Integers
    project: Integers
    points: Integers
    weight: Integers

    @classmethod
    def gather(cls, votes: Iterable[Mapping[int, int]]) -> "Ballots":
        """Merge equal votes (project index -> points) into weighted rows, in order of first sight."""
        rows: dict[tuple[tuple[int, int], ...], int] = {}
        for vote in votes:
            row = tuple(sorted(vote.items()))
            rows[row] = rows.get(row, 0) + 1
        entries = [entry for row in rows for entry in row]
        flat = np.array(entries, dtype=np.int64).reshape(-1, 2)
        lengths = np.array([0, *map(len, rows)], dtype=np.int64)
        weight = np.fromiter(rows.values(), dtype=np.int64, count=len(rows))
        return cls(np.cumsum(lengths), flat[:, 0].copy(), flat[:, 1].copy(), weight)

    @cached_property
    def row(self) -> Integers:
        """entry -> its row."""
        return np.repeat(np.arange(len(self.weight)), np.diff(self.start))

    @cached_property
    def voters(self) -> int:
        return int(self.weight.sum())


@dataclass(frozen=True)
class Election:
    """Everything a rule may look at. Money in 1/100 of the unit; project ids are unique."""

    kind: BallotKind
    budget: int
    projects: tuple[Project, ...]
    ballots: Ballots
    groups: Mapping[str, str] = field(default_factory=dict)  # project id -> exclusive group

    @cached_property
    def cost(self) -> Integers:
        return np.array([p.cost for p in self.projects], dtype=np.int64)

    @cached_property
    def votes(self) -> Integers:
        """project -> how many voters support it (ranked it, or gave it more than nothing)."""
        return self._per_project(np.where(self.supports, self.ballots.weight[self.ballots.row], 0))

    @cached_property
    def supports(self) -> npt.NDArray[np.bool_]:
        """entry -> whether it is support: a place on a ranked ballot, or more than nought points."""
        if self.kind is BallotKind.ORDINAL:
            return np.ones(len(self.ballots.points), dtype=np.bool_)
        return self.ballots.points > 0

    @cached_property
    def named(self) -> Integers:
        """project -> how many voters wrote it down, be it with nought points (the Pabulib `votes`)."""
        return self._per_project(self.ballots.weight[self.ballots.row])

    @cached_property
    def points(self) -> Integers:
        """project -> its score: votes on approval ballots, points or Borda points otherwise."""
        b = self.ballots
        return self._per_project(b.points * b.weight[b.row])

    def ranked_from_zero(self) -> "Election":
        """The same, with every place on ranked ballots worth one point less: the last is worth nothing.

        Pabulib scores n, n - 1, … 1; the Borda utility of pabutools counts the projects ranked lower.
        """
        if self.kind is not BallotKind.ORDINAL:
            return self
        return replace(self, ballots=replace(self.ballots, points=self.ballots.points - 1))

    def _per_project(self, amount: Integers) -> Integers:
        total = np.zeros(len(self.projects), dtype=np.int64)
        np.add.at(total, self.ballots.project, amount)
        return total
