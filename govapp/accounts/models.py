import secrets
from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import BigInteger, ForeignKey, String
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

    second_factor: Mapped["SecondFactor | None"] = relationship()


class WebSession(Base):
    """One sign-in. The browser holds a random token; here lies only its SHA-256.

    While second_factor_due the password was right and the code is still missing: nobody is signed in.
    """

    __tablename__ = "web_sessions"

    id: Mapped[Key]
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Created]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime]
    proved_at: Mapped[Created]  # when a password or code was last given
    wrong_proofs: Mapped[int] = mapped_column(default=0)  # wrong ones since
    second_factor_due: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(40), default="")  # browser and system, two words

    user: Mapped[User] = relationship()


class SecondFactor(Base):
    """An app on the person's phone that shows a new code every 30 seconds (TOTP, RFC 6238)."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret_sealed: Mapped[str] = mapped_column(String(200))  # core.cipher, place "second_factors/<user_id>"
    last_step: Mapped[int] = mapped_column(BigInteger)  # the newest 30-second step whose code was used
    wrong_codes: Mapped[int] = mapped_column(default=0)  # in a row, in all sign-ins together
    rests_until: Mapped[datetime | None]  # no code is looked at before
    created_at: Mapped[Created]


class RecoveryCode(Base):
    """A code for the day the phone is lost: random, so that its plain SHA-256 gives nothing away."""

    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


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
