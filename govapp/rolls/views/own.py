"""‘Am I on the roll?’, for oneself alone: nothing is written about who asks, and nothing told of others."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from govapp.accounts.forms.access import AccessCodeForm
from govapp.accounts.rules.sign_in import network
from govapp.core.db import fetch
from govapp.core.errors import Missing, NotNow
from govapp.core.language import gettext as _
from govapp.core.pace import Pace
from govapp.core.web import guarded, page, public, quiet, session
from govapp.rolls import queries, rules, wording
from govapp.rolls.actions import claims
from govapp.rolls.actions.claims import Said
from govapp.rolls.actions.codes import Keys
from govapp.rolls.forms import ClaimForm
from govapp.rolls.models import Roll, RollEntry, RollStatus, Standing
from govapp.rolls.models.claims import Wish
from govapp.rolls.queries import claims as claim_queries
from govapp.rolls.queries import doubles

bp = Blueprint("rolls", __name__)
CODES = Pace(rules.CODES_A_MINUTE)


@bp.get("/rolls")
@public
def index() -> Any:
    return page("rolls/index.html", rolls=queries.to_look_at(session()))


@bp.route("/rolls/<int:roll_id>", methods=["GET", "POST"])
@public
@quiet
def show(roll_id: int) -> Any:
    """What is public of a roll; and where one stands oneself, by account or by the code of a letter."""
    roll = queries.whole(session(), roll_id)
    if roll is None or not rules.may_look(current_user, roll):
        raise Missing
    form, entry, by_code = AccessCodeForm(), None, False
    if form.sent():
        CODES.count(network(request.remote_addr or ""))
        entry = queries.entry_of_code(session(), roll.id, form.code.data, code_keys().hashing)
        by_code = entry is not None
        if entry is None:
            form.code.errors = [_(wording.NO_SUCH_CODE)]
    elif current_user.is_authenticated:
        entry = queries.entry_of_account(session(), roll.id, current_user.id)
    form.code.data = ""
    return page(
        "rolls/show.html",
        roll=roll,
        form=form,
        told=_told(roll, entry) if entry or current_user.is_authenticated else "",
        is_on=entry is not None and rules.may_vote(entry),
        entry=entry,
        by_code=by_code,
        took_part=queries.took_part(session(), roll, entry.id) if entry and roll.box_id else None,
        counts=roll.voters or {},
        is_erased=roll.status is RollStatus.ERASED,
        may_claim=rules.may_claim(current_user, roll),
        claims=claim_queries.own(session(), roll.id, current_user.id)
        if current_user.is_authenticated
        else (),
        wishes=wording.WISHES,
        status=422 if form.errors else 200,
    )


def announced(session: Session, roll_id: int) -> Roll:
    """The roll, where everybody may know that it is there; raises Missing."""
    roll = fetch(session, Roll, roll_id)
    if not roll.is_announced:
        raise Missing
    return roll


announced.model = Roll  # type: ignore[attr-defined]  # for the list of pages


@bp.route("/rolls/<int:roll_id>/claim", methods=["GET", "POST"])
@guarded(rules.may_claim, announced)
def claim(roll_id: int) -> Any:
    roll, form = fetch(session(), Roll, roll_id), ClaimForm()
    form.begin(queries.entry_of_account(session(), roll.id, current_user.id) is None)
    if form.sent():
        said = Said(
            Wish(form.wish.data),
            form.words.data,
            form.district.data or "",
            form.evidence.data,
            form.form_token.data,
        )
        try:
            claims.claim(session(), current_user, roll.id, said)
        except NotNow as refused:
            session().rollback()
            form.wish.errors = [_(refused.message)]
        else:
            flash(_("Sent. You get a letter once it is decided, and it stands on this page."), "good")
            return redirect(url_for(".show", roll_id=roll.id), 303)
    return page("rolls/claim.html", roll=roll, form=form, status=422 if form.errors else 200)


def code_keys() -> Keys:
    return Keys.of(str(current_app.secret_key))


def _told(roll: Roll, entry: RollEntry | None) -> str:
    if entry is not None:
        is_struck = entry.standing is Standing.STRUCK
        return wording.told(entry, is_struck and doubles.was_struck_as_one(session(), entry.id))
    return f"{_(wording.NOT_ON_ROLL)} {wording.remedy(roll)}"
