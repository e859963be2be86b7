"""How fast the machine is just now, and what else runs on it: figures on a shared machine need both."""

import os
import platform
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROC = Path("/proc")
ROOT = Path(__file__).parents[2]
TURNS = 3_000_000
HERTZ = os.sysconf("SC_CLK_TCK")
LEAST_SECONDS = 1.0  # of another's work, to be named


@dataclass(frozen=True)
class Pace:
    """What a fixed loop took: seconds on the clock, and of work. Alone on a core both are the same."""

    clock: float
    work: float

    @property
    def stretched(self) -> float:
        """How much longer than its work a single busy thread takes now."""
        return self.clock / self.work


def pace() -> Pace:
    clock, work = time.perf_counter(), time.process_time()
    total = 0
    for number in range(TURNS):
        total += number * number % 7
    return Pace(time.perf_counter() - clock, time.process_time() - work)


class Watch:
    """Looks at the machine when it is made and at the end of a run, and not in between."""

    def __init__(self) -> None:
        self.pace, self.load = pace(), os.getloadavg()
        self.at, self.busy, self.work = time.monotonic(), _busy(), work()

    def end(self) -> dict[str, Any]:
        seconds, now, after = time.monotonic() - self.at, work(), pace()
        parents = {process: parent for (process, _began), (_name, parent, _done) in now.items()}
        beside: dict[str, float] = {}
        for key, (name, _parent, done) in now.items():
            more = done - self.work.get(key, ("", 0, 0.0))[2]
            if more >= LEAST_SECONDS and not is_ours(key[0], parents):
                beside[name] = round(beside.get(name, 0.0) + more, 1)
        return {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "commit": _commit(),
            "fixed_loop_ms": [round(each.clock * 1000) for each in (self.pace, after)],
            "of_which_work_ms": [round(each.work * 1000) for each in (self.pace, after)],
            "load_average": [[round(each, 2) for each in load] for load in (self.load, os.getloadavg())],
            "busy_cores": round((_busy() - self.busy) / seconds, 2),
            "seconds_of_others_still_running": dict(sorted(beside.items(), key=lambda each: -each[1])),
        }


def work() -> dict[tuple[int, str], tuple[str, int, float]]:
    """(process, when it began) -> its name, its parent, the seconds it has worked."""
    found = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            name, fields = (folder / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
        except OSError:  # it ended meanwhile
            continue
        told = fields.split()
        found[int(folder.name), told[19]] = (name, int(told[1]), (int(told[11]) + int(told[12])) / HERTZ)
    return found


def is_ours(process: int, parents: Mapping[int, int]) -> bool:
    """Whether it is this process, or one that it started."""
    while process and process != os.getpid():
        process = parents.get(process, 0)
    return process == os.getpid()


def _busy() -> float:
    """Seconds that all cores together have worked since the machine started."""
    user, nice, system, _idle, _wait, *rest = map(
        int, (PROC / "stat").read_text().split("\n")[0].split()[1:9]
    )
    return (user + nice + system + sum(rest)) / HERTZ


def _commit() -> str:
    """What was measured; with a plus when the checkout holds more than that."""
    try:
        said = ["git", "describe", "--always", "--dirty=+", "--abbrev=10"]
        return subprocess.run(said, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
