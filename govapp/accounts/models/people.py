"""What is known of people besides their account: numbers, registrations, access codes, consents."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models import User
from govapp.core.db import Base, Created, Key, Words


class CitizenNumber(Base):
    """A person's 13 digits: found by a keyed hash, shown by unsealing; both need the server's key."""

    __tablename__ = "citizen_numbers"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)  # HMAC-SHA256
    sealed: Mapped[str] = mapped_column(String(200))  # core.cipher, place "citizen_numbers/<user_id>"
    last_four: Mapped[str] = mapped_column(String(4))
    created_at: Mapped[Created]


class Evidence(StrEnum):
    """How a person showed an officer who they are."""

    HOUSEHOLD_REGISTER = "household-register"
    ID_CARD = "id-card"
    VILLAGE_HEAD = "village-head"
    COMMUNITY_LEADER = "community-leader"  # and two witnesses
    OTHER = "other"


class Registration(Base):
    """A person who was entered by an officer: how they proved who they are."""

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint("evidence <> 'other' OR evidence_note <> ''", name="other_evidence_is_told"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    case_number: Mapped[str | None] = mapped_column(String(20), unique=True)  # who has no citizen number
    evidence: Mapped[Evidence]
    evidence_note: Mapped[Words]
    form_token: Mapped[str] = mapped_column(String(40), unique=True)  # a form sent twice makes one person
    created_at: Mapped[Created]


class AccessCode(Base):
    """A person's living code, printed on a letter: only its keyed hash. An ended one has no row."""

    __tablename__ = "access_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)  # HMAC-SHA256
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Created]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # for the first time

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class Document(StrEnum):
    """What people agree to."""

    PRIVACY_NOTICE = "privacy-notice"


class Consent(Base):
    """A person agreed to a version of a document, and perhaps withdrew it. Rows outlive a closed account."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after_given"),
        Index(
            "ix_consents_living",
            "user_id",
            "document",
            "version",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    document: Mapped[Document]
    version: Mapped[str] = mapped_column(String(10))
    read_to_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)  # an officer
    given_at: Mapped[Created]
    withdrawn_at: Mapped[datetime | None]
