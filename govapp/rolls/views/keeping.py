"""A roll for its keeper: how many stand on it, where from, and what waits."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from govapp.accounts.wording import post_name
from govapp.core.db import fetch
from govapp.core.errors import NotNow
from govapp.core.forms import Form
from govapp.core.language import gettext as _
from govapp.core.web import guarded, one, page, session
from govapp.rolls import actions, queries, rules, wording
from govapp.rolls.forms import RollForm
from govapp.rolls.models import Roll, RollStatus, Standing
from govapp.rolls.queries import claims, codes, doubles, imports

bp = Blueprint("roll_keeping", __name__, url_prefix="/staff/rolls")


@bp.get("")
@guarded(rules.may_make)
def index() -> Any:
    mine = queries.of_posts(session(), [post.id for post in rules.posts_to_keep(current_user)])
    return page("rolls/keeping_index.html", rolls=mine, statuses=wording.STATUSES)


@bp.route("/new", methods=["GET", "POST"])
@guarded(rules.may_make)
def new() -> Any:
    form, posts = RollForm(), {post.id: post for post in rules.posts_to_keep(current_user)}
    form.post.choices = [SelectChoice(post.id, post_name(post)) for post in posts.values()]
    if form.sent():
        post = posts[form.post.data]
        assert post.area is not None
        roll = actions.make(session(), current_user, post, post.area, form.plan)
        flash(_("The roll is made. Next: bring its people in."), "good")
        return redirect(url_for(".show", roll_id=roll.id), 303)
    return page("rolls/new.html", form=form, status=422 if form.errors else 200)


@bp.get("/<int:roll_id>")
@guarded(rules.may_see, one(Roll))
def show(roll_id: int) -> Any:
    roll = queries.whole(session(), roll_id)
    assert roll is not None
    return page(
        "rolls/keeping.html",
        roll=roll,
        counts=queries.counts(session(), roll.id),
        standings=_standings(roll),
        imports=imports.of_roll(session(), roll.id),
        stages=wording.STAGES,
        statuses=wording.STATUSES,
        waiting=claims.waiting(session(), roll.id),
        doubles=doubles.count(session(), roll.id),
        codes=codes.living(session(), roll.id),
        lacking=codes.lacking(session(), roll.id),
        may_keep=rules.may_keep(current_user, roll),
        is_open=rules.is_open(roll),
        is_erased=roll.status is RollStatus.ERASED,
        may_reopen=rules.may_reopen(roll),
        may_take_over=rules.may_take_over(roll),
        is_stopped=rules.is_stopped(roll),
        is_of_vote=rules.is_of_vote(roll),
    )


@bp.post("/<int:roll_id>/announce")
@guarded(rules.may_keep, one(Roll))
def announce(roll_id: int) -> Any:
    if Form().sent():
        actions.announce_by_hand(session(), current_user, roll_id)
        flash(_("Announced: everybody can ask whether they are on the roll."), "good")
    return redirect(url_for(".show", roll_id=roll_id), 303)


@bp.route("/<int:roll_id>/reopen", methods=["GET", "POST"])
@guarded(rules.may_keep, one(Roll))
def reopen(roll_id: int) -> Any:
    roll = fetch(session(), Roll, roll_id)
    if not rules.may_reopen(roll):
        raise NotNow(actions.OPENED)
    if Form().sent():
        actions.reopen(session(), current_user, roll.id)
        flash(_("The roll can be corrected again. Freeze it anew before a ballot box is opened."), "good")
        return redirect(url_for(".show", roll_id=roll.id), 303)
    return page("rolls/reopen.html", roll=roll)


@bp.route("/<int:roll_id>/take-over", methods=["GET", "POST"])
@guarded(rules.may_keep, one(Roll))
def take_over(roll_id: int) -> Any:
    roll = fetch(session(), Roll, roll_id)
    if not rules.may_take_over(roll):
        raise NotNow(actions.NOT_STOPPED)
    if Form().sent():
        actions.take_over(session(), current_user, roll.id)
        flash(_("The roll is taken over. Correct it if need be, and make new codes for letters."), "good")
        return redirect(url_for(".show", roll_id=roll.id), 303)
    return page("rolls/take_over.html", roll=roll)


def _standings(roll: Roll) -> dict[str, int]:
    """In words, how many people stand where; who is too young for the vote apart from who votes."""
    found = {wording.STANDINGS[each]: n for each, n in queries.standings(session(), roll.id).items()}
    if young := queries.too_young(session(), roll.id):
        found[wording.STANDINGS[Standing.ON]] -= young
        found[wording.TOO_YOUNG] = young
    return found
