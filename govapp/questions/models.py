"""What is stored: the question, and which opaque id of its box belongs to whom. No answer stands here."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govapp.accounts.models import User
from govapp.ballotbox.models import BallotBox
from govapp.core.db import Base, Created, Key, Words

KIND = "question"  # of ballot_boxes.kind


class Question(Base):
    """A question that is decided in one ballot box."""

    __tablename__ = "questions"

    id: Mapped[Key]
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_boxes.id"), unique=True)
    words: Mapped[Words]  # what is asked
    background: Mapped[Words]  # what one should know before answering
    created_at: Mapped[Created]

    box: Mapped[BallotBox] = relationship()


class QuestionVoter(Base):
    """Somebody who may answer, and the id by which the box knows them. Written before the box opens."""

    __tablename__ = "question_voters"
    __table_args__ = (UniqueConstraint("question_id", "voter_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    voter_id: Mapped[str] = mapped_column(String(40))

    user: Mapped[User] = relationship()
