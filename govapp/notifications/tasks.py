"""What is done later, by a worker: sending letters, and forgetting old ones."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

from govapp.accounts.models import Purpose
from govapp.accounts.queries import people as accounts
from govapp.core import clock
from govapp.core.db import fetch
from govapp.core.jobs import Running
from govapp.core.mail import Channel, Undeliverable, Undelivered, Unreachable
from govapp.notifications import actions, queries
from govapp.notifications.models import Letter
from govapp.notifications.rules import LINKED
from govapp.notifications.wording import Stationery, compose

log = logging.getLogger("govapp.letters")

SEND_EVERY = timedelta(seconds=5)
TIDY_EVERY = timedelta(hours=1)
ACCIDENT = "something went wrong on our side; the server's log says what"
MOST_AT_ONCE = 100  # so that each letter is one percent, and renews the worker's lease


@dataclass(frozen=True)
class PostOffice:
    """Where letters leave. Its methods are the tasks of standing jobs.

    One worker at a time has the job. One that dies between sending and noting it sends that letter
    twice, with the same Message-ID, rather than not at all.
    """

    channel: Channel
    paper: Stationery
    kept: timedelta

    def send_letters(self, running: Running) -> None:
        """Send what is due; a closed channel costs one letter one try, and the others wait."""
        with running.database.read() as session:
            due = queries.to_send(session, MOST_AT_ONCE)
        for number, letter_id in enumerate(due, 1):
            if not self._deal_with(running, letter_id):
                return
            running.tell(number, MOST_AT_ONCE)

    def forget_old(self, running: Running) -> None:
        with running.begin() as session:
            actions.forget_old(session, self.kept)

    def _deal_with(self, running: Running, letter_id: int) -> bool:
        """Send one letter and note what came of it; False when no other would leave either."""
        try:
            self.channel.send(self._put_into_words(running, letter_id))
        except Undelivered as error:
            with running.begin() as session:
                actions.note_failed(session, letter_id, str(error), isinstance(error, Undeliverable))
            return not isinstance(error, Unreachable)
        except Exception:  # one bad letter must not hold up the others
            log.exception("letter %s", letter_id)
            with running.begin() as session:
                actions.note_failed(session, letter_id, ACCIDENT, False)
        else:
            with running.begin() as session:
                actions.note_sent(session, letter_id)
        return True

    def _put_into_words(self, running: Running, letter_id: int) -> EmailMessage:
        with running.database.read() as session:
            letter = fetch(session, Letter, letter_id)
            if letter.template not in LINKED:
                if letter.user.email is None:
                    raise Undeliverable("the person has no e-mail address")
                return compose(self.paper, letter, clock.now())
            link = accounts.link(session, letter.given["link_id"], Purpose(letter.template))
            if link is None:
                raise Undeliverable("the link in it was used, or its time is over")
            return compose(self.paper, letter, clock.now(), link)
