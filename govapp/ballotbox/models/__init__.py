"""What is stored of a box while it is in use. Nothing here names a person: voters are opaque random ids.

Whose ballot lies in which slot, and which leaf it has, can be told with K_slot alone, a file outside the
database (core/key_folder) that is destroyed before any ballot is opened. Nothing bears a time.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models import User
from govapp.accounts.models.posts import Post
from govapp.core.db import Base, Created, Json, Key, Title


class Status(StrEnum):
    PREPARING = "preparing"
    OPEN = "open"  # ballots are taken, between opens_at and closes_at
    CLOSED = "closed"  # closing checkpoint signed; objections are heard
    FINAL = "final"  # final checkpoint signed; K_slot is destroyed now, then the key-holders come
    OPENED = "opened"
    ANNULLED = "annulled"  # the vote was stopped by a recorded decision and is held again


class Openings(StrEnum):
    """Who can see which entry of the log each counted ballot opens."""

    PUBLIC = "public"
    AUDITORS = "auditors"


class Channel(StrEnum):
    ONLINE = "online"
    PAPER = "paper"  # the slot is locked: its voter votes on paper


class BallotBox(Base):
    """A box (หีบบัตร) for one vote. From opening on the database itself refuses to change what was frozen."""

    __tablename__ = "ballot_boxes"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("objection_hours >= 0", name="objections_not_negative"),
        CheckConstraint(
            "status IN ('preparing', 'annulled') OR config IS NOT NULL AND config_hash IS NOT NULL"
            " AND public_key IS NOT NULL AND k_slot_id IS NOT NULL AND room IS NOT NULL",
            name="frozen_when_open",
        ),
        CheckConstraint("(status = 'opened') = (result IS NOT NULL)", name="opened_has_result"),
        CheckConstraint(
            "status <> 'opened' OR keys_destroyed_at IS NOT NULL AND cosigned_by_id IS NOT NULL",
            name="opened_without_slot_key",
        ),
        CheckConstraint("cosigned_by_id <> keys_destroyed_by_id", name="destruction_by_two"),
        Index("ix_ballot_boxes_status_closes_at", "status", "closes_at"),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200), unique=True)  # origin of its log: example.org/box/3f9c…
    kind: Mapped[str] = mapped_column(String(40))  # the slice above that gives ballots their meaning
    title: Mapped[Title]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)  # whose duty it is
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # opens a room box with the post
    status: Mapped[Status] = mapped_column(default=Status.PREPARING)
    openings: Mapped[Openings]
    is_room: Mapped[bool] = mapped_column(default=False)  # under 25 voters: no log, no receipts, no shares
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    objection_hours: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]

    draft: Mapped[Json]  # contests and more of the configuration, before it is frozen
    config: Mapped[str | None] = mapped_column(Text)  # canonical JSON
    config_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    k_slot_id: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    room: Mapped[int | None]  # bytes of JSON that every ballot is padded to
    tie_secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed to the box key
    tie_commitment: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    tried_at: Mapped[datetime | None]  # two sheets were joined on trial

    closed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    superseded: Mapped[int | None]  # ballots in whose place their voters put another
    keys_destroyed_at: Mapped[datetime | None]  # K_slot
    keys_destroyed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    cosigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    opening_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # first of two, room box
    opened_at: Mapped[datetime | None]
    result: Mapped[Mapping[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    annulled_because: Mapped[str | None] = mapped_column(Text)

    post: Mapped[Post] = relationship()
    key_holders: Mapped[list["KeyHolder"]] = relationship(order_by="KeyHolder.number")

    @property
    def key_name(self) -> str:
        """What its files in the key folder are called, before the dot."""
        return self.name.rpartition("/")[2]

    @property
    def translations(self) -> Mapping[str, Mapping[str, Any]]:
        """Of its title and districts (core/translations), as the slice above had them committed to."""
        more = self.draft.get("more", {})
        told: Mapping[str, Mapping[str, Any]] = more.get("translations", {})
        return {code: words for code, words in told.items() if code in more.get("languages", ())}


class KeyHolder(Base):
    """A person who keeps one of the three sheets (กรรมการผู้ถือกุญแจ)."""

    __tablename__ = "key_holders"
    __table_args__ = (
        UniqueConstraint("box_id", "user_id"),
        CheckConstraint("number BETWEEN 1 AND 3", name="one_of_three"),
    )

    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    received_at: Mapped[datetime | None]  # they have said that they hold the sheet

    user: Mapped[User] = relationship()


class Elector(Base):
    """Somebody who may vote: an opaque random id that the slice above gave. Frozen at opening."""

    __tablename__ = "electorate"

    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), primary_key=True)
    voter_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    district: Mapped[str] = mapped_column(String(100), default="")
    took_part: Mapped[bool | None]  # written for all at once after closing


class Cast(Base):
    """The present ballot of a slot. There is a row or there is none: that is all "has voted" means.

    No foreign key: it would make PostgreSQL write into the row of the box with every ballot.
    """

    __tablename__ = "cast_ballots"
    __table_args__ = (
        CheckConstraint("(channel = 'paper') = (sealed IS NULL)", name="paper_is_empty"),
        CheckConstraint("(sealed IS NULL) = (leaf_enc IS NULL)", name="sealed_with_leaf"),
        CheckConstraint("rev >= 1 OR channel = 'paper'", name="rev_from_one"),
        {"sqlite_with_rowid": False},
    )

    box_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slot: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    channel: Mapped[Channel]
    rev: Mapped[int]  # how many ballots its voter has cast
    leaf_enc: Mapped[bytes | None] = mapped_column(LargeBinary)  # leaf, rev and form token under K_slot
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the ballot, to the box key
    flushed: Mapped[bool]  # its leaf is in the log


class Superseded(Base):
    """A leaf that another of the same voter took the place of; whose, K_slot cannot tell either."""

    __tablename__ = "superseded_ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)  # random
    box_id: Mapped[int]
    leaf_enc: Mapped[bytes] = mapped_column(LargeBinary)
    flushed: Mapped[bool]


class Voided(Base):
    """A ballot that does not count: its voter votes on paper, or had no right to vote.

    Two leaves come of it: the ballot's own, and the void that names it, which is opened after closing.
    """

    __tablename__ = "voided_ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)  # random
    box_id: Mapped[int]
    leaf_enc: Mapped[bytes] = mapped_column(LargeBinary)  # nonce of the void, and the voided leaf
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    is_logged: Mapped[bool]  # the ballot's leaf is in the log
    flushed: Mapped[bool]  # the void is in the log
