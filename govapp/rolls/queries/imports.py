"""Reading files on their way onto a roll."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.rolls.models.imports import RollImport, RollRow, Stage, Verdict

SHOWN_ROWS = 50


def of_roll(session: Session, roll_id: int) -> Sequence[RollImport]:
    """The latest first."""
    query = select(RollImport).where(RollImport.roll_id == roll_id).order_by(RollImport.id.desc())
    return session.scalars(query.limit(20)).all()


def rejected(session: Session, import_id: int, page: int = 1) -> Sequence[RollRow]:
    """One page of the lines that are not taken over, in order."""
    rows = _rejected(import_id).limit(SHOWN_ROWS).offset((page - 1) * SHOWN_ROWS)
    return session.scalars(rows).all()


def every_rejected(session: Session, import_id: int) -> Iterator[RollRow]:
    """All of them, some at a time."""
    yield from session.scalars(_rejected(import_id).execution_options(yield_per=1_000))


def by_district(session: Session, import_id: int) -> dict[str, int]:
    """district -> lines that can be taken over: a name that is mistyped shows here."""
    query = select(RollRow.district, func.count()).where(
        RollRow.import_id == import_id, RollRow.verdict != Verdict.REJECTED
    )
    rows = session.execute(query.group_by(RollRow.district).order_by(RollRow.district))
    return {district: number for district, number in rows}


def waiting(session: Session, roll_id: int) -> Sequence[RollImport]:
    """Files that were checked and wait for somebody to say that they are taken over."""
    query = select(RollImport).where(RollImport.roll_id == roll_id, RollImport.stage == Stage.CHECKED)
    return session.scalars(query.order_by(RollImport.id)).all()


def _rejected(import_id: int) -> Any:
    query = select(RollRow).where(RollRow.import_id == import_id, RollRow.verdict == Verdict.REJECTED)
    return query.order_by(RollRow.line)
