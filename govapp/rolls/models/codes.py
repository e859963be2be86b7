"""Access codes of a roll: kept as keyed hashes; in clear only on letters, which are sealed and soon gone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.core.db import Base, Created, Key
from govapp.rolls.models import DISTRICT_LETTERS, Roll, RollEntry


class RollCode(Base):
    """The living code of somebody on a roll. A revoked one has no row, and using one writes nothing."""

    __tablename__ = "roll_codes"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("roll_entries.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)  # HMAC-SHA256
    created_at: Mapped[Created]

    entry: Mapped[RollEntry] = relationship()


class Form(StrEnum):
    LETTERS = "letters"  # PDF, to be printed and posted
    MERGE = "merge"  # CSV for a printing house


class RollBatch(Base):
    """A file with codes in clear, sealed; gone a day after it was first taken, or when its time is over."""

    __tablename__ = "roll_batches"

    id: Mapped[Key]
    roll_id: Mapped[int] = mapped_column(ForeignKey("rolls.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    form: Mapped[Form]
    district: Mapped[str] = mapped_column(String(DISTRICT_LETTERS))
    number: Mapped[int]  # within its roll, from 1
    letters: Mapped[int]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # None once it is gone
    created_at: Mapped[Created]
    ends_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]

    roll: Mapped[Roll] = relationship()
