"""Putting a question, and changing it before its box opens. Answers are ballotbox.actions.casting's alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from govapp.accounts.models.posts import Post
from govapp.ballotbox.actions import setup
from govapp.ballotbox.actions.setup import Plan
from govapp.ballotbox.models import Openings
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Denied
from govapp.questions import rules
from govapp.questions.events import QuestionAsked, QuestionChanged
from govapp.questions.models import KIND, Question, QuestionVoter


@dataclass(frozen=True)
class Draft:
    """A question as it was typed in. voters and chair: ids of people."""

    words: str
    background: str
    opens_at: datetime
    closes_at: datetime
    objection_hours: int
    openings: Openings
    voters: Collection[int]
    chair_id: int | None


def ask(session: Session, actor: Any, post: Post, draft: Draft, host: str) -> Question:
    """A question of a post with its ballot box, which is not open yet. host: of the site. Raises Denied."""
    if post not in rules.posts_to_ask(actor):
        raise Denied
    plan = Plan(
        kind=KIND,
        title=draft.words,
        contests={"": dict(rules.CONTEST)},
        opens_at=draft.opens_at,
        closes_at=draft.closes_at,
        openings=draft.openings,
        objection_hours=draft.objection_hours,
        chair_id=draft.chair_id,
        more={"background": draft.background},
    )
    box = setup.prepare(session, actor, post, plan, host)
    question = Question(box=box, words=draft.words, background=draft.background)
    session.add(question)
    session.flush()
    record(session, actor.id, QuestionAsked(question.id, box.id))
    _set_voters(session, actor, question, draft.voters)
    return question


def change_voters(session: Session, actor: Any, question_id: int, voters: Collection[int]) -> Question:
    """Another list of people in place of the one before. Raises Denied, NotNow once the box is open."""
    question = fetch(session, Question, question_id, lock=True)
    setup.preparing(session, actor, question.box_id)
    _set_voters(session, actor, question, voters)
    record(session, actor.id, QuestionChanged(question.id, len(set(voters))))
    return question


def _set_voters(session: Session, actor: Any, question: Question, voters: Collection[int]) -> None:
    session.execute(delete(QuestionVoter).where(QuestionVoter.question_id == question.id))
    rows: list[dict[str, Any]] = [
        {"question_id": question.id, "user_id": user_id, "voter_id": setup.new_voter()}
        for user_id in sorted(set(voters))
    ]
    if rows:
        session.execute(insert(QuestionVoter), rows)
    setup.set_electorate(session, actor, question.box_id, [(row["voter_id"], "") for row in rows])
