"""Boxes that are used in any order of deeds, crashes among them: a property test at its full length."""

import traceback
from collections.abc import Iterator
from unittest.mock import patch

from benchmarks.figures import Figure, note
from govapp.ballotbox.actions import casting
from govapp.core.errors import Refused
from tests.ballotbox import lives
from tests.battery.frame import Run
from tests.battery.sites import DATABASES

NAME = "box-life"
STORIES = {"sqlite": 2_000, "postgresql": 200}
SHORT = {"sqlite": 4, "postgresql": 1}
STEPS = 50
TRIES = 60  # stories of thirty steps, until one misses a rule that was taken away


def measure(short: bool) -> Iterator[Figure]:
    for kind in DATABASES:
        stories = (SHORT if short else STORIES)[kind]
        yield from _told(f"{stories:,} stories of {STEPS} deeds, {kind}", kind, stories, STEPS)


def broken(short: bool) -> Iterator[Figure]:
    for rule in ("put_aside",) if short else ("put_aside", "require_open"):
        with patch.object(casting, rule, lambda *_given, **_more: ""):
            figures = _told(f"without {rule}", "sqlite", TRIES, 30, is_whole=False)
        yield from figures


def _told(subject: str, kind: str, stories: int, steps: int, is_whole: bool = True) -> list[Figure]:
    """Stories until one breaks a promise, which is told at its shortest unless it was to be expected."""
    number, was_broken = 0, 0
    try:
        number = lives.tell(kind, stories, steps, shrink=is_whole)
    except (AssertionError, Refused):
        was_broken = 1
        if is_whole:
            note(traceback.format_exc())
    found = [Figure(NAME, subject, "broke a promise of the box", was_broken, "", at_most=0)]
    return [*found, Figure(NAME, subject, "were told", number, "", at_least=stories)]


RUN = Run(
    name=NAME,
    claim=(
        "In whatever order a box is used, and wherever a deed is cut off: what was acknowledged is stored, "
        "or superseded by the same slot; a slot counts once; nothing changes after closing; every leaf is "
        "accounted for; the log only grows; the recount is equal; no row joins a voter and a ballot; what "
        "was frozen stays."
    ),
    how=(
        "Stories at random: forms are fetched and posted again, late, stale or not legal, votes are changed, "
        "locked for paper and objected to, batches and notices published, the box closed, finished and "
        "opened; each sixth deed is rolled back at its end. After each deed the box is compared with a "
        "model, and at the end its bundles are verified and every receipt looked up."
    ),
    measure=measure,
    control="a ballot that another took the place of is not put aside; and ballots are taken at any time",
    broken=broken,
)
