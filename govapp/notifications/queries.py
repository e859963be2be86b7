"""Reading letters: those that are due, a person's inbox, the list for administrators."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from govapp.core import clock
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.personal_data import Part, Plain
from govapp.notifications.models import Letter, LetterState
from govapp.notifications.rules import IN_INBOX
from govapp.notifications.wording import NAMES

PAGE_ROWS = 20


def due(session: Session, most: int) -> Sequence[int]:
    """Ids of letters to send now, the longest due first."""
    waiting = select(Letter.id).where(Letter.state == LetterState.WAITING, Letter.next_try_at <= clock.now())
    return session.scalars(waiting.order_by(Letter.next_try_at, Letter.id).limit(most)).all()


def inbox(session: Session, user_id: int, page: int = 1) -> tuple[Sequence[Letter], int]:
    """One page of what a person may read here, newest first, and how many there are in all."""
    mine = _inbox(user_id)
    total = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    rows = mine.order_by(Letter.id.desc()).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
    return session.scalars(rows).all(), total


def unread(session: Session, user_id: int) -> int:
    return session.scalar(select(func.count()).select_from(unread_of(user_id).subquery())) or 0


def unread_of(user_id: int) -> Select[Letter]:
    return _inbox(user_id).where(Letter.read_at.is_(None))


def letters(
    session: Session, state: LetterState | None = None, page: int = 1
) -> tuple[Sequence[Letter], int]:
    """One page of all letters with their people, newest first, and how many there are in all."""
    query = select(Letter) if state is None else select(Letter).where(Letter.state == state)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.options(joinedload(Letter.user)).order_by(Letter.id.desc())
    return session.scalars(rows.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all(), total


def was_told_since(session: Session, user_id: int, template: str, since: datetime) -> bool:
    told = select(Letter.id).where(Letter.user_id == user_id, Letter.template == template)
    return session.scalars(told.where(Letter.created_at > since)).first() is not None


def personal_data(session: Session, user_id: int) -> list[Part]:
    """What this slice knows of a person, for the person."""
    query = select(Letter).where(Letter.user_id == user_id).order_by(Letter.id)
    rows: list[dict[str, Plain]] = [
        {
            "about": _(NAMES[letter.template]),
            "written_at": letter.created_at,
            "sent_at": letter.sent_at,
            "read_at": letter.read_at,
        }
        for letter in session.scalars(query)
    ]
    labels = {
        "about": N_("What it is about"),
        "written_at": N_("Written"),
        "sent_at": N_("Sent"),
        "read_at": N_("Read on"),
    }
    return [Part("letters", N_("Letters to you"), labels, rows)]


def _inbox(user_id: int) -> Select[Letter]:
    return select(Letter).where(Letter.user_id == user_id, Letter.template.in_(IN_INBOX))
