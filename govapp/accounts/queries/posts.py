"""Reading posts, who holds them, their duties and handovers, and what stands on their desks."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from govapp.accounts.models import User
from govapp.accounts.models.posts import Duty, Grant, Handover, Post, Role
from govapp.accounts.rules.posts import CONFIRM_WITHIN, GIVERS, ONLY_THERE
from govapp.areas import queries as areas
from govapp.areas.models import Area
from govapp.core import clock, dates
from govapp.core.language import N_
from govapp.core.matters import Matter, Why

PAGE_ROWS = 30
ENDS_SOON = timedelta(days=60)
LATELY = timedelta(days=14)
MOST_ON_A_DESK = 20


def post(session: Session, role: Role, area: Area) -> Post | None:
    return session.scalars(select(Post).where(Post.role == role, Post.area_id == area.id)).first()


def within_reach(
    session: Session, over: Collection[Post], role: Role | None = None, page: int = 1
) -> tuple[Sequence[Post], int]:
    """One page of the posts in the areas of some posts and below, and how many there are."""
    reach = areas.within([post.area_id for post in over if post.area_id])
    query = select(Post).join(Post.area).where(Post.area_id.in_(select(reach.c.id)))
    if role:
        query = query.where(Post.role == role)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    query = query.options(contains_eager(Post.area))
    rows = query.order_by(Area.sort_key, Post.role, Post.id).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
    return session.scalars(rows).all(), total


def grants_of(session: Session, *post_ids: int) -> Sequence[Grant]:
    """Who holds, held or shall hold these posts, the latest first."""
    query = select(Grant).where(Grant.post_id.in_(post_ids)).order_by(Grant.starts_at.desc(), Grant.id.desc())
    people = (joinedload(Grant.user), joinedload(Grant.given_by), joinedload(Grant.confirmed_by))
    return session.scalars(query.options(*people, joinedload(Grant.closed_by))).all()


def open_grants(session: Session, user_id: int) -> Sequence[Grant]:
    """What a person holds or shall hold, confirmed or not."""
    query = select(Grant).where(Grant.user_id == user_id, ~_over(), or_(_confirmed(), _proposed()))
    return session.scalars(query.options(joinedload(Grant.post))).all()


def holders(session: Session, role: Role, area: Area) -> Sequence[User]:
    """The people who hold a post of this role now, for the area or one it lies in."""
    above = [area.id] if role in ONLY_THERE else [each.id for each in (area, *areas.ancestors(session, area))]
    held = select(Grant.user_id).join(Grant.post).where(_live(), Post.role == role, Post.area_id.in_(above))
    return session.scalars(select(User).where(User.id.in_(held)).order_by(User.id)).all()


def administrators_after(session: Session, ending: Grant) -> int:
    """How many other people hold a post of administrator now."""
    others = select(func.count(Grant.user_id.distinct())).join(Grant.post)
    wanted = others.where(_live(), Post.role == Role.ADMINISTRATOR, Grant.user_id != ending.user_id)
    return session.scalar(wanted) or 0


def duties(session: Session, post_id: int, done: bool = False, most: int = 100) -> Sequence[Duty]:
    """Open duties, the soonest due first; or those that were done, the latest first."""
    query = select(Duty).where(Duty.post_id == post_id)
    if done:
        query = query.where(Duty.done_at.is_not(None)).order_by(Duty.done_at.desc(), Duty.id.desc())
    else:
        query = query.where(Duty.done_at.is_(None)).order_by(Duty.due_on.is_(None), Duty.due_on, Duty.id)
    return session.scalars(query.limit(most)).all()


def handovers(session: Session, post_id: int) -> Sequence[Handover]:
    """The latest first."""
    people = (joinedload(Handover.made_by), joinedload(Handover.grant).joinedload(Grant.user))
    query = select(Handover).where(Handover.post_id == post_id).options(*people)
    return session.scalars(query.order_by(Handover.made_at.desc(), Handover.id.desc())).all()


def coming_to(session: Session, user_id: int) -> Sequence[Handover]:
    """Handovers to a person who has not said yet that they received them."""
    query = (
        select(Handover).join(Handover.grant).where(Grant.user_id == user_id, Handover.received_at.is_(None))
    )
    whole = query.where(Grant.closed_at.is_(None)).options(joinedload(Handover.post).joinedload(Post.area))
    return session.scalars(whole.order_by(Handover.id)).all()


def due(session: Session, post: Post) -> list[Matter]:
    """What posts themselves put on the desk of one: duties, grants to confirm, and ends that come near."""
    return [
        *(_duty(each) for each in duties(session, post.id, most=MOST_ON_A_DESK)),
        *(_to_confirm(each) for each in _waiting(session, _given_by_posts_like(post))),
        *(_ending(each) for each in _ending_soon(session, post)),
        *(_handed_over(each) for each in _not_received(session, post)),
        *(_done(each) for each in duties(session, post.id, done=True, most=5) if _is_late_enough(each)),
    ]


def _duty(duty: Duty) -> Matter:
    return Matter(
        Why.DUE, "%(title)s", "posts.show", {"post_id": duty.post_id}, {"title": duty.title}, duty.due_on
    )


def _done(duty: Duty) -> Matter:
    done_on = duty.done_at and dates.local_day(duty.done_at)
    return Matter(
        Why.CHANGED,
        N_("Done: %(title)s"),
        "posts.show",
        {"post_id": duty.post_id},
        {"title": duty.title},
        done_on,
    )


def _is_late_enough(duty: Duty) -> bool:
    return duty.done_at is not None and duty.done_at > clock.now() - LATELY


def _to_confirm(grant: Grant) -> Matter:
    until = dates.local_day(grant.given_at + CONFIRM_WITHIN)
    words = N_("Confirm a post, or refuse it: %(name)s")
    values, first_half = (
        {"name": grant.user.name},
        frozenset(filter(None, (grant.given_by_id, grant.user_id))),
    )
    return Matter(Why.DUE, words, "posts.grant", {"grant_id": grant.id}, values, until, first_half)


def _ending(grant: Grant) -> Matter:
    words = N_("The time of %(name)s in this post ends")
    day = dates.last_day(grant.ends_at)
    return Matter(Why.DUE, words, "posts.show", {"post_id": grant.post_id}, {"name": grant.user.name}, day)


def _handed_over(handover: Handover) -> Matter:
    words = N_("Handed over to %(name)s, who has not received it yet")
    values = {"name": handover.grant.user.name}
    return Matter(
        Why.WAITS,
        words,
        "handover.show",
        {"handover_id": handover.id},
        values,
        dates.local_day(handover.grant.starts_at),
    )


def _waiting(session: Session, where: ColumnElement[bool]) -> Sequence[Grant]:
    query = select(Grant).join(Grant.post).where(_proposed(), where).options(joinedload(Grant.user))
    return session.scalars(query.order_by(Grant.given_at, Grant.id).limit(MOST_ON_A_DESK)).all()


def _given_by_posts_like(post: Post) -> ColumnElement[bool]:
    """Posts that this one gives: of a lower kind, in its area or below."""
    given = [role for role, givers in GIVERS.items() if post.role in givers]
    reach = areas.within([post.area_id] if post.area_id else [])
    return and_(Post.role.in_(given), Post.area_id.in_(select(reach.c.id)))


def _ending_soon(session: Session, post: Post) -> Sequence[Grant]:
    """Of this very post, where nobody is to come after."""
    soon = select(Grant).where(Grant.post_id == post.id, _live(), Grant.ends_at <= clock.now() + ENDS_SOON)
    return session.scalars(soon.options(joinedload(Grant.user)).order_by(Grant.ends_at)).all()


def _not_received(session: Session, post: Post) -> Sequence[Handover]:
    query = select(Handover).join(Handover.grant).where(Handover.post_id == post.id)
    whole = query.where(Handover.received_at.is_(None), Grant.closed_at.is_(None))
    return session.scalars(whole.options(joinedload(Handover.grant).joinedload(Grant.user))).all()


def _confirmed() -> ColumnElement[bool]:
    return Grant.confirmed_at.is_not(None)


def _over() -> ColumnElement[bool]:
    now = clock.now()
    return or_(Grant.ends_at <= now, and_(Grant.closed_at.is_not(None), Grant.closed_at <= now))


def _live() -> ColumnElement[bool]:
    return and_(_confirmed(), Grant.starts_at <= clock.now(), ~_over())


def _proposed() -> ColumnElement[bool]:
    waits = and_(Grant.confirmed_at.is_(None), Grant.closed_at.is_(None))
    return and_(waits, Grant.given_at > clock.now() - CONFIRM_WITHIN)
