"""A ballot of a budget: what was typed becomes its value, or mistakes that say what to mend.

Prices, limits and the budget are those of the frozen contest; nothing that a form says of them is read.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from govapp.core.money import parse_count
from govapp.counting.ballots import BallotKind
from govapp.counting.rule import Method, Rule, Utility
from govapp.verifier.contests import Budget

POINTS = (BallotKind.CUMULATIVE, BallotKind.SCORING)
NUMBERED = (*POINTS, BallotKind.ORDINAL)  # a number is typed beside each project
LONGEST_NUMBER = 20  # letters of what was typed that are looked at, and said again


class Fault(StrEnum):
    UNKNOWN = "unknown"  # not on this ballot
    WITHDRAWN = "withdrawn"
    TWICE = "twice"  # the form names a project more than once
    NOT_A_NUMBER = "not-a-number"
    TOO_LOW = "too-low"
    TOO_FEW = "too-few"
    TOO_MANY = "too-many"
    OVER_BUDGET = "over-budget"
    SAME_RANK = "same-rank"
    GAP = "gap"
    TOO_HIGH = "too-high"  # more points than one project may get
    OVER_POINTS = "over-points"  # in all


@dataclass(frozen=True)
class Typed:
    """What a form sent: codes of projects, and the number typed beside each where the kind has numbers."""

    projects: Sequence[str] = ()
    numbers: Sequence[str] = ()

    def number_of(self, code: str) -> str:
        """As it was typed; "" for none."""
        return dict(zip(self.projects, self.numbers, strict=False)).get(code, "")


@dataclass(frozen=True)
class Mistake:
    """projects  those to mend; of OVER_BUDGET those to take out, of which one is enough where is_one_enough
    number    how many, which rank, or by how many satang or points
    typed     what cannot be read as a number
    """

    fault: Fault
    projects: tuple[str, ...] = ()
    number: int = 0
    typed: str = ""
    is_one_enough: bool = False


@dataclass(frozen=True)
class Reading:
    """chosen: code -> 1, its rank or its points. ballot: the value for the box, None with mistakes."""

    chosen: Mapping[str, int]
    mistakes: tuple[Mistake, ...]
    ballot: Any


@dataclass(frozen=True)
class Meter:
    """How full a ballot is, in satang (knapsack), points, or projects."""

    used: int
    whole: int
    projects: int

    @property
    def left(self) -> int:
        """Below 0 where there is too much on it."""
        return self.whole - self.used


def read(contest: Budget, typed: Typed, withdrawn: Collection[str] = ()) -> Reading:
    """The ballot that was typed, with everything that is wrong with it at once."""
    known = {project.id for project in contest.projects}
    mistakes = [Mistake(Fault.UNKNOWN, (code,)) for code in typed.projects if code not in known]
    if len(set(typed.projects)) != len(typed.projects):
        mistakes.append(Mistake(Fault.TWICE))
    numbered = contest.kind in NUMBERED
    chosen, unreadable = _numbers(contest, typed) if numbered else (dict.fromkeys(typed.projects, 1), [])
    mistakes += unreadable
    gone = [Mistake(Fault.WITHDRAWN, (code,)) for code in chosen if code in withdrawn]
    chosen = {code: number for code, number in chosen.items() if code in known and code not in withdrawn}
    mistakes += gone or _of_size(contest, chosen, bool(unreadable))
    if contest.kind is not BallotKind.ORDINAL or not mistakes:  # ranks are looked at once all are there
        mistakes += _of_kind(contest, chosen)
    return Reading(chosen, tuple(mistakes), None if mistakes else _value(contest, chosen))


def meter(contest: Budget, chosen: Mapping[str, int]) -> Meter:
    if contest.kind is BallotKind.KNAPSACK:
        return Meter(spent(contest, chosen), contest.budget, len(chosen))
    if contest.kind in POINTS:
        return Meter(sum(chosen.values()), contest.sum_points, len(chosen))
    return Meter(len(chosen), most(contest), len(chosen))


def spent(contest: Budget, chosen: Collection[str]) -> int:
    """What the chosen projects cost together, in satang."""
    return sum(project.cost for project in contest.projects if project.id in chosen)


def most(contest: Budget) -> int:
    """How many projects fit on a ballot."""
    return min(contest.most, len(contest.projects))


def rewards_several(contest: Budget) -> bool:
    """Whether the rule shares a voter's part of the money among all that they support."""
    is_shared = contest.rule.method in (Method.EQUAL_SHARES, Method.PHRAGMEN)
    return is_shared and contest.kind is not BallotKind.CHOOSE_ONE and contest.most > 1


def last_is_worthless(kind: BallotKind, rule: Rule) -> bool:
    """Whether a ranking counts the projects below: then the last one gets nothing (counting.count)."""
    return kind is BallotKind.ORDINAL and rule.utility is not Utility.COST


