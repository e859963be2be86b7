from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.db import Base, Created, Json, LongKey


class LetterState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # given up; an administrator may try again


class Letter(Base):
    """One thing a person is told: sent by mail, and kept in their inbox when it holds no secret.

    It is put into words when it is sent or read, from `given`: ids and plain values. A link in it is
    signed only then.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_due", "state", "next_try_at"),
        Index("ix_letters_inbox", "user_id", "read_at"),
    )

    id: Mapped[LongKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    template: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    given: Mapped[Json]
    created_at: Mapped[Created] = mapped_column(index=True)
    read_at: Mapped[datetime | None]  # in the inbox
    state: Mapped[LetterState] = mapped_column(default=LetterState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")  # what the last try came to

    user: Mapped[User] = relationship()
