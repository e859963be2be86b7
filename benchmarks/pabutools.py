"""Equal Shares with Add1 on real elections, beside pabutools in the same run.

pabutools has a licence and dependencies that are not ours: it lives in an environment of its own, made here
when missing, and is only ever run as another program.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import elections
from benchmarks.counting import ROOT, Counted, counted, whole_command
from benchmarks.figures import Figure, note

VERSION = "1.2.3"
ENVIRONMENT = ROOT / ".venv-oracle"
PYTHON = ENVIRONMENT / "bin" / "python"
READY = ENVIRONMENT / f"pabutools-{VERSION}"  # an empty file, written when everything is installed
ORACLE = Path(__file__).with_name("oracle.py")


@dataclass(frozen=True)
class Case:
    """A file and what is asked of it. repeats: how often pabutools counts; 0 where it has no result."""

    title: str
    file: str
    repeats: int
    quick: bool = False  # whether pabutools counts it with --quick
    ratio: float | None = None
    seconds: float | None = None
    peak_mb: float | None = None


CASES = (
    Case("Assen 2024", "Netherlands_Assen_2024.pb", 5, quick=True, ratio=1),
    Case("Wieliczka 2023", "Poland_Wieliczka_2023_Green_Budget.pb", 3, quick=True),
    Case("Warsaw 2026", "Poland_Warszawa_2026.pb", 0, seconds=1.5),
    Case("Łódź 2022", "Poland_Lodz_2022.pb", 1, seconds=1.5),
    Case("Wola 2023", "Poland_Warszawa_2023_Wola.pb", 1, ratio=150, peak_mb=300),  # 3 minutes, 5 GB: last
)


def run(quick: bool) -> Iterator[Figure]:
    for case in CASES:
        path = elections.real(case.file)
        if path is None:
            note(f"pabutools: left out, no {case.file} in {elections.DATA} (set GOVAPP_TEST_DATA)")
            return
        note(f"pabutools: counting {case.title}")
        ours = counted(path)
        subject = f"{case.title}, {ours.voters:,} voters, {ours.projects} projects"
        yield from _ours(case, subject, ours, whole_command(path))
        if not case.repeats:
            note(f"pabutools: no ratio for {case.title}, on which pabutools does not finish")
        elif quick and not case.quick:
            note(f"pabutools: no ratio for {case.title} with --quick")
        else:
            yield from _beside(case, subject, ours, path)


def _ours(case: Case, subject: str, ours: Counted, command: float) -> Iterator[Figure]:
    yield Figure("pabutools", subject, "steps (raises)", ours.raises, "")
    yield Figure("pabutools", subject, "count alone", ours.seconds, "s", at_most=case.seconds)
    yield Figure("pabutools", subject, "whole command", command, "s")
    yield Figure("pabutools", subject, "peak memory, with parsing", ours.peak_mb, "MB", at_most=case.peak_mb)


def _beside(case: Case, subject: str, ours: Counted, path: Path) -> Iterator[Figure]:
    make_environment()
    note(f"pabutools: pabutools counts {case.title}")
    runs = [_oracle(path) for _ in range(case.repeats)]
    theirs = median(run.seconds for run in runs)
    same = float(runs[0].funded == ours.funded)
    yield Figure("pabutools", subject, "pabutools: count alone", theirs, "s")
    yield Figure("pabutools", subject, "pabutools: peak memory", runs[0].peak_mb, "MB")
    yield Figure("pabutools", subject, "times faster", theirs / ours.seconds, "×", at_least=case.ratio)
    yield Figure("pabutools", subject, "same winners in the same order (1 = yes)", same, "", at_least=1)


@dataclass(frozen=True)
class Run:
    """What the oracle prints."""

    seconds: float
    peak_mb: float
    funded: list[str]


def _oracle(path: Path) -> Run:
    """-I keeps this folder, and so our own modules, off the oracle's path."""
    command = [str(PYTHON), "-I", str(ORACLE), str(path)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Run(**json.loads(printed))


def make_environment() -> None:
    """pabutools in an environment of its own, once."""
    if READY.exists():
        return
    note(f"pabutools: installing pabutools {VERSION} in {ENVIRONMENT.name}")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    pip = [str(ENVIRONMENT / "bin" / "pip"), "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, f"pabutools=={VERSION}"], check=True)
    READY.touch()
