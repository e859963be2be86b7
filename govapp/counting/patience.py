"""When a count is given up on which nothing depends: after a number of steps, the same on every machine."""

from itertools import count

from govapp.counting.ballots import Election
from govapp.counting.count import Progress

MOST_STEPS = 100_000  # of one count, as they are told; where it jumps over most of them it takes hundreds
MOST_WORK = 2 * 10**9  # steps × choices on all different ballots: three minutes; real votes took a third


class TooLong(Exception):
    """A count took more steps than it may."""


def most_steps(election: Election) -> int:
    """How many steps a count of it may take: fewer where each of them takes longer."""
    choices = len(election.ballots.project)
    return min(MOST_STEPS, MOST_WORK // max(1, choices))


def at_most(steps: int, tell: Progress | None = None) -> Progress:
    """What a count tells its steps: they are passed on, and the one after so many raises TooLong."""
    numbers = count(1)

    def told(done: int, total: int | None) -> None:
        if next(numbers) > steps:
            raise TooLong
        if tell:
            tell(done, total)

    return told
