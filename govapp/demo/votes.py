"""The invented voters: where they live, what draws them, and the projects each of them chooses.

Randomness is `random.Random(seed).random()` and whole-number weights only: Python promises that this
sequence never changes, so that the same seed gives the same ballots on any machine.
"""

import random
from bisect import bisect
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple, TypeVar

from govapp.demo.places import ABOVE_CANAL, BIG_POND, OLD_MARKET, ROADSIDE_FIELDS, WHOLE_TOWN
from govapp.demo.projects import CARE, CHILDREN, CULTURE, HEALTH, STREETS, TRADE, WATER, Idea

Chance = TypeVar("Chance", bound=Hashable)


class Leaning(NamedTuple):
    """Voters of one mind. draws: category -> how many times as likely they choose its projects."""

    share: int  # of the voters, in percent
    draws: Mapping[str, int]


class Vote(NamedTuple):
    """One voter: the name of the zone, "" where none is given, and project indices in ascending order."""

    zone: str
    chosen: tuple[int, ...]


ZONES = {
    OLD_MARKET.name_th: 40,
    ABOVE_CANAL.name_th: 21,
    BIG_POND.name_th: 20,
    ROADSIDE_FIELDS.name_th: 17,
    "": 2,
}
LEANINGS = (
    Leaning(25, {CARE: 9, HEALTH: 5}),
    Leaning(20, {STREETS: 4, CULTURE: 2}),
    Leaning(15, {CHILDREN: 6, HEALTH: 2}),
    Leaning(14, {TRADE: 5, CULTURE: 3}),
    Leaning(13, {CULTURE: 5, CHILDREN: 2}),
    Leaning(13, {WATER: 6, STREETS: 2}),
)
LENGTHS = {0: 2, 1: 3, 3: 14, 4: 21, 5: 23, 6: 17, 7: 12, 8: 8}  # projects on a ballot -> percent
SHORTEST, LONGEST = min(LENGTHS), max(LENGTHS)  # an empty ballot is a valid one
OWN_ZONE, FOR_ALL = 6, 3  # times as likely as a project of another zone
THRIFTY = {True: 35, False: 65}  # percent who choose what is dear half as often
DEAR = 70_000_000  # satang


def cast(ideas: Sequence[Idea], voters: int, seed: int) -> Iterator[Vote]:
    """The votes of so many voters; the same arguments give the same votes."""
    draw = random.Random(seed).random
    leanings = {number: leaning.share for number, leaning in enumerate(LEANINGS)}

    @cache
    def taste(zone: str, leaning: int, is_thrifty: bool) -> list[int]:
        return list(accumulate(_weight(idea, zone, LEANINGS[leaning], is_thrifty) for idea in ideas))

    for _ in range(voters):
        zone = _one(ZONES, draw())
        weights = taste(zone, _one(leanings, draw()), _one(THRIFTY, draw()))
        length = _one(LENGTHS, draw())
        chosen: set[int] = set()
        while len(chosen) < length:
            chosen.add(bisect(weights, draw() * weights[-1]))
        yield Vote(zone, tuple(sorted(chosen)))


def _weight(idea: Idea, zone: str, leaning: Leaning, is_thrifty: bool) -> int:
    near = {zone: OWN_ZONE, WHOLE_TOWN: FOR_ALL}.get(idea.project.district, 1)
    drawn = max(leaning.draws.get(category, 1) for category in idea.project.categories)
    return idea.appeal * near * drawn * (1 if is_thrifty and idea.project.cost > DEAR else 2)


def _one(percent: Mapping[Chance, int], drawn: float) -> Chance:
    """The one of these, as likely as its percentage, that a number from 0 up to 1 falls on."""
    return list(percent)[bisect(list(accumulate(percent.values())), drawn * 100)]
