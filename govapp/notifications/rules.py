"""Which letters there are, how often one is tried, and who may look after them."""

from datetime import timedelta
from typing import Any

from govapp.accounts.rules.posts import is_admin
from govapp.notifications.models import Letter, LetterState

IN_INBOX = ("welcome", "password_changed")  # letters without a secret
LINKED = ("verify", "reset", "address")  # letters with a link that works once
KNOWN_EVERY = timedelta(hours=1)  # "you already have an account", at most so often

MOST_TRIES = 8  # spread over most of a day
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries, 1 or more: 1, 4, 16 minutes and so on."""
    times: int = 4 ** (attempts - 1)
    return min(FIRST_WAIT * times, LONGEST_WAIT)


def may_look_after_letters(actor: Any) -> bool:
    return is_admin(actor)


def may_be_tried_again(letter: Letter) -> bool:
    return letter.state is not LetterState.SENT
