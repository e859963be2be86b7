"""When a run holds, and what its report says."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.figures import Figure
from tests.battery import report
from tests.battery.enumeration import apart
from tests.battery.frame import Outcome, Run, Verdict, carry_out
from tests.battery.machine import ROOT, is_ours, work

LOST = Figure("x", "ballots", "lost", 0, "", at_most=0)
FOUND = Figure("x", "ballots", "lost", 3, "", at_most=0)
FAST = Figure("x", "ballots", "time", 2, "s", at_most=5)
SLOW = Figure("x", "ballots", "time", 9, "s", at_most=5)
TOLD = Figure("x", "ballots", "memory", 7, "MB")


def a_run(figures: list[Figure], found: list[Figure], name: str = "x") -> Run:
    def measure(_short: bool) -> Iterator[Figure]:
        yield from figures

    def broken(_short: bool) -> Iterator[Figure]:
        yield from found

    return Run(name, "Nothing is lost.", "Counted.", measure, "<b>a clerk</b> who loses ballots", broken)


@pytest.mark.parametrize(
    ("figures", "found", "long", "short"),
    [
        ([LOST, FAST, TOLD], [FOUND], Verdict.HOLDS, Verdict.HOLDS),
        ([LOST, FAST], [FOUND, SLOW], Verdict.HOLDS, Verdict.HOLDS),
        ([LOST, SLOW], [FOUND], Verdict.FAILS, Verdict.HOLDS),
        ([FOUND, FAST], [FOUND], Verdict.FAILS, Verdict.FAILS),
        ([LOST], [LOST], Verdict.BLIND, Verdict.BLIND),
        ([LOST], [FOUND, FAST], Verdict.BLIND, Verdict.HOLDS),
        ([LOST], [SLOW], Verdict.HOLDS, Verdict.BLIND),
        ([LOST], [TOLD], Verdict.BLIND, Verdict.BLIND),
        ([LOST], [], Verdict.BLIND, Verdict.BLIND),
        ([TOLD], [FOUND], Verdict.BLIND, Verdict.BLIND),
        ([SLOW], [FOUND], Verdict.FAILS, Verdict.BLIND),
    ],
)
def test_a_run_holds_when_it_reaches_its_targets_and_finds_its_fault(
    figures: list[Figure], found: list[Figure], long: Verdict, short: Verdict
) -> None:
    run = a_run(figures, found)
    assert [Outcome(run, form, "", figures, found).verdict for form in (False, True)] == [long, short]


def test_what_breaks_off_is_told_with_what_was_measured_before() -> None:
    def measure(_short: bool) -> Iterator[Figure]:
        yield LOST
        raise RuntimeError("the server is gone")

    outcome = carry_out(Run("x", "", "", measure, "", measure), short=True)
    assert outcome.verdict is Verdict.BROKEN
    assert "the server is gone" in outcome.error
    assert outcome.figures == [LOST]


def test_the_report_keeps_other_runs_and_says_every_figure(tmp_path: Path) -> None:
    report.keep(carry_out(a_run([LOST, TOLD], [FOUND], "first"), short=False), tmp_path)
    report.keep(carry_out(a_run([SLOW], [FOUND], "second"), short=False), tmp_path)
    shown = report.keep(carry_out(a_run([LOST], [FOUND], "second"), short=True), tmp_path)
    assert shown.name == "short.html"
    kept = json.loads((tmp_path / "report.json").read_text())
    assert {name: run["verdict"] for name, run in kept.items()} == {"first": "holds", "second": "fails"}
    assert kept["second"]["figures"][0]["target"] == "≤ 5 s"
    page = (tmp_path / "report.html").read_text()
    assert "&lt;b&gt;a clerk" in page
    assert "<b>" not in page
    assert "7 MB" in page


def test_a_run_that_is_not_known_is_refused() -> None:
    command = [sys.executable, "-m", "tests.battery", "areas-imprt"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 2
    assert "there is no run named areas-imprt: enumeration, areas-import" in said.stderr


def test_what_we_started_ourselves_is_not_taken_for_others() -> None:
    child = subprocess.Popen(["sleep", "30"])
    try:
        running = work()
        parents = {process: parent for (process, _began), (_name, parent, _done) in running.items()}
        assert is_ours(child.pid, parents)
        assert not is_ours(1, parents)
    finally:
        child.kill()
        child.wait()


def test_medians_are_apart_by_more_than_doubt_only_when_they_differ() -> None:
    draw = np.random.default_rng(1)
    one, same, slower = (draw.normal(mean, 0.01, 500) for mean in (0.1, 0.1, 0.12))
    difference, doubt = apart(one, slower)
    assert difference == pytest.approx(-0.02, abs=0.003)
    assert doubt < 0.003
    difference, doubt = apart(one, same)
    assert abs(difference) < 0.003
