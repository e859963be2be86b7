"""Every run in its short form: what is counted must hold, what is timed is only told."""

import os
from pathlib import Path

import pytest

from benchmarks.figures import table
from tests.battery import report
from tests.battery.frame import Run, Verdict, carry_out
from tests.battery.runs import RUNS


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_a_run_holds_and_finds_its_own_fault(run: Run, tmp_path: Path) -> None:
    if run.by_root and os.getuid() != 0:
        pytest.skip("only root can carry it out")
    outcome = carry_out(run, short=True)
    print(table([*outcome.figures, *outcome.found]))
    assert outcome.verdict is Verdict.HOLDS, outcome.error
    assert report.keep(outcome, tmp_path).stat().st_size > 0
