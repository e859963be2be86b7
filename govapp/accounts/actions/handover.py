"""What stays with a post: its duties, and handing it over to the next."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from govapp.accounts.actions.posts import Terms, give
from govapp.accounts.events.posts import DutyAdded, DutyDone, HandoverReceived, PostHandedOver
from govapp.accounts.models import User
from govapp.accounts.models.posts import Duty, Handover, Post
from govapp.accounts.rules import posts as rules
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.language import N_


def add_duty(
    session: Session, actor: User, post_id: int, title: str, notes: str = "", due_on: date | None = None
) -> Duty:
    """Write down something to see to; raises Denied for anybody but a holder of the post."""
    post = fetch(session, Post, post_id)
    require(rules.may_work_at(actor, post))
    duty = Duty(post_id=post.id, title=title, notes=notes, due_on=due_on, created_by_id=actor.id)
    session.add(duty)
    session.flush()
    record(session, actor.id, DutyAdded(duty.id, post.id))
    return duty


def finish_duty(session: Session, actor: User, duty_id: int) -> Duty:
    """Note that it is done; raises Denied or NotNow."""
    duty = fetch(session, Duty, duty_id, lock=True)
    require(rules.may_work_at(actor, duty.post))
    if duty.done_at:
        raise NotNow(N_("This is done already."))
    duty.done_by_id, duty.done_at = actor.id, clock.now()
    record(session, actor.id, DutyDone(duty.id, duty.post_id))
    return duty


def hand_over(
    session: Session,
    actor: User,
    post_id: int,
    terms: Terms,
    words: str,
    matters: Sequence[dict[str, str]],
) -> Handover:
    """Name a successor, who still needs a second person's word, and leave them what is open.

    matters  what stands on the post's desk now: words, day (or "") and path of each
    Raises Denied for anybody but a holder of the post, Missing, Unreadable or NotNow as `give` does.
    """
    post = fetch(session, Post, post_id, lock=True)
    require(rules.may_work_at(actor, post))
    grant = give(session, actor, post, terms)
    handover = Handover(post_id=post.id, grant_id=grant.id, made_by_id=actor.id, words=words)
    handover.matters = list(matters)
    session.add(handover)
    session.flush()
    record(session, actor.id, PostHandedOver(handover.id, post.id, grant.id, len(matters)))
    return handover


def receive(session: Session, actor: User, handover_id: int) -> Handover:
    """The successor says that they have it; raises Denied or NotNow."""
    handover = fetch(session, Handover, handover_id, lock=True)
    require(rules.may_receive(actor, handover))
    if handover.received_at:
        raise NotNow(N_("You received it already."))
    if rules.standing(handover.grant) is not rules.Standing.LIVE:
        raise NotNow(N_("Your time in this post has not begun, or is over."))
    handover.received_at = clock.now()
    record(session, actor.id, HandoverReceived(handover.id, handover.post_id))
    return handover
