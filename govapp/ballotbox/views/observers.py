"""For observers (ผู้สังเกตการณ์): the feed, letters with every checkpoint, and how to compare them."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user

from govapp.ballotbox import rules
from govapp.ballotbox.actions import observers as actions
from govapp.ballotbox.queries import log, observers
from govapp.ballotbox.views.public import address, configuration, seen
from govapp.core.language import gettext as _
from govapp.core.web import looking, page, public, session, signed_in

bp = Blueprint("box_observers", __name__, url_prefix="/boxes/<int:box_id>")


@bp.get("/observe")
@public
def show(box_id: int) -> Any:
    box = seen(box_id)
    is_known = current_user.is_authenticated
    return page(
        "ballotbox/observe.html",
        box=box,
        newest=next(iter(log.checkpoints(looking(), box_id, most=1)), None),
        feed=address("box_downloads.feed", box_id=box_id),
        log_key=configuration(box).get("log_key", ""),
        may_follow=rules.may_follow(box),
        follows=is_known and observers.is_one(looking(), box_id, current_user.id),
    )


@bp.post("/follow")
@signed_in
def follow(box_id: int) -> Any:
    actions.follow(session(), current_user, seen(box_id).id)
    flash(_("From now on you get every checkpoint of this box."), "good")
    return redirect(url_for(".show", box_id=box_id), 303)


@bp.post("/unfollow")
@signed_in
def unfollow(box_id: int) -> Any:
    actions.unfollow(session(), current_user, seen(box_id).id)
    flash(_("You get no more checkpoints of this box."), "good")
    return redirect(url_for(".show", box_id=box_id), 303)
