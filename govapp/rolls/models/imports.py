"""Files of people on their way onto a roll: read, checked, and taken over when an officer says so."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.core.db import Base, Created, Key, SortKey, Title, Words
from govapp.rolls.models import DISTRICT_LETTERS, Roll, Standing


class Stage(StrEnum):
    READING = "reading"
    CHECKED = "checked"  # nothing on the roll is changed yet
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"


class Fault(StrEnum):
    """Why a line is not taken over; wording.FAULTS says it and how to mend it."""

    CELLS = "cells"
    NO_IDENTITY = "no-identity"
    NUMBER = "number"
    CASE_NUMBER = "case-number"
    NO_NAME = "no-name"
    LETTERS = "letters"
    BIRTH = "birth"
    NO_BIRTH = "no-birth"
    TOO_YOUNG = "too-young"
    STANDING = "standing"
    DISTRICT = "district"
    NO_DISTRICT = "no-district"
    POSTCODE = "postcode"
    TWICE = "twice"
    TWO_DISTRICTS = "two-districts"
    ELSEWHERE = "elsewhere"
    CORRECTED = "corrected"


class Verdict(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"


class RollImport(Base):
    """One file. Its content is sealed, and gone once it is read; its numbers are hashed while it is read."""

    __tablename__ = "roll_imports"

    id: Mapped[Key]
    roll_id: Mapped[int] = mapped_column(ForeignKey("rolls.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: on the server
    created_at: Mapped[Created]
    file_name: Mapped[Title]
    language: Mapped[str] = mapped_column(String(8), default="th")  # of what is said about lines
    job_id: Mapped[int | None]
    stage: Mapped[Stage] = mapped_column(default=Stage.READING)
    lines: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]

    roll: Mapped[Roll] = relationship()


class RollPiece(Base):
    """A piece of a file that waits to be read: no process ever holds the whole of it."""

    __tablename__ = "roll_pieces"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("roll_imports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 0
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class RollRow(Base):
    """A line of a file. Those taken over are deleted with that; the rejected ones are the report."""

    __tablename__ = "roll_rows"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("roll_imports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    case_number: Mapped[str | None] = mapped_column(String(40))
    last_four: Mapped[str] = mapped_column(String(4))
    title: Mapped[str] = mapped_column(String(60))
    given_name: Mapped[str] = mapped_column(String(200))
    family_name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[SortKey]
    search_name: Mapped[Words]
    birth_year: Mapped[int | None]
    birth_month: Mapped[int | None]
    birth_day: Mapped[int | None]
    district: Mapped[str] = mapped_column(String(DISTRICT_LETTERS))
    standing: Mapped[Standing]
    address: Mapped[Words]
    postcode: Mapped[str] = mapped_column(String(5))
    post_order: Mapped[SortKey]
    verdict: Mapped[Verdict]
    fault: Mapped[Fault | None]
    other: Mapped[Words]  # what fills its words: another line, a district, a reason
    entry_id: Mapped[int | None]  # on the roll already
