"""Reading questions and who may answer them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from govapp.accounts.models import User
from govapp.ballotbox.models import BallotBox, Status
from govapp.core import clock
from govapp.questions.models import Question, QuestionVoter


def of_box(session: Session, box_id: int) -> Question | None:
    return session.scalars(select(Question).where(Question.box_id == box_id)).first()


def voter_of(session: Session, question_id: int, user_id: int) -> str | None:
    """The opaque id of a person in the box of the question; None where they are not on its list."""
    return session.scalars(
        select(QuestionVoter.voter_id).where(
            QuestionVoter.question_id == question_id, QuestionVoter.user_id == user_id
        )
    ).first()


def to_answer(session: Session, user_id: int) -> Sequence[Question]:
    """Questions that a person can answer now or soon, whether they have or not; the first to close first."""
    mine = select(QuestionVoter.question_id).where(QuestionVoter.user_id == user_id)
    query = (
        select(Question)
        .join(Question.box)
        .options(contains_eager(Question.box))
        .where(Question.id.in_(mine), BallotBox.status == Status.OPEN, BallotBox.closes_at > clock.now())
    )
    return session.scalars(query.order_by(BallotBox.closes_at, Question.id).limit(100)).all()


def answered(session: Session, user_id: int) -> Sequence[Question]:
    """Questions that were closed, of whose lists a person was; the latest first."""
    mine = select(QuestionVoter.question_id).where(QuestionVoter.user_id == user_id)
    over = BallotBox.status.not_in((Status.PREPARING, Status.OPEN)) | (
        (BallotBox.status == Status.OPEN) & (BallotBox.closes_at <= clock.now())
    )
    query = select(Question).join(Question.box).options(contains_eager(Question.box))
    chosen = query.where(Question.id.in_(mine), over).order_by(BallotBox.closes_at.desc(), Question.id.desc())
    return session.scalars(chosen.limit(50)).all()


def people_by_email(session: Session, emails: Sequence[str]) -> dict[str, User]:
    """e-mail -> the person who signs in with it, and has shown that it is theirs."""
    query = select(User).where(User.email.in_(emails), User.verified_at.is_not(None))
    return {user.email: user for user in session.scalars(query) if user.email}


def emails_of_voters(session: Session, question_id: int) -> Sequence[str]:
    """Of those on the list, ordered."""
    query = select(User.email).join(QuestionVoter, QuestionVoter.user_id == User.id)
    rows = query.where(QuestionVoter.question_id == question_id, User.email.is_not(None))
    return [email for email in session.scalars(rows.order_by(User.email)) if email]
