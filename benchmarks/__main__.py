"""`make bench`: runs the benches, prints one table, writes results.json. Times are never asserted."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Mapping

from benchmarks import ballot, casting, exchange, growth, opening, pabutools, pages, publishing, rolls
from benchmarks.figures import RESULTS, Figure, keep, note, table

BENCHES: Mapping[str, Callable[[bool], Iterator[Figure]]] = {
    "growth": growth.run,
    "pages": pages.run,
    "ballot": ballot.run,
    "casting": casting.run,
    "opening": opening.run,
    "publishing": publishing.run,
    "rolls": rolls.run,
    "exchange": exchange.run,
    "pabutools": pabutools.run,  # last: its longest count takes minutes and gigabytes
}


def main() -> None:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exit, so that every bench cleans up
    figures: list[Figure] = []
    try:
        for name, run in BENCHES.items():
            if not arguments.names or name in arguments.names:
                for figure in run(arguments.quick):
                    figures.append(figure)
                    note("  ".join(cell for cell in figure.cells() if cell))
    except KeyboardInterrupt:
        note("Stopped; these are the figures so far.")
        sys.exit(130)
    finally:
        keep(figures)
        print(f"\n{table(figures)}\n\nWritten to {RESULTS.relative_to(RESULTS.parents[1])}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHES)}; all when none is given"
    )
    parser.add_argument("--quick", action="store_true", help="small elections and short rounds only")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHES):
        parser.error(f"there is no bench named {', '.join(sorted(unknown))}")
    return arguments


main()
