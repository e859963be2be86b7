"""Reading questions and who may answer them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from govapp.accounts.models import User
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.queries import casting
from govapp.ballotbox.queries.casting import NO_VOTER, Facts
from govapp.core import clock
from govapp.core.errors import Missing
from govapp.questions.models import Question, QuestionVoter


def of_box(session: Session, box_id: int) -> Question | None:
    return session.scalars(select(Question).where(Question.box_id == box_id)).first()


@dataclass(frozen=True)
class Paper:
    """A question as one person on its list gets it: voter is the id by which the box knows them."""

    id: int
    words: str
    background: str
    voter: str
    box_id: int
    title: str
    status: Status
    closes_at: datetime
    annulled_because: str | None
    box: Facts | None  # None while it was never opened

    @property
    def is_room(self) -> bool:
        return self.box is not None and self.box.is_room


QUESTION, LISTED, BOX = Question.__table__.c, QuestionVoter.__table__.c, BallotBox.__table__.c
_PAPER = (
    select(
        QUESTION.words,
        QUESTION.background,
        LISTED.voter_id.label("voter"),
        BOX.title,
        BOX.status,
        BOX.closes_at,
        BOX.annulled_because,
        *casting.FROZEN,
    )
    .select_from(Question.__table__)
    .join(BallotBox.__table__, BOX.id == QUESTION.box_id)
    .join(
        QuestionVoter.__table__,
        (LISTED.question_id == QUESTION.id) & (LISTED.user_id == bindparam("user")),
        isouter=True,
    )
    .where(QUESTION.id == bindparam("question"))
)


def paper(session: Session, question_id: int, user_id: int) -> Paper:
    """The question for this person; raises Missing, also for who is not on its list."""
    row = session.execute(_PAPER, {"question": question_id, "user": user_id}).first()
    if row is None or row.voter is None:
        raise Missing(NO_VOTER) if row else Missing
    return Paper(
        id=question_id,
        words=row.words,
        background=row.background,
        voter=row.voter,
        box_id=row.id,
        title=row.title,
        status=row.status,
        closes_at=row.closes_at,
        annulled_because=row.annulled_because,
        box=casting.facts_of(row) if row.config_hash else None,
    )


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
