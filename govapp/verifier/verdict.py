"""What the verifier says: one finding for each check, and what they come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from govapp.ledger.notes import Key


class Check(StrEnum):
    """In the order in which they are made."""

    MANIFEST = "manifest"  # every file is the one that the log's key has signed
    CONFIGURATION = "configuration"  # what was voted on is what the first entry of the log commits to
    CHECKPOINTS = "checkpoints"  # all signed, each extends the one before, the last covers the log
    ANCHOR = "anchor"  # the log is the one that somebody outside has seen
    LEAVES = "leaves"  # no entry of the log stands in it twice
    NOTICES = "notices"  # every notice has its entry
    VOIDS = "voids"  # every void has its entry, and voids one ballot that is not counted
    OPENINGS = "openings"  # every counted ballot opens an entry, and no entry is opened twice
    ACCOUNTING = "accounting"  # every entry is a ballot, counted, superseded or voided, a void or a notice
    HISTORIES = "histories"  # as many ballots were superseded as voters changed theirs
    LEGAL = "legal"  # every ballot keeps to the rules of its box
    TURNOUT = "turnout"  # no more ballots than voters
    FILES = "files"  # the .pb files hold the ballots and nothing else
    TIES = "ties"  # the tie secret is the one that was committed to
    RESULT = "result"  # counting again gives the same result


class Finding(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    NOT_ALLOWED = "not-allowed"  # this bundle does not hold what it would take
    NOT_NEEDED = "not-needed"  # there is nothing of the kind in this box


@dataclass(frozen=True)
class Line:
    """One check. `message_id` has {named} places, filled from `details`; it may be empty."""

    check: Check
    finding: Finding
    message_id: str = ""
    details: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return self.message_id.format(**self.details or {})


@dataclass(frozen=True)
class Verdict:
    """`key` is the one the bundle names: to be compared with that of a poster, unless `anchored`.

    counted_by  how it was counted, as options of `govapp count`: one, or none where there is but one way
    """

    box: str
    key: Key
    lines: tuple[Line, ...]
    anchored: bool
    counted_by: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing that could be checked failed."""
        return all(line.finding is not Finding.FAILS for line in self.lines)

    def of(self, finding: Finding) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.finding is finding)
