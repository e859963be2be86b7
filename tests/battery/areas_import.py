"""Every sub-district and local authority of a country comes in from one file, which has mistakes in it."""

import csv
import os
import pty
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import func, select, text

from benchmarks.figures import Figure
from govapp.areas.actions import add_provinces
from govapp.areas.models import Area
from tests.areas.files import many, with_faults
from tests.battery.frame import Run
from tests.battery.machine import ROOT, Pace, pace
from tests.battery.sites import DATABASES, Place, database

NAME = "areas-import"
AT_MOST = {"postgresql": 60.0, "sqlite": 120.0}  # seconds
GIVEN_UP_AFTER = 2.0  # times as long
SECRET = "only-for-a-run-on-this-machine-alone"
PROVINCES = 78  # with the country
BARS = ("Reading", "Writing")
BAR = re.compile(rf"({'|'.join(BARS)}) .*?(\d+)%")


@dataclass(frozen=True)
class Work:
    """A file, and what must become of it."""

    content: bytes
    good: int
    wrong_lines: Sequence[int]


@dataclass(frozen=True)
class Import:
    """What became of it.

    written  areas in the database afterwards
    told     lines that the report of rejected ones names
    steps    percentages that the bars of progress showed, by the bar
    paces    of the machine, before and after
    """

    written: int
    told: list[int]
    steps: dict[str, set[str]]
    seconds: float
    work: float
    peak_mb: float
    paces: tuple[Pace, Pace]


def measure(short: bool) -> Iterator[Figure]:
    work = _work(short)
    for kind in DATABASES:
        found = [_import(kind, work, "govapp") for _ in range(1 if short else 3)]
        yield from _whole(f"{work.good:,} areas, {kind}", found, work, short)
        yield from _times(f"{work.good:,} areas, {kind}", found, AT_MOST[kind])


def broken(short: bool) -> Iterator[Figure]:
    work = _work(short=True)
    found = [_import("sqlite", work, "tests.battery.careless")]
    yield from _whole(f"{work.good:,} areas, carelessly", found, work, short=True)
    if not short:
        work, kind = _work(short), "postgresql"
        found = [_import(kind, work, "tests.battery.careless", "--singly")]
        seconds = found[0].seconds
        subject = f"{work.good:,} areas, {kind}, one line at a time"
        name = f"time, given up after {AT_MOST[kind] * GIVEN_UP_AFTER:.0f} s"
        yield Figure(NAME, subject, name, seconds, "s", at_most=AT_MOST[kind])


def _work(short: bool) -> Work:
    content = many(1_000, 1_000) if short else many(39_000, 61_000)
    mixed, wrong_lines = with_faults(content, 20 if short else 1_000)
    return Work(mixed, content.count(b"\n") - 1, wrong_lines)


def _import(kind: str, work: Work, program: str, *options: str) -> Import:
    """Carry out the command in a process of its own, at a terminal, on a database that has the provinces."""
    with database(kind) as place:
        _settle(place)
        file, report = place.folder / "areas.csv", place.folder / "rejected.csv"
        file.write_bytes(work.content)
        command = [sys.executable, "-m", program, *options, "areas", "import", str(file)]
        before = pace()
        run = _at_a_terminal([*command, "--rejected", str(report)], place, AT_MOST[kind] * GIVEN_UP_AFTER)
        with place.database.read() as session:
            written = session.scalar(select(func.count()).select_from(Area)) or 0
        return Import(written - PROVINCES, _told(report), *run, (before, pace()))


def _settle(place: Place) -> None:
    """Write the provinces down; PostgreSQL knows how few they are, as it finds out by itself in a while."""
    with place.database.write.begin() as session:
        add_provinces(session, None)
        if place.kind == "postgresql":
            session.execute(text("ANALYZE"))


def _at_a_terminal(
    command: Sequence[str], place: Place, patience: float
) -> tuple[dict[str, set[str]], float, float, float]:
    """What the bars showed, seconds on the clock, seconds of work, peak memory in MB."""
    ours, theirs = pty.openpty()
    env = os.environ | {"GOVAPP_DATABASE_URL": place.url, "GOVAPP_INSTANCE": str(place.folder)}
    env |= {"GOVAPP_SECRET_KEY": SECRET, "COLUMNS": "100"}
    started = time.monotonic()
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    given_up = threading.Timer(patience, process.kill)
    given_up.start()
    shown = _until_it_ends(ours)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    given_up.cancel()
    if process.returncode not in (0, 1, -9):  # 1: lines were rejected
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{shown}")
    steps: dict[str, set[str]] = {label: set() for label in BARS}
    for label, percent in BAR.findall(shown):
        steps[label].add(percent)
    return steps, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _until_it_ends(terminal: int) -> str:
    shown = b""
    try:
        while part := os.read(terminal, 65_536):
            shown += part
    except OSError:  # so Linux tells that nobody writes there any more
        pass
    os.close(terminal)
    return shown.decode(errors="replace")


def _told(report: Path) -> list[int]:
    """The lines that the report names."""
    if not report.exists():
        return []
    with report.open(encoding="utf-8-sig", newline="") as lines:
        return [int(row["line"]) for row in csv.DictReader(lines)]


def _whole(subject: str, found: Sequence[Import], work: Work, short: bool) -> Iterator[Figure]:
    """What must be so each time: of several imports the worst counts."""

    def figure(name: str, reached: float, **target: float) -> Figure:
        return Figure(NAME, subject, name, reached, "", **target)

    wrong = set(work.wrong_lines)
    yield figure("areas missing or too many", max(abs(each.written - work.good) for each in found), at_most=0)
    yield figure(
        f"of {len(wrong)} wrong lines, not told or told wrongly",
        max(len(wrong.symmetric_difference(each.told)) for each in found),
        at_most=0,
    )
    for label in BARS:
        steps = min(len(each.steps[label]) for each in found)
        yield figure(f"steps of progress shown, {label.lower()}", steps, at_least=2 if short else 20)


def _times(subject: str, found: Sequence[Import], at_most: float) -> Iterator[Figure]:
    def figure(name: str, reached: float, unit: str, at_most: float | None = None) -> Figure:
        return Figure(NAME, subject, name, reached, unit, at_most=at_most)

    yield figure(f"time, median of {len(found)}", median(each.seconds for each in found), "s", at_most)
    yield figure("shortest", min(each.seconds for each in found), "s")
    yield figure("longest", max(each.seconds for each in found), "s")
    yield figure("of which the command worked, median", median(each.work for each in found), "s")
    yield figure("peak memory of the command", max(each.peak_mb for each in found), "MB")
    stretched = median(each.stretched for found_ in found for each in found_.paces)
    yield figure("a fixed loop took its work's time, times", stretched, "")


RUN = Run(
    name=NAME,
    claim=(
        "100,000 sub-districts and local authorities come in from one file within 60 s on PostgreSQL and "
        "120 s on SQLite: every good line is written, every wrong one told, and progress is shown."
    ),
    how=(
        "`govapp areas import` in a process of its own, at a terminal, on a database that holds the "
        "provinces: 100,394 good lines (with their districts) and 1,000 wrong ones, shuffled; three times "
        "on each. The fixed loop measures the machine before and after each import: 1 is a machine that "
        "does nothing else, 2 one on which a busy process gets half a core."
    ),
    measure=measure,
    control=(
        "an import that loses each hundredth line, keeps quiet about wrong ones and shows no progress; "
        "and one that writes one line at a time"
    ),
    broken=broken,
)
