"""What is stored of a roll: who stands on it, and by which opaque id its ballot box knows them.

Citizen numbers lie here only as the keyed hash by which accounts are found too. Nothing here tells whether
somebody voted, or when anybody asked.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models.posts import Post
from govapp.areas.models import Area
from govapp.ballotbox.models import BallotBox
from govapp.core import names
from govapp.core.db import Base, Created, Json, Key, SortKey, Title, Words
from govapp.core.partial_dates import PartialDate

DISTRICT_LETTERS = 100


class RollStatus(StrEnum):
    OPEN = "open"  # it can be brought in, objected to and corrected
    FROZEN = "frozen"  # its voters are those of a ballot box
    ERASED = "erased"  # the vote is long over: only the numbers are left


class Standing(StrEnum):
    """Where a person stands: only those who are ON may vote."""

    ON = "on"
    MOVED = "moved"
    DEAD = "dead"
    STRUCK = "struck"  # by the decision on an objection


class Roll(Base):
    """The roll of one vote. Once its ballot box is open the database itself refuses to change it."""

    __tablename__ = "rolls"
    __table_args__ = (
        CheckConstraint("minimum_age BETWEEN 0 AND 130", name="age_possible"),
        CheckConstraint("minimum_age = 0 OR age_on IS NOT NULL", name="age_on_a_day"),
        CheckConstraint(
            "status = 'open' OR box_id IS NOT NULL AND frozen_at IS NOT NULL AND voters IS NOT NULL",
            name="frozen_whole",
        ),
    )

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)  # whose duty it is
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    title: Mapped[Title]
    districts: Mapped[list[str]] = mapped_column(JSON, default=list)  # [] where any name may stand in a file
    minimum_age: Mapped[int] = mapped_column(default=0)  # years
    age_on: Mapped[date | None]  # the day on which somebody must be so old
    residence: Mapped[Words]  # who belongs to the area, in words for everybody
    translations: Mapped[Json]  # of title, residence and districts (core/translations)
    door: Mapped[str] = mapped_column(String(200), default="")  # path where its codes open a ballot
    is_announced: Mapped[bool] = mapped_column(default=False)  # before that only its office knows of it
    status: Mapped[RollStatus] = mapped_column(default=RollStatus.OPEN)
    box_id: Mapped[int | None] = mapped_column(ForeignKey("ballot_boxes.id"), unique=True)
    frozen_at: Mapped[datetime | None]
    voters: Mapped[Mapping[str, int] | None] = mapped_column(JSON(none_as_null=True))  # by district
    created_at: Mapped[Created]

    post: Mapped[Post] = relationship()
    area: Mapped[Area] = relationship()
    box: Mapped[BallotBox | None] = relationship()


class RollEntry(Base):
    """A person on a roll: known by the keyed hash of the citizen number, or by a case number."""

    __tablename__ = "roll_entries"
    __table_args__ = (
        UniqueConstraint("roll_id", "fingerprint"),
        UniqueConstraint("roll_id", "case_number"),
        UniqueConstraint("roll_id", "user_id"),
        CheckConstraint("(fingerprint IS NULL) = (case_number IS NOT NULL)", name="one_identity"),
        CheckConstraint("(fingerprint IS NULL) = (last_four = '')", name="last_four_of_number"),
        Index("ix_roll_entries_roll_id_sort_key", "roll_id", "sort_key"),
        Index("ix_roll_entries_roll_id_last_four", "roll_id", "last_four"),
        Index(  # few of a roll: by whom doubles are looked for
            "ix_roll_entries_unsure",
            "roll_id",
            sqlite_where=text("case_number IS NOT NULL OR is_corrected = 1"),
            postgresql_where=text("case_number IS NOT NULL OR is_corrected"),
        ),
    )

    id: Mapped[Key]
    roll_id: Mapped[int] = mapped_column(ForeignKey("rolls.id"))
    fingerprint: Mapped[str | None] = mapped_column(String(64))  # as accounts' CitizenNumber.fingerprint
    case_number: Mapped[str | None] = mapped_column(String(40))
    last_four: Mapped[str] = mapped_column(String(4), default="")
    title: Mapped[str] = mapped_column(String(60), default="")
    given_name: Mapped[str] = mapped_column(String(200))
    family_name: Mapped[str] = mapped_column(String(200), default="")
    sort_key: Mapped[SortKey]
    search_name: Mapped[Words]
    birth_year: Mapped[int | None]  # CE, as in core.partial_dates
    birth_month: Mapped[int | None]
    birth_day: Mapped[int | None]
    district: Mapped[str] = mapped_column(String(DISTRICT_LETTERS), default="")
    standing: Mapped[Standing] = mapped_column(default=Standing.ON)
    address: Mapped[Words]  # as on a letter, a line each
    postcode: Mapped[str] = mapped_column(String(5), default="")
    post_order: Mapped[SortKey] = mapped_column(default="")  # as a postman walks
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)  # their account
    is_corrected: Mapped[bool] = mapped_column(default=False)  # by hand: a file does not change it any more

    roll: Mapped[Roll] = relationship()

    @property
    def name(self) -> str:
        return names.shown_name(self.title, self.given_name, self.family_name)

    @property
    def birth_date(self) -> PartialDate | None:
        if self.birth_year is None:
            return None
        return PartialDate(self.birth_year, self.birth_month, self.birth_day)


class RollVoter(Base):
    """The id by which the box knows somebody on the roll; given to all at once when the roll is frozen."""

    __tablename__ = "roll_voters"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("roll_entries.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    voter_id: Mapped[str] = mapped_column(String(40), unique=True)
