"""What is published of a box: its log and checkpoints, notices, and after the ceremony the openings."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.ballotbox.models import BallotBox
from govapp.core.db import Base, Created, Json, Key, Words
from govapp.ledger.leaves import Kind


class LogLeaf(Base):
    """An entry of the public log (บัญชีสาธารณะ); the database refuses to change or remove it."""

    __tablename__ = "log_leaves"
    __table_args__ = (
        UniqueConstraint("box_id", "leaf"),
        CheckConstraint("idx >= 0", name="idx_not_negative"),
    )

    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), primary_key=True)
    idx: Mapped[int] = mapped_column(primary_key=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    kind: Mapped[Kind]
    batch: Mapped[int]


class LogBody(Base):
    """What a notice says, at once; and what a void names, after closing."""

    __tablename__ = "log_bodies"

    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), primary_key=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    body: Mapped[Any] = mapped_column(JSON)


class Checkpoint(Base):
    """What was signed: the note is as it was published, to the letter."""

    __tablename__ = "checkpoints"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[Created]


class BoxNotice(Base):
    """What all must know while a box is open (ประกาศฉุกเฉิน); nothing comes of it without a second person."""

    __tablename__ = "box_notices"
    __table_args__ = (
        CheckConstraint("confirmed_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("(confirmed_by_id IS NULL) = (leaf IS NULL)", name="logged_when_confirmed"),
    )

    id: Mapped[Key]
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), index=True)
    item: Mapped[str | None] = mapped_column(String(100))  # what is withdrawn; None: an announcement
    reason: Mapped[Words]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[Created]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    leaf: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    box: Mapped[BallotBox] = relationship()


class Opening(Base):
    """What opens the leaf of a ballot. Written for all at once, ordered by leaf, after the ceremony.

    salt and rev are for auditors only: in the hands of a vote-buyer they would tell of earlier ballots.
    """

    __tablename__ = "openings"
    __table_args__ = (CheckConstraint("rev >= 1", name="rev_from_one"),)

    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), primary_key=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary(32))
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    rev: Mapped[int]
    district: Mapped[str] = mapped_column(String(100))
    ballot: Mapped[Any] = mapped_column(JSON)
    is_counted: Mapped[bool]  # False: voided


class BoxBundle(Base):
    """All that is published of a vote in one file, and the one that auditors get besides."""

    __tablename__ = "box_bundles"

    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(20), primary_key=True)  # models.Openings
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    verdict: Mapped[Json]  # of our own verifier, as it was made
    made_at: Mapped[datetime]


class Observer(Base):
    """Somebody who gets every checkpoint by letter (ผู้สังเกตการณ์)."""

    __tablename__ = "box_observers"

    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
