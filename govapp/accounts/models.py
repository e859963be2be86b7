import secrets
from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.core.db import Base, Created, Key, Title


class User(UserMixin, Base):  # type: ignore[misc]
    """A person with an account."""

    __tablename__ = "users"

    id: Mapped[Key]
    email: Mapped[Title] = mapped_column(unique=True)  # lower case
    name: Mapped[Title]
    password_hash: Mapped[str] = mapped_column(String(200))  # argon2id
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]
    verified_at: Mapped[datetime | None]  # the address is theirs; nobody signs in before
    language: Mapped[str] = mapped_column(String(8), default="th")  # of letters to them


class WebSession(Base):
    """One sign-in. The browser holds a random token; here lies only its SHA-256."""

    __tablename__ = "web_sessions"

    id: Mapped[Key]
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Created]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class Purpose(StrEnum):
    VERIFY = "verify"
    RESET = "reset"


class AccountLink(Base):
    """A link that works once. Its address is signed with the app's key; this row alone opens nothing."""

    __tablename__ = "account_links"

    id: Mapped[str] = mapped_column(
        String(22), primary_key=True, default=lambda: secrets.token_urlsafe(16)
    )  # never given twice, so that an old address cannot come to mean a new row
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose]
    created_at: Mapped[Created]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
