"""The desk (โต๊ะงาน): what is due, what waits for others, what changed, for each post a person holds."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, url_for
from flask_login import current_user

from govapp.accounts.models.posts import Post, Role
from govapp.accounts.queries import posts
from govapp.accounts.rules.posts import Standing, is_staff, may_see_posts, posts_of, standing
from govapp.accounts.wording import STANDINGS, post_name
from govapp.ballotbox import queries as boxes
from govapp.core import clock, dates, matters
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.matters import Matter, Why
from govapp.core.web import page, session, signed_in
from govapp.notifications import queries as notifications
from govapp.portal.queries import on_desk
from govapp.portal.rules import audits_areas_only

bp = Blueprint("desk", __name__)

DEEDS = {  # what the holder of a post can begin from the desk: label, page
    Role.ADMINISTRATOR: (
        (N_("Give a post"), "posts.give"),
        (N_("Bring an election in"), "staff_rounds.import_file"),
        (N_("All letters of this site"), "staff_letters.index"),
    ),
    Role.SECRETARY: (
        (N_("Give a post"), "posts.give"),
        (N_("Register a person"), "people.index"),
        (N_("Rolls of voters"), "roll_keeping.index"),
    ),
    Role.OFFICER: (
        (N_("Plan a budget round"), "edition_plan.mine"),
        (N_("Register a person"), "people.index"),
        (N_("Rolls of voters"), "roll_keeping.index"),
    ),
    Role.AUDITOR: (
        (N_("Check ballot boxes"), "boxes.index"),
        (N_("Read the log"), "audit.index"),
        (N_("Whether the log is whole"), "audit.chain"),
    ),
}


@dataclass(frozen=True)
class PostDesk:
    """One post of the person, with its matters under three headings."""

    post: Post
    name: str
    due: list[Matter]
    waits: list[Matter]
    changed: list[Matter]


@bp.get("/desk")
@signed_in
def show() -> Any:
    held = posts_of(current_user)
    return page(
        "portal/desk.html",
        desks=[_desk(post) for post in held],
        deeds=_deeds(held),
        rests=current_user.powers_rest and is_staff(current_user),
        sees_posts=may_see_posts(current_user),
        audits_areas_only=audits_areas_only(current_user),
        coming=posts.coming_to(session(), current_user.id),
        grants=[
            grant for grant in current_user.grants if standing(grant) in (Standing.PROPOSED, Standing.COMING)
        ],
        has_boxes=boxes.has_part(session(), current_user.id, [post.id for post in held]),
        notices=notifications.inbox(session(), current_user.id)[0][:5],
        today=dates.local_day(clock.now()),
        state_of=state_of,
        standings=STANDINGS,
        standing=standing,
        post_name=post_name,
    )


def state_of(matter: Matter) -> tuple[str, str]:
    """How urgent it is, in a word, and the kind of its tag."""
    if matter.day is None:
        return _("No day set"), "todo"
    days = (matter.day - dates.local_day(clock.now())).days
    if days < 0:
        return _("Late"), "bad"
    return (_("Soon"), "now") if days <= 7 else (_("Later"), "todo")


def _desk(post: Post) -> PostDesk:
    found = on_desk(session(), post)
    headings = (matters.of(found, why, current_user.id) for why in (Why.DUE, Why.WAITS, Why.CHANGED))
    return PostDesk(post, post_name(post), *headings)


def _deeds(held: list[Post]) -> list[dict[str, str]]:
    deeds = dict.fromkeys(deed for post in held for deed in DEEDS.get(post.role, ()))
    return [{"label": _(label), "url": url_for(endpoint)} for label, endpoint in deeds if _is_open(endpoint)]


def _is_open(endpoint: str) -> bool:
    """Whether the door of the page lets this person in."""
    view: Any = current_app.view_functions[endpoint]
    return view.door == "public" or bool(view.rule(current_user))
