"""Forgetting the people on rolls of rounds that came to nothing."""

from datetime import timedelta

from govapp.core.jobs import Running
from govapp.editions import queries
from govapp.rolls import actions as rolls

FORGET_EVERY = timedelta(days=1)


def forget_rolls(running: Running) -> None:
    """The standing job: where no vote was held and the calendar is long over, nobody needs to be known.

    After a vote the roll's own slice forgets them.
    """
    with running.begin() as session:
        for roll_id in queries.rolls_left_behind(session):
            rolls.empty(session, roll_id)
