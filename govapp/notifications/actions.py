"""Writing letters and noting what became of them.

The deed a letter tells of is in the log already, so writing and sending it leave no event of their own.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.language import N_
from govapp.notifications import queries
from govapp.notifications.events import LetterTriedAgain
from govapp.notifications.models import Letter, LetterState
from govapp.notifications.rules import MOST_TRIES, may_be_tried_again, may_look_after_letters, wait_after


def write(session: Session, user_id: int, template: str, **given: Any) -> None:
    """Write a letter to the person, in their language; it leaves after the transaction is committed."""
    user = fetch(session, User, user_id)
    session.add(Letter(user_id=user_id, template=template, language=user.language, given=given))


def note_sent(session: Session, letter_id: int) -> None:
    letter = fetch(session, Letter, letter_id, lock=True)
    letter.state, letter.sent_at, letter.error = LetterState.SENT, clock.now(), ""
    letter.attempts += 1


def note_failed(session: Session, letter_id: int, error: str, for_good: bool) -> None:
    """Try again later, unless that is pointless or was done often enough."""
    letter = fetch(session, Letter, letter_id, lock=True)
    letter.attempts += 1
    letter.error = error[:500]
    if for_good or letter.attempts >= MOST_TRIES:
        letter.state = LetterState.DEAD
    else:
        letter.next_try_at = clock.now() + wait_after(letter.attempts)


def try_again(session: Session, actor: User, letter_id: int) -> None:
    """Put a letter back in line, as if new; raises Denied, Missing or NotNow."""
    require(may_look_after_letters(actor))
    letter = fetch(session, Letter, letter_id, lock=True)
    if not may_be_tried_again(letter):
        raise NotNow(N_("This letter has left already."))
    letter.state, letter.attempts, letter.next_try_at = LetterState.WAITING, 0, clock.now()
    record(session, actor.id, LetterTriedAgain(letter.id))


def mark_read(session: Session, user_id: int) -> None:
    """Everything in the person's inbox has been read."""
    ids = queries.unread_of(user_id).with_only_columns(Letter.id)
    session.execute(update(Letter).where(Letter.id.in_(ids)).values(read_at=clock.now()))


def forget_person(session: Session, user_id: int) -> None:
    """Whatever they were told, also what has not left yet."""
    session.execute(delete(Letter).where(Letter.user_id == user_id))


def forget_old(session: Session, kept: timedelta) -> None:
    session.execute(delete(Letter).where(Letter.created_at < clock.now() - kept))
