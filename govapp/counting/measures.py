"""What an outcome means for the voters and the places: figures to set beside those of other outcomes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from govapp.counting.ballots import Election, Integers
from govapp.counting.outcome import Outcome


@dataclass(frozen=True)
class Reached:
    """Some voters, and how many of them support at least one funded project."""

    voters: int
    reached: int


@dataclass(frozen=True)
class Measures:
    """Figures on one set of funded projects, all of them plain values. Money in 1/100 units.

    everyone    all voters, and those with at least one funded project they support
    supported   how often a voter supports a funded project, over all voters
    categories  category -> money; a project of several categories is split evenly between them,
                the odd 1/100 going to the first; "" is for projects without a category
    districts   district of the project -> money; "" is for projects without a district
    places      "district" or "neighborhood" -> the voters' place -> its voters
    """

    everyone: Reached
    supported: int
    funded: int
    spent: int
    categories: Mapping[str, int]
    districts: Mapping[str, int]
    places: Mapping[str, Mapping[str, Reached]] = field(default_factory=dict)

    @property
    def with_nothing(self) -> int:
        """Voters none of whose projects is funded, also those who chose nothing."""
        return self.everyone.voters - self.everyone.reached

    @property
    def average(self) -> Fraction:
        """Funded projects that a voter supports, on average; 0 without voters."""
        return Fraction(self.supported, self.everyone.voters or 1)

    def as_json(self) -> dict[str, Any]:
        """Plain values, as stored and printed; the average as a decimal text of four places."""
        ten_thousandths = int(self.average * 10000 + Fraction(1, 2))
        average = f"{ten_thousandths // 10000}.{ten_thousandths % 10000:04}"
        return {**asdict(self), "average": average, "with_nothing": self.with_nothing}


@dataclass(frozen=True)
class Difference:
    """Two outcomes of one election: project ids funded in both, or in one only, each in its own order."""

    both: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def measure(
    election: Election,
    funded: Collection[str],
    places: Mapping[str, Mapping[str, Integers]] | None = None,
) -> Measures:
    """Measure the funded project ids; `places` is what the reader of a file gives (see PbFile).

    Raises ValueError for an id that is no project of the election.
    """
    won = [project for project in election.projects if project.id in funded]
    if len(won) != len(set(funded)):
        raise ValueError("every funded id must be a project of the election")
    weight, liked = election.ballots.weight, _liked(election, funded)
    return Measures(
        everyone=_reached(weight, liked),
        supported=int(weight @ liked),
        funded=len(won),
        spent=sum(project.cost for project in won),
        categories=_sums(part for project in won for part in _split(project.cost, project.categories)),
        districts=_sums((project.district, project.cost) for project in won),
        places={
            kind: {name: _reached(rows, liked) for name, rows in sorted(by_name.items())}
            for kind, by_name in (places or {}).items()
        },
    )


def compare(first: Outcome, second: Outcome) -> Difference:
    """What two outcomes of the same election agree and differ on."""
    return Difference(
        both=tuple(p for p in first.funded if p in second.funded),
        only_first=tuple(p for p in first.funded if p not in second.funded),
        only_second=tuple(p for p in second.funded if p not in first.funded),
    )


def _liked(election: Election, funded: Collection[str]) -> Integers:
    """Ballot row -> how many funded projects it supports."""
    wins = np.array([project.id in funded for project in election.projects], dtype=np.bool_)
    entries = election.supports & wins[election.ballots.project]
    rows = election.ballots.row[entries]
    return np.bincount(rows, minlength=len(election.ballots.weight)).astype(np.int64)


def _reached(voters: Integers, liked: Integers) -> Reached:
    return Reached(int(voters.sum()), int(voters[liked > 0].sum()))


def _split(cost: int, names: tuple[str, ...]) -> list[tuple[str, int]]:
    shares = names or ("",)
    part, odd = divmod(cost, len(shares))
    return [(name, part + (place < odd)) for place, name in enumerate(shares)]


def _sums(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, amount in parts:
        sums[name] = sums.get(name, 0) + amount
    return dict(sorted(sums.items()))
