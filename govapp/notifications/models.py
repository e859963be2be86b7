from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.db import Base, Created, Json, LongKey


class Topic(StrEnum):
    """What letters are about; a person chooses for each how such letters come."""

    SECURITY = "security"  # always at once
    POWERS = "powers"  # posts and handovers
    TASKS = "tasks"  # what is due for the person
    NEWS = "news"  # what changed in things they follow


class Delivery(StrEnum):
    AT_ONCE = "at-once"
    DAILY = "daily"  # together with others, in the digest
    ON_SITE = "on-site"  # in the inbox only


class LetterState(StrEnum):
    WAITING = "waiting"
    FOR_DIGEST = "for-digest"  # waits for the digest, or travels in one that did not leave yet
    SENT = "sent"
    DEAD = "dead"  # given up; an administrator may try again
    KEPT = "kept"  # stays on this site: the person wants no more of it, or nothing reaches them


class Letter(Base):
    """One thing a person is told: sent away, and kept in their inbox when it holds no secret.

    It is put into words when it is sent or read, from `given`: ids and plain values. A link in it is
    signed only then. A digest is a letter, too: it holds those whose digest_id is its own, and what
    becomes of it becomes of them.
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint("digest_id IS NULL OR state IN ('for-digest', 'sent')", name="digest_fits"),
        CheckConstraint(
            r"path = '' OR (substr(path, 1, 1) = '/' AND substr(path, 2, 1) NOT IN ('/', '\'))",
            name="path_is_local",
        ),
        Index("ix_letters_due", "state", "next_try_at"),
        Index("ix_letters_inbox", "user_id", "read_at"),
    )

    id: Mapped[LongKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    template: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    given: Mapped[Json]
    path: Mapped[str] = mapped_column(String(500), default="")  # on this site: what the letter is about
    created_at: Mapped[Created] = mapped_column(index=True)
    read_at: Mapped[datetime | None]  # in the inbox
    state: Mapped[LetterState] = mapped_column(default=LetterState.WAITING)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=clock.now)  # for-digest: when the digest is due
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")  # what the last try came to

    user: Mapped[User] = relationship()


class Preference(Base):
    """How a person wants the letters of one topic, where that is not as usual."""

    __tablename__ = "notice_preferences"
    __table_args__ = (CheckConstraint("topic <> 'security'", name="security_is_always_told"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(primary_key=True)
    delivery: Mapped[Delivery]
