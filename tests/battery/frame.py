"""What a run is, and when it holds: its figures reach their targets, and its own fault is found."""

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from benchmarks.figures import Figure, note
from tests.battery.machine import Watch

TIMES = ("ms", "s")  # units that a shared machine stretches

Measure = Callable[[bool], Iterator[Figure]]


class Verdict(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    BLIND = "proves nothing"  # it measured nothing, or did not find the fault that was put there on purpose
    BROKEN = "broke off"


@dataclass(frozen=True)
class Run:
    """A claim about the product, and how it is tried.

    measure  short -> the figures; those with a target must reach it
    control  what is broken on purpose
    broken   short -> figures of the broken variant; those with a target must miss it, every one
    by_root  whether only root can carry it out
    """

    name: str
    claim: str
    how: str
    measure: Measure
    control: str
    broken: Measure
    by_root: bool = False


@dataclass
class Outcome:
    """What became of a run. In the short form times are told, and decide nothing."""

    run: Run
    short: bool
    at: str
    figures: list[Figure] = field(default_factory=list)
    found: list[Figure] = field(default_factory=list)  # figures of the broken variant
    seconds: float = 0.0
    machine: dict[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.error:
            return Verdict.BROKEN
        reached = [figure.verdict == "ok" for figure in self._deciding(self.figures)]
        missed = [figure.verdict == "short" for figure in self._deciding(self.found)]
        if not all(reached):
            return Verdict.FAILS
        return Verdict.HOLDS if reached and missed and all(missed) else Verdict.BLIND

    def _deciding(self, figures: Sequence[Figure]) -> list[Figure]:
        return [each for each in figures if each.verdict and not (self.short and each.unit in TIMES)]

    def as_json(self) -> dict[str, Any]:
        run = {name: getattr(self.run, name) for name in ("name", "claim", "how", "control")}
        kept = {name: getattr(self, name) for name in ("at", "short", "seconds", "machine", "error")}
        return {
            **run,
            "verdict": self.verdict.value,
            **kept,
            "figures": [_as_json(each) for each in self.figures],
            "control_figures": [_as_json(each) for each in self.found],
        }


def carry_out(run: Run, short: bool) -> Outcome:
    """Measure the product, then the broken variant. What breaks off is told in the outcome."""
    outcome = Outcome(run, short, datetime.now(UTC).isoformat(timespec="seconds"))
    started, watch = time.monotonic(), Watch()
    try:
        _gather(outcome.figures, run.measure(short))
        note(f"{run.name}: now with a fault, {run.control}")
        _gather(outcome.found, run.broken(short))
    except Exception:
        outcome.error = traceback.format_exc()
        note(outcome.error)
    outcome.seconds, outcome.machine = time.monotonic() - started, watch.end()
    note(f"{run.name}: {outcome.verdict}")
    return outcome


def _gather(figures: list[Figure], measured: Iterator[Figure]) -> None:
    for figure in measured:
        figures.append(figure)
        note("  ".join(cell for cell in figure.cells() if cell))


def _as_json(figure: Figure) -> dict[str, Any]:
    return asdict(figure) | {"target": figure.target, "verdict": figure.verdict}
