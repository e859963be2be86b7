"""What is done later, by a worker."""

from datetime import timedelta

from govapp.accounts.actions import reset, sign_up
from govapp.core.jobs import Running, TooEarly
from govapp.core.names import Name

TIDY_EVERY = timedelta(hours=1)


def answer_reset(running: Running) -> None:
    """Payload: email. Raises TooEarly while an account for the address, asked for before, is being made."""
    email = running.payload["email"]
    with running.begin() as session:
        if sign_up.is_under_way(session, email, running.job_id):
            raise TooEarly
        reset.answer_reset(session, email)


def answer_sign_up(running: Running) -> None:
    """Payload: what sign_up takes, the name as a list. Done twice, it still sends one letter."""
    asked = {**running.payload, "name": Name(*running.payload["name"])}
    with running.begin() as session:
        sign_up.sign_up(session, **asked)


def tidy(running: Running) -> None:
    """The standing job that forgets who never verified an address."""
    with running.begin() as session:
        sign_up.forget_unverified(session)
