"""Posts, who gives them, and how far their power reaches. The next floors ask here."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from govapp.accounts.models.posts import Grant, Handover, Post, Role
from govapp.areas.models import Area, AreaKind
from govapp.areas.rules import LOCAL_AUTHORITIES, WITH_BUDGETS, lineage
from govapp.core import clock

FITTING: Mapping[Role, tuple[AreaKind, ...]] = {  # in what kind of area there can be such a post
    Role.ADMINISTRATOR: (AreaKind.COUNTRY,),
    Role.SECRETARY: (AreaKind.PROVINCE,),  # Bangkok has no provincial committee
    Role.OFFICER: (AreaKind.DISTRICT, *LOCAL_AUTHORITIES),
    Role.KEY_HOLDER: WITH_BUDGETS,
    Role.AUDITOR: (AreaKind.COUNTRY, *WITH_BUDGETS),
}
GIVERS: Mapping[Role, tuple[Role, ...]] = {  # whose word it takes, of two different people
    Role.ADMINISTRATOR: (Role.ADMINISTRATOR,),
    Role.SECRETARY: (Role.ADMINISTRATOR,),
    Role.OFFICER: (Role.ADMINISTRATOR, Role.SECRETARY),
    Role.KEY_HOLDER: (Role.ADMINISTRATOR, Role.SECRETARY),
    Role.AUDITOR: (Role.ADMINISTRATOR,),
}
ONLY_THERE = (Role.KEY_HOLDER,)  # a key opens the box of its own area, and none of an area below it
APART = {Role.AUDITOR: frozenset(Role) - {Role.AUDITOR}}  # nobody audits their own work
CONFIRM_WITHIN = timedelta(days=30)
LONGEST_GRANT = timedelta(days=4 * 366)
SERVER_GRANT = timedelta(days=2 * 365)  # of administrators made on the server
FEWEST_ADMINISTRATORS = 2  # below it nobody could be given a post any more


class Standing(StrEnum):
    """Where a grant stands now."""

    PROPOSED = "proposed"
    LAPSED = "lapsed"  # nobody confirmed it in time
    REFUSED = "refused"
    COMING = "coming"
    LIVE = "live"
    ENDED = "ended"


def standing(grant: Grant) -> Standing:
    """Grants begin and end by the clock alone."""
    now = clock.now()
    if grant.confirmed_at is None:
        if grant.closed_at:
            return Standing.REFUSED
        return Standing.PROPOSED if now < grant.given_at + CONFIRM_WITHIN else Standing.LAPSED
    if grant.ends_at <= now or (grant.closed_at and grant.closed_at <= now):
        return Standing.ENDED
    return Standing.LIVE if grant.starts_at <= now else Standing.COMING


def posts_of(actor: Any) -> list[Post]:
    """The posts whose power a person who is signed in has now; an anonymous visitor has none."""
    return [] if getattr(actor, "powers_rest", False) else held_by(actor)


def held_by(actor: Any) -> list[Post]:
    """The posts a person holds now, also where their powers rest in this sign-in."""
    return [grant.post for grant in getattr(actor, "grants", ()) if standing(grant) is Standing.LIVE]


def is_staff(actor: Any) -> bool:
    """Whether they hold any post now, also where its powers rest in this sign-in."""
    return bool(held_by(actor))


def holds(actor: Any, *roles: Role, area: Area | None = None) -> bool:
    """Whether a person holds a post of one of these roles now: anywhere, or in the area or one above it."""
    return any(post.role in roles and (area is None or covers(post, area)) for post in posts_of(actor))


def covers(post: Post, area: Area) -> bool:
    """Whether the post's power reaches the area: its own and those below, but see ONLY_THERE."""
    reach: Iterable[Area] = (area,) if post.role in ONLY_THERE else lineage(area)
    return any(post.area_id == each.id for each in reach)


def may_see_posts(actor: Any) -> bool:
    """The list of posts, as far as one's own reach."""
    return holds(actor, Role.ADMINISTRATOR, Role.SECRETARY, Role.AUDITOR)


def may_see_post(actor: Any, post: Post) -> bool:
    """Its holders see a post; so do those who give it, and auditors over it."""
    return any(mine.id == post.id for mine in posts_of(actor)) or (
        post.area is not None and holds(actor, Role.AUDITOR, *GIVERS[post.role], area=post.area)
    )


def may_give_posts(actor: Any) -> bool:
    """Some post or other."""
    return holds(actor, *{role for roles in GIVERS.values() for role in roles})


def may_give(actor: Any, role: Role, area: Area) -> bool:
    return holds(actor, *GIVERS[role], area=area)


def may_see_grant(actor: Any, grant: Grant) -> bool:
    return grant.user_id == actor.id or may_see_post(actor, grant.post)


def may_confirm(actor: Any, grant: Grant) -> bool:
    """Another one who gives such posts; never the giver, and never the person who gets it."""
    area = grant.post.area
    is_third = actor.id not in (grant.user_id, grant.given_by_id)
    return is_third and area is not None and may_give(actor, grant.post.role, area)


def may_refuse(actor: Any, grant: Grant) -> bool:
    """Who could confirm it, or takes back what they proposed, or does not want the post."""
    return actor.id in (grant.user_id, grant.given_by_id) or may_confirm(actor, grant)


def may_end(actor: Any, grant: Grant) -> bool:
    """Before its time: who gives such posts, or resigns. One person's word is enough to take power away."""
    area = grant.post.area
    return grant.user_id == actor.id or (area is not None and may_give(actor, grant.post.role, area))


def may_work_at(actor: Any, post: Post) -> bool:
    """What belongs to a post is done, and handed over, by whoever holds just this post now."""
    return any(mine.id == post.id for mine in posts_of(actor))


def may_see_handover(actor: Any, handover: Handover) -> bool:
    """Also the successor whose time has not begun."""
    return actor.id in (handover.made_by_id, handover.grant.user_id) or may_see_post(actor, handover.post)


def may_receive(actor: Any, handover: Handover) -> bool:
    """The successor."""
    return bool(actor.id == handover.grant.user_id)


def are_apart(roles: Iterable[Role], role: Role) -> bool:
    """Whether somebody with these roles may not have that one besides."""
    return any(role in APART.get(mine, ()) or mine in APART.get(role, ()) for mine in roles)
