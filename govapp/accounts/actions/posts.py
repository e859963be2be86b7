"""Giving posts, by two people, and ending them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from govapp.accounts.events.posts import GrantConfirmed, GrantEnded, GrantProposed, GrantRefused
from govapp.accounts.models import User
from govapp.accounts.models.posts import Grant, Post, Role
from govapp.accounts.queries import people, posts
from govapp.accounts.rules import posts as rules
from govapp.accounts.rules.posts import Standing
from govapp.areas.models import Area
from govapp.core import clock, dates
from govapp.core.audit import record
from govapp.core.db import add_or_find, fetch
from govapp.core.errors import Missing, NotNow, Unreadable, require
from govapp.core.files.keeping import keep
from govapp.core.files.kinds import Upload
from govapp.core.language import N_


@dataclass(frozen=True)
class Terms:
    """Who shall hold a post, and for how long.

    first, last  the first and the last day, in Bangkok
    document     the order or letter it rests on, and a copy of it, if there is one
    """

    email: str
    first: date
    last: date
    document: str
    copy: Upload | None = None


def open_post(session: Session, role: Role, area: Area) -> Post:
    """The post of this role in the area; raises Unreadable where there can be none."""
    if area.kind not in rules.FITTING[role]:
        raise Unreadable(N_("There is no such post in an area of this kind."))
    new = Post(role=role, area_id=area.id)
    return posts.post(session, role, area) or add_or_find(
        session, new, lambda: posts.post(session, role, area)
    )


def propose(session: Session, actor: User, role: Role, area: Area, terms: Terms) -> Grant:
    """Give a person a post, by the first of two people. Raises Denied, Missing, Unreadable or NotNow."""
    require(rules.may_give(actor, role, area), N_("You do not give posts of this kind in this area."))
    return give(session, actor, open_post(session, role, area), terms)


def give(session: Session, actor: User, post: Post, terms: Terms) -> Grant:
    """Write down that the actor gives the post; whether they may was asked before."""
    fetch(session, Post, post.id, lock=True)
    user = people.by_email(session, terms.email)
    if user is None or user.verified_at is None:
        raise Missing(
            N_("There is no account with the address %(email)s. Ask the person to open one first."),
            email=terms.email,
        )
    starts_at, ends_at = _span(terms.first, terms.last)
    _check(session, actor, user, post, ends_at)
    grant = Grant(post_id=post.id, user_id=user.id, starts_at=starts_at, ends_at=ends_at)
    grant.document, grant.given_by_id = terms.document, actor.id
    if terms.copy:
        grant.document_file, grant.document_name = keep(session, terms.copy), terms.copy.name
    session.add(grant)
    session.flush()
    record(session, actor.id, GrantProposed(grant.id, post.id, user.id))
    return grant


def give_on_server(session: Session, user: User, role: Role, area: Area) -> None:
    """For `govapp admin create`: whoever works on the server needs no second person."""
    post = open_post(session, role, area)
    if any(grant.post_id == post.id and grant.confirmed_at for grant in posts.open_grants(session, user.id)):
        return
    now = clock.now()
    grant = Grant(post_id=post.id, user_id=user.id, starts_at=now, ends_at=now + rules.SERVER_GRANT)
    grant.document, grant.confirmed_at = "govapp admin create", now
    session.add(grant)
    session.flush()
    record(session, None, GrantConfirmed(grant.id, post.id, user.id))


def confirm(session: Session, actor: User, grant_id: int) -> Grant:
    """Say, as the second of two people, that the post is given. Raises Denied or NotNow."""
    grant = fetch(session, Grant, grant_id, lock=True)
    require(rules.may_confirm(actor, grant), N_("Another person who gives such posts confirms it."))
    _require_standing(grant, Standing.PROPOSED)
    if grant.ends_at <= clock.now():
        raise NotNow(N_("Its last day is over. Refuse it, and give the post anew."))
    _check_apart(session, grant.user, grant.post)
    grant.confirmed_by_id, grant.confirmed_at = actor.id, clock.now()
    record(session, actor.id, GrantConfirmed(grant.id, grant.post_id, grant.user_id))
    return grant


def refuse(session: Session, actor: User, grant_id: int, reason: str) -> Grant:
    """End a proposal that nobody confirmed, with a reason. Raises Denied or NotNow."""
    grant = fetch(session, Grant, grant_id, lock=True)
    require(rules.may_refuse(actor, grant))
    _require_standing(grant, Standing.PROPOSED)
    _close(grant, actor, reason)
    record(session, actor.id, GrantRefused(grant.id, grant.post_id, grant.user_id))
    return grant


def end(session: Session, actor: User, grant_id: int, reason: str) -> Grant:
    """End a grant before its time, with a reason. Raises Denied, or NotNow where too few would be left."""
    grant = fetch(session, Grant, grant_id, lock=True)
    require(rules.may_end(actor, grant))
    _require_standing(grant, Standing.LIVE, Standing.COMING)
    is_administrator = grant.post.role is Role.ADMINISTRATOR and rules.standing(grant) is Standing.LIVE
    if is_administrator:
        fetch(session, Post, grant.post_id, lock=True)
        if posts.administrators_after(session, grant) < rules.FEWEST_ADMINISTRATORS:
            raise NotNow(
                N_("At least %(count)s administrators must stay. Give the post to another person first."),
                count=rules.FEWEST_ADMINISTRATORS,
            )
    _close(grant, actor, reason)
    record(session, actor.id, GrantEnded(grant.id, grant.post_id, grant.user_id))
    return grant


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    midnight = datetime.min.time()
    starts_at = dates.from_local(first, midnight)
    ends_at = dates.from_local(last + timedelta(days=1), midnight)
    if ends_at <= starts_at:
        raise Unreadable(N_("The last day must not be before the first."))
    if ends_at - starts_at > rules.LONGEST_GRANT:
        raise Unreadable(N_("A post is given for four years at most. Choose an earlier last day."))
    if ends_at <= clock.now():
        raise Unreadable(N_("The last day is over already. Choose a later one."))
    return starts_at, ends_at


def _check(session: Session, actor: User, user: User, post: Post, ends_at: datetime) -> None:
    if user.id == actor.id:
        raise Unreadable(N_("Nobody gives a post to themselves. Ask another person who gives such posts."))
    for grant in posts.open_grants(session, user.id):
        if grant.post_id == post.id and (not grant.confirmed_at or grant.ends_at >= ends_at):
            raise NotNow(N_("This person holds the post already, or waits to be confirmed in it."))
    _check_apart(session, user, post)


def _check_apart(session: Session, user: User, post: Post) -> None:
    others = [grant.post.role for grant in posts.open_grants(session, user.id) if grant.post_id != post.id]
    if rules.are_apart(others, post.role):
        raise NotNow(N_("An auditor holds no other post, since nobody audits their own work."))


def _require_standing(grant: Grant, *wanted: Standing) -> None:
    if rules.standing(grant) not in wanted:
        raise NotNow(
            N_("Somebody dealt with this before you, or its time is over. Look at its present state.")
        )


def _close(grant: Grant, actor: User, reason: str) -> None:
    grant.closed_by_id, grant.closed_at, grant.closing_reason = actor.id, clock.now(), reason
