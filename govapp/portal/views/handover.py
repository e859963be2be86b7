"""Handing a post over: what is open is left to the successor, on a page and in a document."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user

from govapp.accounts.actions import handover as actions
from govapp.accounts.forms.posts import HandOverForm
from govapp.accounts.models.posts import Handover, Post
from govapp.accounts.rules import posts as rules
from govapp.accounts.views.posts import form_terms
from govapp.accounts.wording import STANDINGS, post_name
from govapp.core import documents, language, matters
from govapp.core.db import fetch
from govapp.core.errors import Refused
from govapp.core.language import gettext as _
from govapp.core.matters import Matter, Why
from govapp.core.web import guarded, one, page, proved, session
from govapp.portal.queries import on_desk
from govapp.portal.views.desk import state_of

bp = Blueprint("handover", __name__)


@bp.route("/posts/<int:post_id>/hand-over", methods=["GET", "POST"])
@guarded(rules.may_work_at, one(Post))
@proved
def make(post_id: int) -> Any:
    post = fetch(session(), Post, post_id)
    due = [each for each in on_desk(session(), post) if each.why is not Why.CHANGED]
    form = HandOverForm()
    form.propose_days()
    if form.sent():
        terms = form_terms(form)
        left = [_left(matter) for matter in matters.in_order(due)]
        try:
            made = actions.hand_over(session(), current_user, post_id, terms, form.words.data or "", left)
        except Refused as refused:
            form.form_errors.append(_(refused.message) % refused.values)
        else:
            flash(_("Handed over. It counts when a second person has confirmed your successor."), "good")
            return redirect(url_for(".show", handover_id=made.id), 303)
    return page(
        "portal/hand_over.html",
        form=form,
        post=post,
        name=post_name(post),
        matters=matters.in_order(due),
        state_of=state_of,
        status=422 if form.errors else 200,
    )


@bp.get("/handovers/<int:handover_id>")
@guarded(rules.may_see_handover, one(Handover))
def show(handover_id: int) -> Any:
    return page("portal/handover.html", **_page(handover_id))


@bp.get("/handovers/<int:handover_id>/document")
@guarded(rules.may_see_handover, one(Handover))
def document(handover_id: int) -> Any:
    """To be signed by both: an official document, so in Thai whoever reads it."""
    handover = fetch(session(), Handover, handover_id)
    with language.use("th"):
        name = post_name(handover.post)
        return documents.respond(
            "portal/handover_document.html",
            f"{_('Handover: %(post)s', post=name)}.pdf",
            made_at=handover.made_at,
            handover=handover,
            name=name,
        )


@bp.post("/handovers/<int:handover_id>/receive")
@guarded(rules.may_receive, one(Handover))
def receive(handover_id: int) -> Any:
    actions.receive(session(), current_user, handover_id)
    flash(_("Received. Everything that belongs to the post is on your desk."), "good")
    return redirect(url_for("desk.show"), 303)


def _page(handover_id: int) -> dict[str, Any]:
    handover = fetch(session(), Handover, handover_id)
    is_live = rules.standing(handover.grant) is rules.Standing.LIVE
    return {
        "handover": handover,
        "name": post_name(handover.post),
        "standing": STANDINGS[rules.standing(handover.grant)],
        "may_receive": is_live and not handover.received_at and rules.may_receive(current_user, handover),
        "may_see_post": rules.may_see_post(current_user, handover.post),
    }


def _left(matter: Matter) -> dict[str, str]:
    """The matter as it stands now, in the words of this moment."""
    return {
        "words": _(matter.words) % matter.values,
        "day": matter.day.isoformat() if matter.day else "",
        "path": url_for(matter.endpoint, **matter.parts),
    }
