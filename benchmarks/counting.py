"""One file, counted by Add1 in a process of its own, so that the peak of memory is that of the count.

`python -m benchmarks.counting FILE` prints a line of JSON; `counted` runs it and reads that line.
"""

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from govapp.counting.count import count
from govapp.counting.pabulib import read
from govapp.counting.rule import Completion, Method, Rule

ROOT = Path(__file__).parents[1]
RULE = Rule(Method.EQUAL_SHARES, completion=Completion.ADD1_EXHAUSTIVE, ties="id")
COMMAND = "--rule equal-shares --completion add1-exhaustive --ties id".split()
REPEATS = 5


@dataclass(frozen=True)
class Counted:
    """seconds is the median of the count alone, after parsing; peak_mb is of the whole process."""

    seconds: float
    peak_mb: float
    funded: list[str]
    voters: int
    ballots: int
    projects: int
    raises: int


def counted(path: Path) -> Counted:
    """Count a file in a fresh process."""
    return Counted(**json.loads(_run("-m", "benchmarks.counting", str(path))))


def whole_command(path: Path, repeats: int = 3) -> float:
    """Seconds of `govapp count FILE`, from start to exit: the median."""
    return median(_timed("-m", "govapp", "count", str(path), *COMMAND) for _ in range(repeats))


def _timed(*arguments: str) -> float:
    started = time.perf_counter()
    _run(*arguments)
    return time.perf_counter() - started


def _run(*arguments: str) -> str:
    """What a process prints; what it says beside that is kept for when it fails."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout


def peak_mb() -> float:
    """The most memory this process held. (ru_maxrss would begin with what its parent held.)"""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def _count(path: Path) -> dict[str, Any]:
    election = read(path.read_bytes(), path.name).election
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        outcome = count(election, RULE)
        seconds.append(time.perf_counter() - started)
    return {
        "seconds": median(seconds),
        "peak_mb": peak_mb(),
        "funded": outcome.funded,
        "voters": election.ballots.voters,
        "ballots": len(election.ballots.weight),
        "projects": len(election.projects),
        "raises": outcome.facts["raises"],
    }


if __name__ == "__main__":
    print(json.dumps(_count(Path(sys.argv[1]))))
