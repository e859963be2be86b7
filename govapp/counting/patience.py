"""When a count is given up: after a number of steps, which is the same on every machine."""

from itertools import count

from govapp.counting.ballots import Election
from govapp.counting.count import Progress

MOST_STEPS = 100_000  # of one count, as they are told; where it jumps over most of them it takes hundreds


class TooLong(Exception):
    """A count took more steps than it may."""


def most_steps(election: Election) -> int:
    """How many steps a count of it may take where nobody's money depends on it."""
    return MOST_STEPS


def at_most(steps: int, tell: Progress | None = None) -> Progress:
    """What a count tells its steps: they are passed on, and the one after so many raises TooLong."""
    numbers = count(1)

    def told(done: int, total: int | None) -> None:
        if next(numbers) > steps:
            raise TooLong
        if tell:
            tell(done, total)

    return told
