"""The trail of a roll: what people asked for and what officers did by hand, each with its reason."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models import User
from govapp.core.db import Base, Created, Key, Words
from govapp.core.files.keeping import FileName, StoredFile
from govapp.rolls.models import DISTRICT_LETTERS, Roll, RollEntry


class Wish(StrEnum):
    ADD = "add"  # I should be on the roll
    MOVE = "move"  # I belong to another district
    CORRECT = "correct"  # what stands there is wrong
    STRIKE = "strike"  # an objection: somebody has no right to be on it, or stands on it twice


class RollClaim(Base):
    """A claim, an objection or a correction, and what came of it.

    twin     the entry that is perhaps the same person: struck where that was accepted, else two people
    changes  field -> [before, after], of what was done; no numbers
    """

    __tablename__ = "roll_claims"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_whole"),
        CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided_yes_or_no"),
        CheckConstraint("decided_at IS NULL OR why <> ''", name="decided_with_reason"),
        CheckConstraint("decided_by_id <> user_id", name="not_by_oneself"),
        CheckConstraint("twin_id IS NULL OR wish = 'strike'", name="twin_struck"),
        Index("ix_roll_claims_roll_id_decided_at", "roll_id", "decided_at"),
    )

    id: Mapped[Key]
    roll_id: Mapped[int] = mapped_column(ForeignKey("rolls.id"))
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("roll_entries.id", ondelete="SET NULL"), index=True
    )
    twin_id: Mapped[int | None] = mapped_column(
        ForeignKey("roll_entries.id", ondelete="SET NULL"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)  # None: an officer's own
    wish: Mapped[Wish]
    words: Mapped[Words]
    district: Mapped[str] = mapped_column(String(DISTRICT_LETTERS), default="")  # where they say they belong
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    evidence_name: Mapped[FileName] = mapped_column(default="")
    form_token: Mapped[str | None] = mapped_column(String(40), unique=True)  # sent twice it is one claim
    created_at: Mapped[Created]
    accepted: Mapped[bool | None]
    why: Mapped[Words]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]

    roll: Mapped[Roll] = relationship()
    entry: Mapped[RollEntry | None] = relationship(foreign_keys=[entry_id])
    twin: Mapped[RollEntry | None] = relationship(foreign_keys=[twin_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    evidence: Mapped[StoredFile | None] = relationship()
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
