from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.areas.models import Area
from govapp.ballotbox.models import BallotBox
from govapp.core.db import Base, Created, Json, Key, Satang, SortKey, Title, Words
from govapp.counting.ballots import BallotKind


class Round(Base):
    """One vote on one budget, brought in or taken from a ballot box when it is over: whole or not at all."""

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("budget_satang >= 0", name="budget_not_negative"),
        CheckConstraint("voters >= 0", name="voters_not_negative"),
        CheckConstraint("eligible IS NULL OR eligible >= voters", name="eligible_covers_voters"),
    )

    id: Mapped[Key]
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    name: Mapped[Title]
    description: Mapped[Words]
    fiscal_year_be: Mapped[int | None]
    kind: Mapped[BallotKind]
    currency: Mapped[str] = mapped_column(String(3))
    budget_satang: Mapped[Satang]
    voters: Mapped[int]
    eligible: Mapped[int | None]
    voted_from: Mapped[date | None]
    voted_to: Mapped[date | None] = mapped_column(index=True)
    rule: Mapped[Json]  # counting.rule.Rule.as_json(): the rule the round was held under
    rule_key: Mapped[str] = mapped_column(String(64))  # as in Count
    rule_name: Mapped[str] = mapped_column(String(80), default="")  # what the source called it
    source_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    box_id: Mapped[int | None] = mapped_column(ForeignKey("ballot_boxes.id"), index=True)  # held here
    meta: Mapped[Json]
    translations: Mapped[Json]  # language -> name, description, districts, categories (core/translations)
    search_text: Mapped[Words]
    created_at: Mapped[Created]

    area: Mapped[Area] = relationship()
    box: Mapped[BallotBox | None] = relationship()


class RoundProject(Base):
    """One project on the ballot of a round."""

    __tablename__ = "round_projects"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        UniqueConstraint("round_id", "position"),
        CheckConstraint("cost_satang > 0", name="cost_positive"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    position: Mapped[int]  # index in the packed ballots
    code: Mapped[str] = mapped_column(String(100))
    name: Mapped[Title]
    description: Mapped[Words]
    cost_satang: Mapped[Satang]
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    district: Mapped[Title] = mapped_column(default="")
    exclusive_group: Mapped[Title] = mapped_column(default="")
    votes: Mapped[int]
    points: Mapped[int]
    official_code: Mapped[int | None]  # Pabulib `selected`: 1 funded, 2 and 3 by exception, 0 not
    extra: Mapped[Json]
    translations: Mapped[Json]  # language -> name, description
    sort_key: Mapped[SortKey]
    search_text: Mapped[Words]


class RoundBallots(Base):
    """The ballots of a round: distinct, weighted, without anything about the voter but the district."""

    __tablename__ = "round_ballots"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary)  # counting.packing


class GivenUp(Base):
    """A rule under which a round is not counted beside its own: it would take too long on its ballots."""

    __tablename__ = "counts_given_up"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    rule_key: Mapped[str] = mapped_column(String(64), primary_key=True)  # as in Count
    given_up_at: Mapped[Created]


class Count(Base):
    """A round counted under one rule. The row exists once the count is finished."""

    __tablename__ = "counts"
    __table_args__ = (UniqueConstraint("round_id", "rule_key"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    rule_key: Mapped[str] = mapped_column(String(64))  # SHA-256 of the rule's canonical JSON
    rule: Mapped[Json]
    funded_count: Mapped[int]
    spent_satang: Mapped[Satang]
    outcome: Mapped[Json]  # counting.outcome.Outcome, without its steps
    measures: Mapped[Json]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    milliseconds: Mapped[int]
    counted_at: Mapped[datetime]
