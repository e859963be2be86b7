"""Reading access codes: who has one, and the files in which they wait."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from govapp.rolls import queries
from govapp.rolls.models import RollEntry
from govapp.rolls.models.codes import RollBatch, RollCode


def lacking(session: Session, roll_id: int, district: str | None = None) -> int:
    """How many may vote and have no code; district: None for all."""
    query = select(func.count()).select_from(RollEntry).where(*_without(session, roll_id, district))
    return session.scalar(query) or 0


def living(session: Session, roll_id: int) -> int:
    """How many have a code."""
    query = select(func.count()).select_from(RollCode).join(RollEntry, RollEntry.id == RollCode.entry_id)
    return session.scalar(query.where(RollEntry.roll_id == roll_id)) or 0


def next_without(session: Session, roll_id: int, district: str | None, most: int) -> Sequence[RollEntry]:
    """The next who get a letter, as a postman walks."""
    query = select(RollEntry).where(*_without(session, roll_id, district))
    return session.scalars(query.order_by(RollEntry.post_order, RollEntry.id).limit(most)).all()


def any_has(session: Session, entry_ids: Sequence[int]) -> bool:
    return session.scalar(select(exists().where(RollCode.entry_id.in_(entry_ids)))) or False


def of_entry(session: Session, entry_id: int) -> RollCode | None:
    return session.get(RollCode, entry_id)


def batches_of(session: Session, roll_id: int) -> int:
    query = select(func.count()).select_from(RollBatch).where(RollBatch.roll_id == roll_id)
    return session.scalar(query) or 0


def batches(session: Session, roll_id: int, page: int, rows: int) -> Sequence[RollBatch]:
    """One page of the files, in the order in which they are printed."""
    query = select(RollBatch).where(RollBatch.roll_id == roll_id).order_by(RollBatch.number)
    return session.scalars(query.limit(rows).offset((page - 1) * rows)).all()


def _without(session: Session, roll_id: int, district: str | None) -> tuple[Any, ...]:
    has = exists().where(RollCode.entry_id == RollEntry.id)
    found = (*queries.voting(session, roll_id), ~has)
    return found if district is None else (*found, RollEntry.district == district)
