"""What a bench yields, and how it is written down."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
HEADINGS = ("bench", "of what", "figure", "reached", "target", "")


@dataclass(frozen=True)
class Figure:
    """One measured number.

    at_most, at_least  the target, of which a figure has one or none
    """

    bench: str
    subject: str
    name: str
    reached: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def verdict(self) -> str:
        """ok or short; empty where there is no target."""
        if self.at_most is None and self.at_least is None:
            return ""
        high = self.at_most is not None and self.reached > self.at_most
        low = self.at_least is not None and self.reached < self.at_least
        return "short" if high or low else "ok"

    @property
    def target(self) -> str:
        if self.at_most is not None:
            return f"≤ {number(self.at_most)} {self.unit}".strip()
        return f"≥ {number(self.at_least)} {self.unit}".strip() if self.at_least is not None else ""

    def cells(self) -> tuple[str, ...]:
        shown = f"{number(self.reached)} {self.unit}".strip()
        return (self.bench, self.subject, self.name, shown, self.target, self.verdict)


def note(text: str) -> None:
    """What happens now, or why something is left out: one line, beside the table and not in it."""
    print(text, file=sys.stderr, flush=True)


def table(figures: Sequence[Figure]) -> str:
    """All figures in aligned columns; numbers to the right, repeated words left out."""
    rows = [HEADINGS, *_without_repeats([figure.cells() for figure in figures])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in (3, 4) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def keep(figures: Sequence[Figure]) -> None:
    """Write results.json: the figures with their verdicts, and the machine they were reached on."""
    document = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "load_average": [round(load, 2) for load in os.getloadavg()],
        },
        "figures": [asdict(figure) | {"verdict": figure.verdict} for figure in figures],
    }
    RESULTS.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def number(value: float) -> str:
    """Three figures that count, thousands parted by commas."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}g}" if abs(value) < 0.001 else f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _without_repeats(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    shown, before = [], ("", "")
    for bench, subject, *rest in rows:
        same = bench == before[0]
        shown.append(("" if same else bench, "" if (bench, subject) == before else subject, *rest))
        before = (bench, subject)
    return shown
