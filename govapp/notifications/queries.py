"""Reading letters: those that are due, a person's inbox and wishes, the list for administrators."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from govapp.accounts.models import User
from govapp.accounts.models.posts import Grant, Post, Role
from govapp.core import clock
from govapp.core.language import N_
from govapp.core.matters import Matter, Why
from govapp.core.personal_data import Part, Plain
from govapp.notifications.models import Delivery, Letter, LetterState, Preference, Topic
from govapp.notifications.rules import DIGEST, USUAL, inbox_kinds, usual
from govapp.notifications.wording import title

PAGE_ROWS = 20


def to_send(session: Session, most: int) -> Sequence[int]:
    """Ids of letters to send now, the longest due first; digests last: nobody waits for them at a door."""
    waiting = select(Letter.id).where(Letter.state == LetterState.WAITING, Letter.next_try_at <= clock.now())
    in_order = waiting.order_by(Letter.template == DIGEST, Letter.next_try_at, Letter.id)
    return session.scalars(in_order.limit(most)).all()


def readers_of_digest(session: Session) -> Sequence[int]:
    """Ids of people for whom a digest is due now."""
    return session.scalars(_for_digest().with_only_columns(Letter.user_id).distinct()).all()


def for_digest(session: Session, user_id: int) -> Sequence[int]:
    """Ids of the letters that are due for the person's digest and travel in none yet."""
    return session.scalars(_for_digest().with_only_columns(Letter.id).where(Letter.user_id == user_id)).all()


def entries(session: Session, digest_id: int) -> Sequence[Letter]:
    """What a digest holds, in the order it was written."""
    return session.scalars(select(Letter).where(Letter.digest_id == digest_id).order_by(Letter.id)).all()


def deliveries(session: Session, user_id: int) -> dict[Topic, Delivery]:
    """How letters of each topic that can be changed come to a person."""
    chosen = select(Preference.topic, Preference.delivery).where(Preference.user_id == user_id)
    return dict(USUAL) | {topic: delivery for topic, delivery in session.execute(chosen)}


def readers(session: Session, user_ids: Iterable[int], topic: Topic) -> Sequence[tuple[int, str, Delivery]]:
    """Of each person: id, language, and how they want letters of this topic."""
    wish = (Preference.user_id == User.id) & (Preference.topic == topic)
    query = select(User.id, User.language, Preference.delivery).outerjoin(Preference, wish)
    found = session.execute(query.where(User.id.in_(list(user_ids))).order_by(User.id))
    return [(user_id, language, chosen or usual(topic)) for user_id, language, chosen in found]


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


def grants_undecided(session: Session, letters: Iterable[Letter]) -> dict[int, Grant]:
    """By letter id: the grant that was still to be confirmed when a letter told of it."""
    asked = {letter.id: letter.given.get("grant_id") for letter in letters}
    wanted = {grant_id for grant_id in asked.values() if grant_id}
    if not wanted:
        return {}
    query = select(Grant).where(Grant.id.in_(wanted)).options(joinedload(Grant.post).joinedload(Post.area))
    found = {grant.id: grant for grant in session.scalars(query)}
    return {letter_id: found[grant_id] for letter_id, grant_id in asked.items() if grant_id in found}


def letters(
    session: Session, state: LetterState | None = None, page: int = 1
) -> tuple[Sequence[Letter], int]:
    """One page of all letters with their people, newest first, and how many there are in all.

    What travels in a digest is not named beside it.
    """
    query = select(Letter).where(Letter.digest_id.is_(None))
    if state is not None:
        query = query.where(Letter.state == state)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.options(joinedload(Letter.user)).order_by(Letter.id.desc())
    return session.scalars(rows.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all(), total


def due(session: Session, post: Post) -> list[Matter]:
    """Administrators look after letters that were given up."""
    if post.role is not Role.ADMINISTRATOR:
        return []
    dead = select(func.count()).where(Letter.state == LetterState.DEAD)
    count = session.scalar(dead) or 0
    words = N_("Letters that were given up: %(count)s")
    to_see = Matter(Why.DUE, words, "staff_letters.index", {"state": "dead"}, {"count": count})
    return [to_see] if count else []


def was_told_since(session: Session, user_id: int, template: str, since: datetime) -> bool:
    told = select(Letter.id).where(Letter.user_id == user_id, Letter.template == template)
    return session.scalars(told.where(Letter.created_at > since)).first() is not None


def personal_data(session: Session, user_id: int) -> list[Part]:
    """What this slice knows of a person, for the person."""
    query = select(Letter).where(Letter.user_id == user_id).order_by(Letter.id)
    rows: list[dict[str, Plain]] = [
        {
            "about": title(letter),
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
    return select(Letter).where(Letter.user_id == user_id, Letter.template.in_(inbox_kinds()))


def _for_digest() -> Select[Letter]:
    gathering = select(Letter).where(Letter.state == LetterState.FOR_DIGEST, Letter.digest_id.is_(None))
    return gathering.where(Letter.next_try_at <= clock.now())
