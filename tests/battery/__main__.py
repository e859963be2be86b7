"""`make battery`: long runs under load and with faults; one report. Exit 1 when a run does not hold."""

import argparse
import signal
import sys
from collections.abc import Mapping

from benchmarks.figures import note, table
from tests.battery import report
from tests.battery.frame import Outcome, Run, Verdict, carry_out
from tests.battery.runs import RUNS
from tests.battery.sites import postgresql


def main() -> None:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exit, so that every run cleans up
    wanted = [run for name, run in RUNS.items() if not arguments.names or name in arguments.names]
    try:
        with postgresql():
            outcomes = [_carried_out(run, arguments.short) for run in wanted]
    except KeyboardInterrupt:
        note("Stopped; the runs that were finished are in the report.")
        sys.exit(130)
    sys.exit(any(outcome.verdict is not Verdict.HOLDS for outcome in outcomes))


def _carried_out(run: Run, short: bool) -> Outcome:
    note(f"{run.name}: {run.claim}")
    outcome = carry_out(run, short)
    written = report.keep(outcome)
    print(f"\n{table(outcome.figures)}\n\nControl: {run.control}\n{table(outcome.found)}\n")
    print(f"{run.name} {outcome.verdict}. The report is {written.relative_to(report.FOLDER.parents[1])}\n")
    return outcome


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.battery", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=_list(RUNS))
    parser.add_argument("--short", action="store_true", help="half a minute each; times decide nothing")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(RUNS):
        parser.error(f"there is no run named {', '.join(sorted(unknown))}: {_list(RUNS)}")
    return arguments


def _list(runs: Mapping[str, Run]) -> str:
    return f"{', '.join(runs)}; all when none is given"


main()
