"""What is stored: people, their sign-ins and links; models/people.py has what officers enter."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_login import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from govapp.areas.models import Area
from govapp.core import names, text
from govapp.core.db import Base, Created, Key, SortKey, Title
from govapp.core.language import gettext
from govapp.core.partial_dates import PartialDate

if TYPE_CHECKING:
    from govapp.accounts.models.posts import Grant

_DAYS = "CASE WHEN birth_month IN (4, 6, 9, 11) THEN 30 WHEN birth_month = 2 THEN 29 ELSE 31 END"
_GONE = " AND ".join(
    (
        "email IS NULL",
        "title || given_name || family_name || password_hash = ''",
        "birth_year IS NULL",
        "area_id IS NULL",
    )
)


class NameSource(StrEnum):
    """Who stated a person's name and birth date."""

    OWN = "own"
    OFFICER = "officer"
    THAID = "thaid"


class User(UserMixin, Base):  # type: ignore[misc]
    """A person: with an account of their own, registered by an officer, or both.

    A closed account stays as a row without anything personal, so that ids in the log keep their meaning.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("birth_year BETWEEN 1850 AND 2299", name="birth_year_ce"),
        CheckConstraint(
            "birth_month IS NULL OR birth_year IS NOT NULL AND birth_month BETWEEN 1 AND 12",
            name="birth_month_of_year",
        ),
        CheckConstraint(
            f"birth_day IS NULL OR birth_month IS NOT NULL AND birth_day BETWEEN 1 AND {_DAYS}",
            name="birth_day_of_month",
        ),
        CheckConstraint(f"closed_at IS NULL OR {_GONE}", name="closed_is_empty"),
        Index("ix_users_area", "area_id", "sort_key"),
    )

    id: Mapped[Key]
    email: Mapped[Title | None] = mapped_column(unique=True)  # lower case; None: no address
    title: Mapped[Title] = mapped_column(default="")  # นาย, พระ, Ms: free text
    given_name: Mapped[Title]
    family_name: Mapped[Title] = mapped_column(default="")  # "": a person of one name
    name_source: Mapped[NameSource] = mapped_column(default=NameSource.OWN)
    sort_key: Mapped[SortKey] = mapped_column(default="")  # of given and family name
    birth_year: Mapped[int | None]  # CE, as in core.partial_dates
    birth_month: Mapped[int | None]
    birth_day: Mapped[int | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))  # where the person belongs
    password_hash: Mapped[str] = mapped_column(String(200), default="")  # argon2id; "": no password
    created_at: Mapped[Created]
    verified_at: Mapped[datetime | None]  # the address is theirs; nobody signs in with it before
    closed_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(8), default="th")  # of letters to them

    area: Mapped[Area | None] = relationship()
    second_factor: Mapped["SecondFactor | None"] = relationship()
    grants: Mapped[list["Grant"]] = relationship(foreign_keys="Grant.user_id", viewonly=True)

    powers_rest = False  # true in a sign-in that carries no power of a post, such as one by an access code

    @property
    def name(self) -> str:
        """As it is shown: `นายสมชาย ใจดี`."""
        if self.closed_at:
            return gettext("Closed account")
        return names.shown_name(self.title or "", self.given_name or "", self.family_name or "")

    @property
    def plain_name(self) -> str:
        """Without the title: `สมชาย ใจดี`."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def birth_date(self) -> PartialDate | None:
        if self.birth_year is None:
            return None
        return PartialDate(self.birth_year, self.birth_month, self.birth_day)

    @birth_date.setter
    def birth_date(self, when: PartialDate | None) -> None:
        known = (when.year, when.month, when.day) if when else (None, None, None)
        self.birth_year, self.birth_month, self.birth_day = known

    @validates("title", "given_name", "family_name")
    def _spell(self, part: str, typed: str) -> str:
        """Names are kept in one spelling, and the sort key follows them."""
        known: dict[str, Any] = {"given_name": self.given_name, "family_name": self.family_name}
        known[part] = names.spelled(typed)
        key = text.sort_key(f"{known['given_name'] or ''} {known['family_name'] or ''}")
        self.sort_key = key[:600]
        return str(known[part])


class Way(StrEnum):
    """How somebody signed in: the last thing that was asked."""

    PASSWORD = "password"
    APP_CODE = "code"
    RECOVERY_CODE = "recovery_code"
    ACCESS_CODE = "access_code"
    THAID = "thaid"


class WebSession(Base):
    """One sign-in. The browser holds a random token; here lies only its SHA-256.

    While second_factor_due the password was right and the code is still missing: nobody is signed in.
    A citizen's sign-in has an absolute end and is written at sign-in and sign-out (and when the person
    proves who they are), so that no row tells when they looked at a page; one of staff also has an idle
    time, and used_at is noted each minute.
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
    is_staff: Mapped[bool] = mapped_column(default=False)  # carries the powers of posts
    how: Mapped[Way] = mapped_column(default=Way.PASSWORD)

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
    ADDRESS = "address"  # a person who has no address yet adds one


class AccountLink(Base):
    """A link that works once. Its address is signed with the app's key; this row alone opens nothing."""

    __tablename__ = "account_links"

    id: Mapped[str] = mapped_column(
        String(22), primary_key=True, default=lambda: secrets.token_urlsafe(16)
    )  # never given twice, so that an old address cannot come to mean a new row
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose]
    email: Mapped[Title | None]  # the address to add; it is nobody's before the link is opened
    created_at: Mapped[Created]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
