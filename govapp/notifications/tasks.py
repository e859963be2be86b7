"""What is done later, by a worker: sending letters, gathering digests, forgetting what is old."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from govapp.accounts.models import AccountLink, Purpose
from govapp.accounts.queries import people as accounts
from govapp.core.channels import Channel, Message, Undeliverable, Undelivered, Unreachable
from govapp.core.db import fetch
from govapp.core.jobs import Running
from govapp.notifications import actions, queries
from govapp.notifications.models import Letter, LetterState
from govapp.notifications.rules import DIGEST, LINKED
from govapp.notifications.wording import Stationery, compose

log = logging.getLogger("govapp.letters")

SEND_EVERY = timedelta(seconds=5)
GATHER_EVERY = timedelta(minutes=1)
TIDY_EVERY = timedelta(hours=1)
ACCIDENT = "something went wrong on our side; the server's log says what"
MOST_AT_ONCE = 100  # so that each letter is one percent, and renews the worker's lease


def gather_digests(running: Running) -> None:
    """The standing job that makes one letter of all that waits for a person's digest, when it is due."""
    with running.database.read() as session:
        people = queries.readers_of_digest(session)
    for number, user_id in enumerate(people, 1):
        with running.begin() as session:
            actions.gather(session, user_id)
        running.tell(number, len(people))


@dataclass(frozen=True)
class PostOffice:
    """Where letters leave. Its methods are the tasks of standing jobs.

    channels  a letter takes the first that reaches its person; where none does it stays in the inbox

    One worker at a time has the job. One that dies between sending and noting it sends that letter
    twice, with the same Message-ID, rather than not at all.
    """

    channels: Sequence[Channel]
    paper: Stationery
    kept: timedelta

    def send_letters(self, running: Running) -> None:
        """Send what is due; a closed channel costs one letter one try, and the others of it wait."""
        with running.database.read() as session:
            due = queries.to_send(session, MOST_AT_ONCE)
        closed: list[Channel] = []
        for number, letter_id in enumerate(due, 1):
            self._deal_with(running, letter_id, closed)
            running.tell(number, MOST_AT_ONCE)

    def forget_old(self, running: Running) -> None:
        with running.begin() as session:
            actions.forget_old(session, self.kept)

    def _deal_with(self, running: Running, letter_id: int, closed: list[Channel]) -> None:
        """Send one letter and note what came of it."""
        note: Callable[..., None] | None
        try:
            note = self._send(running, letter_id, closed)
        except Undelivered as error:
            for_good = isinstance(error, Undeliverable)
            note = partial(actions.note_failed, error=str(error), for_good=for_good)
        except Exception:  # one bad letter must not hold up the others
            log.exception("letter %s", letter_id)
            note = partial(actions.note_failed, error=ACCIDENT, for_good=False)
        if note:
            with running.begin() as session:
                note(session, letter_id)

    def _send(
        self, running: Running, letter_id: int, closed: list[Channel]
    ) -> Callable[[Session, int], None] | None:
        """What to note of the letter, None where it waits on; raises Undelivered."""
        with running.database.read() as session:
            letter = fetch(session, Letter, letter_id)
            link = self._link_in(session, letter)
            way = self._way_to(link if link and link.email else letter.user)
            if letter.state is not LetterState.WAITING or (way and way[0] in closed):
                return None
            message = self._put_into_words(session, letter, link) if way else None
        if way is None or message is None:
            return actions.note_kept
        channel, address = way
        try:
            channel.send(address, message)
        except Unreachable:
            closed.append(channel)
            raise
        return actions.note_sent

    def _way_to(self, person: Any) -> tuple[Channel, str] | None:
        addresses = ((channel, channel.address_of(person)) for channel in self.channels)
        return next(((channel, address) for channel, address in addresses if address), None)

    def _put_into_words(self, session: Session, letter: Letter, link: AccountLink | None) -> Message | None:
        """None for a digest that holds nothing any more."""
        if letter.template == DIGEST:
            held = queries.entries(session, letter.id)
            return compose(self.paper, letter, held=held) if held else None
        return compose(self.paper, letter, link)

    def _link_in(self, session: Session, letter: Letter) -> AccountLink | None:
        """The link the letter is about; it may be for an address that is not the person's yet."""
        if letter.template not in LINKED:
            return None
        link = accounts.link(session, letter.given["link_id"], Purpose(letter.template))
        if link is None:
            raise Undeliverable("the link in it was used, or its time is over")
        return link
