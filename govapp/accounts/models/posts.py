"""Posts, who holds them and until when, and what stays with them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models import User
from govapp.areas.models import Area
from govapp.core.db import Base, Created, Key, Title, Words
from govapp.core.files.keeping import FileName, StoredFile


class Role(StrEnum):
    """What staff may be. Powers through an organisation or a seat are computed by those slices."""

    ADMINISTRATOR = "platform-administrator"  # ผู้ดูแลระบบ
    SECRETARY = "provincial-secretary"  # เลขานุการ ก.บ.จ.
    OFFICER = "local-officer"  # เจ้าหน้าที่ อปท.
    KEY_HOLDER = "key-holder"  # กรรมการผู้ถือกุญแจ
    AUDITOR = "auditor"  # ผู้ตรวจสอบ


class Post(Base):
    """An office (ตำแหน่ง) people hold one after another: a role in an area, or at a body of a slice above.

    What is begun in office carries the post and not the person, so that it stays when they go.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("role", "area_id"),
        UniqueConstraint("role", "body_kind", "body_id"),
        CheckConstraint("(area_id IS NULL) = (body_kind IS NOT NULL)", name="area_or_body"),
        CheckConstraint("(body_kind IS NULL) = (body_id IS NULL)", name="body_whole"),
    )

    id: Mapped[Key]
    role: Mapped[Role]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    body_kind: Mapped[str | None] = mapped_column(String(40))
    body_id: Mapped[int | None]

    area: Mapped[Area | None] = relationship()


class Grant(Base):
    """A person holds a post (คำสั่งมอบหมาย) for a time. Without a second person's word it is only proposed.

    Only `govapp admin create` on the server gives without a giver, and so without a second person.
    """

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("given_by_id <> user_id", name="not_to_oneself"),
        CheckConstraint("confirmed_by_id <> user_id", name="not_confirmed_by_oneself"),
        CheckConstraint("confirmed_by_id <> given_by_id", name="two_people"),
        CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by_id IS NULL) = (given_by_id IS NULL)",
            name="confirmed_by_second",
        ),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_at IS NOT NULL", name="confirmed_whole"),
        CheckConstraint("closed_by_id IS NULL OR closed_at IS NOT NULL", name="closed_whole"),
        Index("ix_grants_post_id_ends_at", "post_id", "ends_at"),
    )

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # the first moment at which it is over
    document: Mapped[Title]  # the order or letter it rests on, such as คำสั่งจังหวัดที่ 12/2569
    document_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))  # its copy
    document_name: Mapped[FileName] = mapped_column(default="")
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[Created]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]  # refused before it was confirmed, or ended before its time
    closing_reason: Mapped[Words]

    post: Mapped[Post] = relationship()
    document_file: Mapped[StoredFile | None] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    given_by: Mapped[User | None] = relationship(foreign_keys=[given_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])


class Duty(Base):
    """Something the holder of a post has to see to (งานค้าง); it stays with the post when they go."""

    __tablename__ = "duties"
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_whole"),
        Index("ix_duties_post_id_done_at", "post_id", "done_at"),
    )

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    title: Mapped[Title]
    notes: Mapped[Words]
    due_on: Mapped[date | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Created]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship()
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])
    done_by: Mapped[User | None] = relationship(foreign_keys=[done_by_id])


class Handover(Base):
    """What the holder of a post leaves to the next (การส่งมอบงาน), as it stood when it was handed over."""

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_post_id", "post_id"),)

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id"), unique=True)  # the successor's
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[Created]
    words: Mapped[Words]  # what the successor should know
    matters: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list
    )  # what was open: words, day, path
    received_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship()
    grant: Mapped[Grant] = relationship()
    made_by: Mapped[User] = relationship()
