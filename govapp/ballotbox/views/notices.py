"""Emergency notices to the voters of an open box: one person asks, another confirms."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from govapp.ballotbox import queries, rules
from govapp.ballotbox.actions import notices
from govapp.ballotbox.forms.keys import ANNOUNCEMENT, DeedForm, NoticeForm
from govapp.ballotbox.models import Status
from govapp.ballotbox.models.log import BoxNotice
from govapp.ballotbox.views.steps import box_of
from govapp.core.db import fetch
from govapp.core.errors import Missing, NotNow
from govapp.core.language import gettext as _
from govapp.core.web import guarded, looking, page, proved, session

bp = Blueprint("box_notices", __name__)


def notice_of(session: Session, box_id: int, notice_id: int) -> BoxNotice:
    """The notice, when it belongs to the box of the address; raises Missing."""
    found = fetch(session, BoxNotice, notice_id)
    if found.box_id != box_id:
        raise Missing
    return found


notice_of.model = BoxNotice  # type: ignore[attr-defined]


@bp.route("/boxes/<int:box_id>/notices/new", methods=["GET", "POST"])
@guarded(rules.may_run, box_of)
@proved
def ask(box_id: int) -> Any:
    box = box_of(looking(), box_id)
    if box.status is not Status.OPEN or box.is_room:
        raise NotNow(notices.NO_LOG if box.is_room else notices.NOT_OPEN)
    form = NoticeForm(notices.items(looking(), box), {})
    if form.sent():
        item = form.item.data if form.item.data != ANNOUNCEMENT else None
        notices.ask(session(), current_user, box_id, form.reason.data, item)
        flash(_("Written down. Voters see it once a second person has confirmed it."), "good")
        return redirect(url_for("running.show", box_id=box_id), 303)
    return page("ballotbox/run_notice.html", box=box, form=form, status=422 if form.errors else 200)


@bp.route("/boxes/<int:box_id>/notices/<int:notice_id>", methods=["GET", "POST"])
@guarded(rules.may_confirm_notice, notice_of)
@proved
def confirm(box_id: int, notice_id: int) -> Any:
    if DeedForm().sent():
        notices.publish(session(), current_app.extensions["keys"], current_user, notice_id)
        flash(_("Published: every voter sees it from now on."), "good")
        return redirect(url_for("running.show", box_id=box_id), 303)
    notice = notice_of(session(), box_id, notice_id)
    return page(
        "ballotbox/run_notice_confirm.html",
        box=notice.box,
        asked=notice,
        names=queries.names(session(), notice.asked_by_id),
    )
