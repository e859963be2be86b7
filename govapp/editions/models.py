"""What is stored of an edition: its plan, its calendar, its money and the projects on its ballot.

The ballots lie in a ballot box, who may vote on a roll, and what was decided in the rounds of budgeting.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models.posts import Post
from govapp.areas.models import Area
from govapp.ballotbox.models import BallotBox, Openings
from govapp.budgeting.models import Round
from govapp.core.db import Base, Created, Json, Key, Satang, SortKey, Title, Words
from govapp.core.files.keeping import FileName, StoredFile
from govapp.counting.ballots import BallotKind
from govapp.rolls.models import Roll

KIND = "budget"  # of its ballot boxes


class Stage(StrEnum):
    """What the office has done with it; where it stands in time is told by its calendar."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CALLED_OFF = "called-off"


class Binding(StrEnum):
    """What the result binds the authority to. The binding act remains the budget of the council."""

    BINDING = "binding"  # the council resolved beforehand to put what wins into the budget
    REASONED = "reasoned"  # the council decides, and gives a reason wherever it departs
    ADVISORY = "advisory"


class Eligibility(StrEnum):
    """Who may vote. Participatory budgeting is no election: the law of elections need not hold."""

    ELECTION_RULE = "election-rule"
    RESIDENTS_16 = "residents-16"
    ANY_RESIDENT = "any-resident"  # also those without an identity card
    OWN = "own"


class PhaseKind(StrEnum):
    """In the order in which they come."""

    IDEAS = "ideas"
    REVIEW = "review"
    CAMPAIGN = "campaign"
    VOTE = "vote"
    OBJECTIONS = "objections"
    OPENING = "opening"
    RESULT = "result"
    DELIVERY = "delivery"


class Edition(Base):
    """A year's participatory budget (รอบ) of an authority. Frozen by the database once its box is open."""

    __tablename__ = "editions"
    __table_args__ = (
        CheckConstraint("least >= 0 AND most >= 1 AND least <= most", name="limits_in_order"),
        CheckConstraint("most_points >= 1 AND sum_points >= most_points", name="points_in_order"),
        CheckConstraint("stage <> 'called-off' OR called_off_because <> ''", name="called_off_has_reason"),
        CheckConstraint("box_id IS NULL OR roll_id IS NOT NULL", name="box_needs_roll"),
    )

    id: Mapped[Key]
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)  # whose work it is
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    title: Mapped[Title]
    description: Mapped[Words]
    fiscal_year_be: Mapped[int]
    stage: Mapped[Stage] = mapped_column(default=Stage.DRAFT)
    binding: Mapped[Binding]
    resolution: Mapped[Words]  # of the council: number, day, what it says
    eligibility: Mapped[Eligibility]
    eligibility_words: Mapped[Words]  # of an own rule, or what is added to a preset
    kind: Mapped[BallotKind]
    least: Mapped[int]  # projects on a ballot
    most: Mapped[int]
    most_points: Mapped[int] = mapped_column(default=1)  # of one project, where points are given
    sum_points: Mapped[int] = mapped_column(default=1)
    rule: Mapped[Json]  # counting.rule.Rule.as_json()
    openings: Mapped[Openings] = mapped_column(default=Openings.PUBLIC)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)  # of the ballot: Thai, and others
    translations: Mapped[Json]  # language -> names of rules.words -> words
    roll_id: Mapped[int | None] = mapped_column(ForeignKey("rolls.id"), unique=True)
    box_id: Mapped[int | None] = mapped_column(ForeignKey("ballot_boxes.id"), unique=True)
    called_off_because: Mapped[Words]
    turnout: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # rules.turnout of ballotbox
    lessons: Mapped[Words]  # what is to be done better next time
    search_text: Mapped[Words]
    created_at: Mapped[Created]

    area: Mapped[Area] = relationship()
    post: Mapped[Post] = relationship()
    box: Mapped[BallotBox | None] = relationship()
    roll: Mapped[Roll | None] = relationship()
    phases: Mapped[list["Phase"]] = relationship(order_by="Phase.starts_at", cascade="all, delete-orphan")
    envelopes: Mapped[list["Envelope"]] = relationship(
        order_by="Envelope.district", cascade="all, delete-orphan"
    )

    @property
    def budgets(self) -> dict[str, int]:
        """District, or "" for the whole area -> satang."""
        return {each.district: each.budget_satang for each in self.envelopes}

    @property
    def has_districts(self) -> bool:
        return any(self.budgets)


class Phase(Base):
    """A time of the calendar (ปฏิทิน): from starts_at on, up to but not at ends_at."""

    __tablename__ = "edition_phases"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    kind: Mapped[PhaseKind] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Envelope(Base):
    """Money to be given away (กรอบวงเงิน): of the whole area, or of one of its districts."""

    __tablename__ = "edition_envelopes"
    __table_args__ = (
        UniqueConstraint("edition_id", "district"),
        CheckConstraint("budget_satang >= 0", name="budget_not_negative"),
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    district: Mapped[Title] = mapped_column(default="")  # "" for the whole area
    budget_satang: Mapped[Satang]
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), unique=True)  # what came out

    round: Mapped[Round | None] = relationship()


class EditionProject(Base):
    """A project on the ballot."""

    __tablename__ = "edition_projects"
    __table_args__ = (
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("cost_satang > 0", name="cost_positive"),
        CheckConstraint("picture_id IS NULL OR picture_words <> ''", name="picture_has_words"),
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    code: Mapped[str] = mapped_column(String(100))  # its number on the ballot
    title: Mapped[Title]
    description: Mapped[Words]
    cost_satang: Mapped[Satang]
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    place: Mapped[Title] = mapped_column(default="")
    district: Mapped[Title] = mapped_column(default="")  # whose envelope pays for it
    exclusive_group: Mapped[Title] = mapped_column(default="")  # at most one of a group is funded
    translations: Mapped[Json]  # language -> rules.words.OF_PROJECT -> words
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    picture_name: Mapped[FileName] = mapped_column(default="")
    picture_words: Mapped[Title] = mapped_column(default="")  # what it shows, for who cannot see it
    proposer: Mapped[Title] = mapped_column(default="")
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    source: Mapped[Title] = mapped_column(default="")  # where it comes from: an address or a number
    sort_key: Mapped[SortKey]
    search_text: Mapped[Words]
    created_at: Mapped[Created]

    picture: Mapped[StoredFile | None] = relationship()
