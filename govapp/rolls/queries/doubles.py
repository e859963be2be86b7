"""Looking for people who stand on a roll twice: by a citizen number and a case number, or by one mistyped.

Numbers from a file are those of the civil registration: of two of them each is a person. So at least one of a
pair has a case number, or was written by hand; that is why a roll of any size is looked through at once.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.rolls.models import RollEntry, Standing
from govapp.rolls.models.claims import RollClaim, Wish
from govapp.rolls.models.imports import RollImport, RollRow, Verdict
from govapp.rolls.rules import keys_of

PAGE_ROWS = 50
FIRST_LINES = 20
One, Other = aliased(RollEntry), aliased(RollEntry)
Line, Beside = aliased(RollRow), aliased(RollRow)
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


def of_file(session: Session, made: RollImport) -> tuple[int, Sequence[int]]:
    """How many lines of a file are perhaps somebody on the roll or on another line, and the first of them."""
    by_case, by_number = Line.case_number.is_not(None), Line.fingerprint.is_not(None)
    listed = (Other.roll_id == made.roll_id, *_alike(Line, Other))
    beside = (Beside.import_id == made.id, Beside.line != Line.line, Beside.verdict != Verdict.REJECTED)
    new = select(Line.line).where(Line.import_id == made.id, Line.verdict == Verdict.NEW)
    lines = union(  # one by one, for PostgreSQL joins what stands in no OR
        new.where(by_case, exists().where(*listed)),
        new.where(by_number, exists().where(_is_unsure(Other), *listed)),
        new.where(by_case, exists().where(*beside, *_alike(Line, Beside))),
    ).subquery()
    counted = select(lines.c.line, func.count().over()).order_by(lines.c.line).limit(FIRST_LINES)
    rows = session.execute(counted).all() if made.added else []
    return rows[0][1] if rows else 0, [line for line, _all in rows]


def was_struck_as_one(session: Session, entry_id: int) -> bool:
    """Whether an entry was last struck because its person stands on the roll once more."""
    mine = select(RollClaim.twin_id).where(RollClaim.entry_id == entry_id, RollClaim.accepted.is_(True))
    last = mine.where(RollClaim.wish == Wish.STRIKE).order_by(RollClaim.id.desc()).limit(1)
    return session.scalar(last) is not None


def _pairs(roll_id: int) -> Select[RollEntry, RollEntry]:
    """Each pair once, whichever of the two is unsure."""
    once = or_(~_is_unsure(Other), One.id < Other.id)
    return select(One, Other).where(_is_unsure(One), once, *_same(roll_id))


def _same(roll_id: int) -> tuple[ColumnElement[bool], ...]:
    """Two of a roll who are alike, and nobody said that they are two people."""
    return (
        One.roll_id == roll_id,
        Other.roll_id == roll_id,
        One.id != Other.id,
        *_alike(One, Other),
        ~_are_two(),
    )


def _is_unsure(entry: Any) -> ColumnElement[bool]:
    """As the index ix_roll_entries_unsure has it."""
    return or_(entry.case_number.is_not(None), entry.is_corrected)


def _alike(one: Any, other: Any) -> Iterator[ColumnElement[bool]]:
    """Two who both may vote, have one name, and nothing that speaks against one birth date."""
    yield from (one.sort_key == other.sort_key, one.standing == Standing.ON, other.standing == Standing.ON)
    for part in BIRTH:
        here, there = getattr(one, part), getattr(other, part)
        yield or_(here == there, here.is_(None), there.is_(None))
    # namesakes with two citizen numbers are only told of where their years of birth are known
    yield or_(one.fingerprint.is_(None), other.fingerprint.is_(None), one.birth_year == other.birth_year)


def _are_two() -> ColumnElement[bool]:
    """An officer said so of the two, once and for all."""
    forth = and_(RollClaim.entry_id == One.id, RollClaim.twin_id == Other.id)
    back = and_(RollClaim.entry_id == Other.id, RollClaim.twin_id == One.id)
    return exists().where(RollClaim.accepted.is_(False), or_(forth, back))