def has_room(contest: Budget, chosen: Mapping[str, int], withdrawn: Collection[str]) -> bool:
    """Whether one more project can be put on a ballot, with points of others where they are scarce."""
    others = [each for each in contest.projects if each.id not in chosen and each.id not in withdrawn]
    if contest.kind is BallotKind.KNAPSACK:
        left = contest.budget - spent(contest, chosen)
        others = [each for each in others if each.cost <= left]
    return bool(others) and len(chosen) < most(contest)


def shuffled(codes: Sequence[str], voter: str, box_name: str) -> list[str]:
    """The order for one voter: as if by chance, the same whenever they come back, and stored nowhere."""
    key = hmac.digest(voter.encode(), f"order of {box_name}".encode(), "sha256")
    return sorted(codes, key=lambda code: hmac.digest(key, code.encode(), "sha256"))


def mark(voter: str, box_name: str) -> str:
    """Tells the voters of one device apart where it keeps unfinished ballots; it names nobody."""
    return hmac.digest(voter.encode(), f"unfinished in {box_name}".encode(), "sha256").hex()[:16]


def _numbers(contest: Budget, typed: Typed) -> tuple[dict[str, int], list[Mistake]]:
    """code -> number, for those with one; nought points are none."""
    lowest = 1 if contest.kind is BallotKind.ORDINAL else 0
    given: dict[str, int] = {}
    mistakes = []
    if len(typed.projects) != len(typed.numbers):
        mistakes.append(Mistake(Fault.TWICE))
    for code, text in zip(typed.projects, typed.numbers, strict=False):
        if not text.strip():
            continue
        try:
            number = parse_count(text[:LONGEST_NUMBER])
        except ValueError:
            mistakes.append(Mistake(Fault.NOT_A_NUMBER, (code,), typed=text.strip()[:LONGEST_NUMBER]))
            continue
        if number < lowest:
            mistakes.append(Mistake(Fault.TOO_LOW, (code,), lowest))
        elif number:
            given[code] = number
    return given, mistakes


def _of_size(contest: Budget, chosen: Mapping[str, int], is_unread: bool) -> list[Mistake]:
    """Too few are not said where some could not be read."""
    if len(chosen) > contest.most:
        return [Mistake(Fault.TOO_MANY, tuple(chosen), len(chosen) - contest.most)]
    if len(chosen) < contest.least and not is_unread:
        return [Mistake(Fault.TOO_FEW, (), contest.least - len(chosen))]
    return []


def _of_kind(contest: Budget, chosen: Mapping[str, int]) -> list[Mistake]:
    if contest.kind is BallotKind.KNAPSACK:
        return _over_budget(contest, chosen)
    if contest.kind is BallotKind.ORDINAL:
        return _ranks(chosen)
    return _points(contest, chosen) if contest.kind in POINTS else []


def _over_budget(contest: Budget, chosen: Mapping[str, int]) -> list[Mistake]:
    """Which to take out: each that is enough alone, the cheapest first; else the dearest until it fits."""
    over = spent(contest, chosen) - contest.budget
    if over <= 0:
        return []
    costs = sorted((project.cost, project.id) for project in contest.projects if project.id in chosen)
    alone = tuple(code for cost, code in costs if cost >= over)
    if alone:
        return [Mistake(Fault.OVER_BUDGET, alone, over, is_one_enough=True)]
    out, left = [], over
    for cost, code in reversed(costs):
        if left > 0:
            out.append(code)
            left -= cost
    return [Mistake(Fault.OVER_BUDGET, tuple(out), over)]


def _ranks(chosen: Mapping[str, int]) -> list[Mistake]:
    """Every rank once, and none left out; gaps are said once no rank stands twice."""
    places: dict[int, list[str]] = {}
    for code, rank in chosen.items():
        places.setdefault(rank, []).append(code)
    same = [
        Mistake(Fault.SAME_RANK, tuple(places[rank]), rank) for rank in sorted(places) if places[rank][1:]
    ]
    if same:
        return same
    missing = next((rank for rank in range(1, len(places) + 1) if rank not in places), 0)
    after = tuple(places[rank][0] for rank in sorted(places) if rank > missing)
    return [Mistake(Fault.GAP, after, missing)] if missing else []


def _points(contest: Budget, chosen: Mapping[str, int]) -> list[Mistake]:
    high = [code for code, points in chosen.items() if points > contest.most_points]
    mistakes = [Mistake(Fault.TOO_HIGH, (code,), contest.most_points) for code in high]
    over = sum(chosen.values()) - contest.sum_points
    return mistakes + ([Mistake(Fault.OVER_POINTS, tuple(chosen), over)] if over > 0 else [])


def _value(contest: Budget, chosen: Mapping[str, int]) -> Any:
    """As the box wants it, and as the verifier reads it."""
    if contest.kind in POINTS:
        return dict(sorted(chosen.items()))
    if contest.kind is BallotKind.ORDINAL:
        return sorted(chosen, key=lambda code: chosen[code])
    return sorted(chosen)
