"""Reading the trail of a roll."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from govapp.rolls.models.claims import RollClaim

PAGE_ROWS = 30


def by_form(session: Session, user_id: int, form_token: str) -> RollClaim | None:
    """The claim that was made with this form."""
    query = select(RollClaim).where(RollClaim.user_id == user_id, RollClaim.form_token == form_token)
    return session.scalars(query).first()


def waiting_of(session: Session, roll_id: int, user_id: int) -> int:
    """How many of a person's claims are not decided."""
    mine = select(func.count()).where(RollClaim.roll_id == roll_id, RollClaim.user_id == user_id)
    return session.scalar(mine.where(RollClaim.decided_at.is_(None))) or 0


def own(session: Session, roll_id: int, user_id: int) -> Sequence[RollClaim]:
    """What a person asked for, the latest first."""
    query = select(RollClaim).where(RollClaim.roll_id == roll_id, RollClaim.user_id == user_id)
    return session.scalars(query.order_by(RollClaim.id.desc()).limit(50)).all()


def waiting(session: Session, roll_id: int) -> int:
    query = select(func.count()).where(RollClaim.roll_id == roll_id, RollClaim.decided_at.is_(None))
    return session.scalar(query) or 0


def of_roll(session: Session, roll_id: int, page: int = 1) -> tuple[Sequence[RollClaim], int]:
    """One page of the trail: what waits first, then the latest; and how many there are."""
    query = select(RollClaim).where(RollClaim.roll_id == roll_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    people = (joinedload(RollClaim.user), joinedload(RollClaim.entry), joinedload(RollClaim.decided_by))
    rows = query.options(*people).order_by(RollClaim.decided_at.is_not(None), RollClaim.id.desc())
    return session.scalars(rows.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all(), total


def of_entry(session: Session, entry_id: int) -> Sequence[RollClaim]:
    """The trail of one person, the latest first."""
    mine = or_(RollClaim.entry_id == entry_id, RollClaim.twin_id == entry_id)
    query = select(RollClaim).where(mine).options(joinedload(RollClaim.decided_by))
    return session.scalars(query.order_by(RollClaim.id.desc()).limit(50)).all()
