"""What is done later, by a worker."""

from datetime import timedelta

from govapp.accounts.actions import reset, sign_up
from govapp.core.jobs import Running
from govapp.core.names import Name

TIDY_EVERY = timedelta(hours=1)


def answer_reset(running: Running) -> None:
    """Payload: user_id, None where nobody has the address that was asked for."""
    with running.begin() as session:
        reset.answer_reset(session, running.payload["user_id"])


def answer_sign_up(running: Running) -> None:
    """Payload: what sign_up takes, the name as a list. Done twice, it still sends one letter."""
    asked = {**running.payload, "name": Name(*running.payload["name"])}
    with running.begin() as session:
        sign_up.sign_up(session, **asked)


def tidy(running: Running) -> None:
    """The standing job that forgets who never verified an address."""
    with running.begin() as session:
        sign_up.forget_unverified(session)
