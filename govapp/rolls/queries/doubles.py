"""Looking for people who stand on a roll twice: by a citizen number and a case number, or by one mistyped.

Numbers from a file are those of the civil registration: of two of them each is a person. So at least one of a
pair has a case number, or was written by hand; that is why a roll of any size is looked through at once.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.rolls.models import RollEntry, Standing
from govapp.rolls.models.claims import RollClaim
from govapp.rolls.rules import keys_of

PAGE_ROWS = 50
One, Other = aliased(RollEntry), aliased(RollEntry)
BIRTH = ("birth_year", "birth_month", "birth_day")

Pair = Row[RollEntry, RollEntry]


def of_roll(session: Session, roll_id: int, page: int = 1) -> Sequence[Pair]:
    """One page of the pairs who are perhaps the same person, by name."""
    query = _pairs(roll_id).order_by(One.sort_key, One.id, Other.id)
    return session.execute(query.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all()


def count(session: Session, roll_id: int) -> int:
    """How many pairs there are."""
    return session.scalar(select(func.count()).select_from(_pairs(roll_id).subquery())) or 0


def of_entry(session: Session, entry: RollEntry) -> Sequence[RollEntry]:
    """Who is perhaps the same person as somebody on the roll."""
    unsure = or_(_is_unsure(One), _is_unsure(Other))
    query = select(Other).where(One.id == entry.id, unsure, *_same(entry.roll_id)).order_by(Other.id)
    return session.scalars(query.limit(PAGE_ROWS)).all()


def like(session: Session, roll_id: int, name: Name, born: PartialDate | None) -> Sequence[RollEntry]:
    """Who may vote by a roll, and is perhaps the same person as somebody who asks to be put on it."""
    key, _searched = keys_of(name)
    query = select(Other).where(
        Other.roll_id == roll_id, Other.sort_key == key, Other.standing == Standing.ON
    )
    for part, value in zip(BIRTH, (born.year, born.month, born.day) if born else (), strict=False):
        column = getattr(Other, part)
        query = query if value is None else query.where(or_(column == value, column.is_(None)))
    return session.scalars(query.order_by(Other.id).limit(PAGE_ROWS)).all()


def was_struck_as_one(session: Session, entry_id: int) -> bool:
    """Whether an entry was struck because its person stands on the roll once more."""
    mine = select(RollClaim.id).where(RollClaim.entry_id == entry_id, RollClaim.accepted.is_(True))
    return session.scalar(mine.where(RollClaim.twin_id.is_not(None)).limit(1)) is not None


def _pairs(roll_id: int) -> Select[RollEntry, RollEntry]:
    """Each pair once, whichever of the two is unsure."""
    once = or_(~_is_unsure(Other), One.id < Other.id)
    return select(One, Other).where(_is_unsure(One), once, *_same(roll_id))


def _same(roll_id: int) -> tuple[ColumnElement[bool], ...]:
    """Two who both may vote, have one name, and nothing that speaks against one birth date."""
    return (
        One.roll_id == roll_id,
        Other.roll_id == roll_id,
        One.id != Other.id,
        One.sort_key == Other.sort_key,
        One.standing == Standing.ON,
        Other.standing == Standing.ON,
        *_agree(),
        ~_are_two(),
    )


def _is_unsure(entry: Any) -> ColumnElement[bool]:
    """As the index ix_roll_entries_unsure has it."""
    return or_(entry.case_number.is_not(None), entry.is_corrected)


def _agree() -> Iterator[ColumnElement[bool]]:
    """What is known of both births is the same; where both have a citizen number the years are known."""
    for part in BIRTH:
        one, other = getattr(One, part), getattr(Other, part)
        yield or_(one == other, one.is_(None), other.is_(None))
    yield or_(One.fingerprint.is_(None), Other.fingerprint.is_(None), One.birth_year == Other.birth_year)


def _are_two() -> ColumnElement[bool]:
    """An officer said so of the two, once and for all."""
    forth = and_(RollClaim.entry_id == One.id, RollClaim.twin_id == Other.id)
    back = and_(RollClaim.entry_id == Other.id, RollClaim.twin_id == One.id)
    return exists().where(RollClaim.accepted.is_(False), or_(forth, back))
