"""What may lie in, become and merge into what; and which entries of a file can stand beside each other."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from govapp.areas.models import PARENTS, Area, AreaKind, Region
from govapp.core.errors import Refused, Unreadable

PROVINCIAL = (AreaKind.PROVINCE, AreaKind.BANGKOK)
LOCAL_AUTHORITIES = (
    AreaKind.BANGKOK,
    AreaKind.PROVINCIAL_ADMINISTRATION,
    AreaKind.CITY_MUNICIPALITY,
    AreaKind.TOWN_MUNICIPALITY,
    AreaKind.SUBDISTRICT_MUNICIPALITY,
    AreaKind.SUBDISTRICT_ADMINISTRATION,
    AreaKind.PATTAYA,
)
WITH_BUDGETS = (AreaKind.PROVINCE, *LOCAL_AUTHORITIES)
WITH_FIGURES = {AreaKind.PROVINCE: 2, AreaKind.BANGKOK: 2, AreaKind.DISTRICT: 4, AreaKind.SUBDISTRICT: 6}
_HAVE_CHILDREN = frozenset(parent for parents in PARENTS.values() for parent in parents)


@dataclass(frozen=True)
class Entry:
    """An area as a line of a file tells it, and as it is kept: two are equal when they say the same."""

    code: str
    kind: AreaKind
    name_th: str
    name_en: str = ""
    parent_code: str | None = None
    region: Region | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    merged_into_code: str | None = None
    line: int = field(default=0, compare=False)
    cells: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Rejected:
    """A line that was not taken over, with its cells as they were, and what to mend."""

    line: int
    cells: tuple[str, ...]
    reason: Refused


@dataclass
class AreaFile:
    """What a file says: entries of different codes, and the lines that say nothing that can be kept."""

    header: tuple[str, ...]
    entries: list[Entry] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def has_provincial_committee(area: Area) -> bool:
    """Whether the area has a ก.บ.จ.: every province, but not Bangkok, which is no province."""
    return area.kind is AreaKind.PROVINCE


def lineage(area: Area) -> Iterator[Area]:
    """The area, and then what it lies in, up to the country."""
    here: Area | None = area
    while here is not None:
        yield here
        here = here.parent


def is_closed(area: Area, today: date) -> bool:
    return area.closed_on is not None and area.closed_on <= today


def may_lie_in(kind: AreaKind, parent: AreaKind) -> bool:
    return parent in PARENTS[kind]


def may_become(kind: AreaKind, other: AreaKind) -> bool:
    """Local authorities are raised to another type under their code; nothing else changes its kind."""
    return kind is other or (_is_plain_authority(kind) and _is_plain_authority(other))


def may_merge_into(kind: AreaKind, other: AreaKind) -> bool:
    return kind is other or (kind in LOCAL_AUTHORITIES and other in LOCAL_AUTHORITIES)


def outlives(area: Entry, other: Entry) -> bool:
    """Whether the area is still there when the other closes: then mergers can never go in a circle."""
    return area.closed_on is None or (other.closed_on is not None and area.closed_on > other.closed_on)


def _is_plain_authority(kind: AreaKind) -> bool:
    return kind in LOCAL_AUTHORITIES and kind not in _HAVE_CHILDREN


class Register:
    """All areas by code as they would be after an import, while entries are checked against each other."""

    def __init__(self, known: Mapping[str, Entry], entries: Iterable[Entry]) -> None:
        self.known = known
        self.after = {**known, **{entry.code: entry for entry in entries}}
        self.merged_here: dict[str, list[str]] = defaultdict(list)
        for entry in known.values():
            if entry.merged_into_code:
                self.merged_here[entry.merged_into_code].append(entry.code)

    def check(self, entry: Entry) -> None:
        """Raises Unreadable, with what to mend, when the entry cannot stand beside the others."""
        before = self.known.get(entry.code)
        if before and not may_become(before.kind, entry.kind):
            raise Unreadable("This code already belongs to another kind of area: %(kind)s", kind=before.kind)
        if entry.kind is not AreaKind.COUNTRY:
            self._check_parent(entry)
        if entry.merged_into_code:
            self._check_successor(entry, entry.merged_into_code)
        for code in self.merged_here.get(entry.code, ()):
            other = self.after[code]
            if other.merged_into_code == entry.code and not outlives(entry, other):
                raise Unreadable("It cannot close before %(code)s was merged into it", code=code)

    def take_back(self, entry: Entry) -> None:
        """Let the code be as it was before the entry."""
        if entry.code in self.known:
            self.after[entry.code] = self.known[entry.code]
        else:
            del self.after[entry.code]

    def _check_parent(self, entry: Entry) -> None:
        if not entry.parent_code:
            raise Unreadable("parent_code is empty: give the code of the area it lies in")
        parent = self.after.get(entry.parent_code)
        if parent is None:
            raise Unreadable("There is no area with the parent_code %(code)s", code=entry.parent_code)
        if not may_lie_in(entry.kind, parent.kind):
            raise Unreadable(
                "An area of the kind %(kind)s cannot lie in one of the kind %(parent)s",
                kind=entry.kind,
                parent=parent.kind,
            )
        if WITH_FIGURES.get(entry.kind, 0) > 2 and not entry.code.startswith(parent.code):
            raise Unreadable("Its code must begin with the code of its parent, %(code)s", code=parent.code)

    def _check_successor(self, entry: Entry, code: str) -> None:
        successor = self.after.get(code)
        if successor is None:
            raise Unreadable("There is no area with the merged_into_code %(code)s", code=code)
        if code == entry.code:
            raise Unreadable("An area cannot be merged into itself")
        if not may_merge_into(entry.kind, successor.kind):
            raise Unreadable(
                "An area of the kind %(kind)s cannot be merged into one of the kind %(other)s",
                kind=entry.kind,
                other=successor.kind,
            )
        if not outlives(successor, entry):
            raise Unreadable("%(code)s was closed itself by then: name the area that was left", code=code)


def sift(known: Mapping[str, Entry], entries: Sequence[Entry]) -> tuple[list[Entry], list[Rejected]]:
    """Part the entries that can be written down together from those that cannot, each with its reason.

    known    the areas kept now, by code
    entries  no two with one code, in any order
    When one is refused, those that lean on it are looked at again.
    """
    register, leaning = Register(known, entries), _leaning(known, entries)
    refused: dict[str, Rejected] = {}
    waiting = deque(entries)
    while waiting:
        entry = waiting.popleft()
        if entry.code in refused:
            continue
        try:
            register.check(entry)
        except Refused as reason:
            refused[entry.code] = Rejected(entry.line, entry.cells, reason)
            register.take_back(entry)
            waiting.extend(leaning[entry.code])
    accepted = [entry for entry in entries if entry.code not in refused]
    return accepted, list(refused.values())


def _leaning(known: Mapping[str, Entry], entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    """Code -> the entries that may no longer stand when this code's entry is refused."""
    given, found = {entry.code: entry for entry in entries}, defaultdict(list)
    for entry in entries:
        for code in (entry.parent_code, entry.merged_into_code):
            if code:
                found[code].append(entry)
        before = known.get(entry.code)  # refused, it is merged where it was before
        if before and before.merged_into_code in given:
            found[entry.code].append(given[before.merged_into_code])
    return found
