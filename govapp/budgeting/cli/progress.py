"""A line that says how far a count has come: only for a person who waits at a terminal."""

import sys
import time
from types import TracebackType

PATIENCE = 1.0  # seconds before it shows
EVERY = 0.1
BAR = 30


class Progress:
    """Call it with what is done and of how much; None where nobody can know."""

    def __init__(self) -> None:
        self.next = time.monotonic() + PATIENCE
        self.shown = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now < self.next or not sys.stderr.isatty():
            return
        self.next, self.shown = now + EVERY, True
        sys.stderr.write(f"\r\x1b[KCounting… {_drawn(done, total)}")
        sys.stderr.flush()


def _drawn(done: int, total: int | None) -> str:
    if not total:
        return f"{done:,}"
    full = BAR * min(done, total) // total
    return f"[{'#' * full}{'.' * (BAR - full)}] {100 * done // total}%"
