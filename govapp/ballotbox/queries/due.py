"""What boxes put on desks: of the post whose duty they are, and of posts of key-holders."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from govapp.accounts.models.posts import Grant, Post, Role
from govapp.ballotbox import queries
from govapp.ballotbox.models import BallotBox, KeyHolder, Status
from govapp.ballotbox.rules import progress
from govapp.ballotbox.rules.progress import Next
from govapp.core import clock, dates
from govapp.core.language import N_
from govapp.core.matters import Matter, Why
from govapp.core.translations import told

MOST_ON_A_DESK = 20
CLOSES_SOON = timedelta(days=2)
LATELY = timedelta(days=14)
OVER = (Status.OPENED, Status.ANNULLED)
FOR_THE_POST = {  # what the holder of the post does
    Next.ROLL: N_("Put people on the roll of a ballot box: %(title)s"),
    Next.CHAIR: N_("Name the chair of a small ballot box: %(title)s"),
    Next.HOLDERS: N_("Name the key-holders of a ballot box: %(title)s"),
    Next.KEYS: N_("Make the key of a ballot box: %(title)s"),
    Next.TRIAL: N_("Try two sheets of a ballot box: %(title)s"),
    Next.OVER: N_("The time of a ballot box passed before it was opened: %(title)s"),
    Next.OPEN: N_("Open a ballot box for votes: %(title)s"),
    Next.CLOSE: N_("A ballot box should be closed by now: %(title)s"),
    Next.FINISH: N_("Finish a ballot box: %(title)s"),
    Next.DESTROY: N_("Destroy the key of names and ballots: %(title)s"),
    Next.CEREMONY: N_("Open a ballot box in public: %(title)s"),
    Next.ROOM: N_("Open a ballot box together with its chair: %(title)s"),
}
WAITS = {  # what others do, or the clock
    Next.RECEIVE: N_("Key-holders have not all said that they hold their sheets: %(title)s"),
    Next.COSIGN: N_("A second person must sign that the key is destroyed: %(title)s"),
    Next.OBJECTIONS: N_("Objections can still be raised: %(title)s"),
}
SOON = N_("A ballot box closes soon: %(title)s")
DONE = N_("Opened and counted: %(title)s")
FOR_HOLDERS = {
    Next.RECEIVE: N_("Say that you hold your sheet: %(title)s"),
    Next.TRIAL: N_("Come and try your sheet: %(title)s"),
    Next.COSIGN: N_("Sign that the key of names and ballots is destroyed: %(title)s"),
    Next.CEREMONY: N_("Come to the opening of a ballot box with your sheet: %(title)s"),
}


def due(session: Session, post: Post) -> list[Matter]:
    """What a post has to see to in its boxes; key-holders what they have to do with their sheets."""
    boxes = _of_holders(session, post) if post.role is Role.KEY_HOLDER else _of_post(session, post)
    rolls = queries.sizes_of_rolls(session, [box.id for box in boxes]) if boxes else {}
    steps = ((box, progress.next_of(box, rolls.get(box.id, 0))) for box in boxes)
    if post.role is not Role.KEY_HOLDER:
        return [matter for box, step in steps for matter in _matters(box, step)]
    people = frozenset(_people(session, post)) if boxes else frozenset()
    return [_for_holders(box, step, people) for box, step in steps if step in FOR_HOLDERS]


def _matters(box: BallotBox, step: Next) -> list[Matter]:
    if step is Next.DONE:
        if box.opened_at is None or box.opened_at < clock.now() - LATELY:
            return []
        return [_matter(box, Why.CHANGED, DONE, dates.local_day(box.opened_at))]
    if step is Next.BEGIN:
        return []
    if step is Next.VOTE:
        is_soon = box.closes_at < clock.now() + CLOSES_SOON
        return [_matter(box, Why.DUE, SOON, _day(box, step))] if is_soon else []
    if step in WAITS:
        return [_matter(box, Why.WAITS, WAITS[step], _day(box, step))]
    return [_matter(box, Why.DUE, FOR_THE_POST[step], _day(box, step))]


def _for_holders(box: BallotBox, step: Next, people: frozenset[int]) -> Matter:
    """Those of the post who have done it, or keep no sheet of this box, only wait for others."""
    concerned = {
        holder.user_id for holder in box.key_holders if step is not Next.RECEIVE or not holder.received_at
    }
    if step is Next.COSIGN:
        concerned.discard(box.keys_destroyed_by_id or 0)
    return Matter(
        Why.DUE,
        FOR_HOLDERS[step],
        "running.mine",  # the one page that all of the post may open
        values={"title": told(box, "title")},
        day=_day(box, step),
        not_by=people - concerned,
    )


def _matter(box: BallotBox, why: Why, words: str, day: date | None) -> Matter:
    return Matter(why, words, "running.show", {"box_id": box.id}, {"title": told(box, "title")}, day)


def _day(box: BallotBox, step: Next) -> date | None:
    """Until when: before the vote its beginning, then its end; what comes after has no day."""
    if box.status is Status.PREPARING:
        return dates.local_day(box.opens_at)
    return dates.local_day(box.closes_at) if step in (Next.VOTE, Next.CLOSE) else None


def _of_post(session: Session, post: Post) -> Sequence[BallotBox]:
    lately = BallotBox.opened_at > clock.now() - LATELY
    query = select(BallotBox).where(BallotBox.post_id == post.id, BallotBox.status.not_in(OVER) | lately)
    return _some(session, query)


def _of_holders(session: Session, post: Post) -> Sequence[BallotBox]:
    """Boxes that are not over, of which somebody who holds this post now keeps a sheet."""
    keeps = select(KeyHolder.box_id).join(Grant, Grant.user_id == KeyHolder.user_id)
    now = clock.now()
    live = (Grant.confirmed_at.is_not(None), Grant.starts_at <= now, Grant.ends_at > now)
    mine = keeps.where(Grant.post_id == post.id, Grant.closed_at.is_(None), *live)
    query = select(BallotBox).where(BallotBox.id.in_(mine), BallotBox.status.not_in(OVER))
    return _some(session, query.where(~BallotBox.is_room))


def _some(session: Session, query: Select[Any]) -> Sequence[BallotBox]:
    wanted = query.options(selectinload(BallotBox.key_holders)).order_by(BallotBox.id.desc())
    return session.scalars(wanted.limit(MOST_ON_A_DESK)).all()


def _people(session: Session, post: Post) -> Sequence[int]:
    return session.scalars(select(Grant.user_id).where(Grant.post_id == post.id)).all()
