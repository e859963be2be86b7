"""Add1 on made elections of 10,000 to 500,000 voters: a step's time may grow with the ballots only."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import elections
from benchmarks.counting import counted, whole_command
from benchmarks.figures import Figure, note

SIZES = (10_000, 50_000, 100_000, 500_000)
QUICK = (10_000, 50_000)
LARGEST_AT_MOST = 5.0  # seconds
GOAL = 3
NANO = 1e9


def run(quick: bool) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="govapp-bench-") as folder:
        for voters in QUICK if quick else SIZES:
            path = Path(folder) / f"{voters}.pb"
            path.write_text(elections.made(voters), encoding="utf-8")
            yield from _measured(path, voters)
            path.unlink()


def _measured(path: Path, voters: int) -> Iterator[Figure]:
    note(f"growth: counting {voters:,} voters")
    found = counted(path)
    subject = f"{voters:,} voters"
    per_step = found.seconds * NANO / max(found.raises, 1) / found.ballots
    target, name = None, "count alone"
    if voters == SIZES[-1]:
        target, name = LARGEST_AT_MOST, f"count alone (goal {GOAL} s)"
    yield Figure("growth", subject, "distinct ballots", found.ballots, "")
    yield Figure("growth", subject, "steps (raises)", found.raises, "")
    yield Figure("growth", subject, name, found.seconds, "s", at_most=target)
    yield Figure("growth", subject, "per step and distinct ballot", per_step, "ns")
    yield Figure("growth", subject, "peak memory, with parsing", found.peak_mb, "MB")
    yield Figure("growth", subject, "whole command", whole_command(path, repeats=1), "s")
