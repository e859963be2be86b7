"""The trail of a roll: claims that wait, and what was done by hand and why."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user

from govapp.core.db import fetch
from govapp.core.errors import NotNow, Refused
from govapp.core.files.sending import send
from govapp.core.language import gettext as _
from govapp.core.names import Name
from govapp.core.web import guarded, one, page, page_number, session
from govapp.rolls import queries, rules, wording
from govapp.rolls.actions import claims as actions
from govapp.rolls.forms import DecideForm
from govapp.rolls.models import Roll, RollEntry
from govapp.rolls.models.claims import RollClaim, Wish
from govapp.rolls.queries import claims, doubles

bp = Blueprint("roll_claims", __name__, url_prefix="/staff/rolls")


def may_see_claim(actor: Any, claim: RollClaim) -> bool:
    return rules.may_keep(actor, claim.roll)


@bp.get("/<int:roll_id>/claims")
@guarded(rules.may_keep, one(Roll))
def index(roll_id: int) -> Any:
    roll, number = fetch(session(), Roll, roll_id), page_number()
    rows, total = claims.of_roll(session(), roll.id, number)
    return page(
        "rolls/claims.html",
        roll=roll,
        claims=rows,
        asked=wording.asked,
        outcome=wording.outcome,
        number=number,
        pages=-(-total // claims.PAGE_ROWS),
    )


@bp.route("/claims/<int:claim_id>", methods=["GET", "POST"])
@guarded(may_see_claim, one(RollClaim))
def show(claim_id: int) -> Any:
    claim, form = fetch(session(), RollClaim, claim_id), DecideForm()
    moves = claim.wish in (Wish.ADD, Wish.MOVE)
    entry = claim.entry or (
        queries.entry_of_account(session(), claim.roll_id, claim.user_id) if claim.user_id and moves else None
    )
    like = _like(claim) if claim.decided_at is None and moves and entry is None else ()
    form.choose([(each.id, wording.number_of(each)) for each in like])
    if not form.is_submitted():
        form.district.data = claim.district
    if form.sent():
        try:
            accepted, district = form.accepted.data == "yes", form.district.data or ""
            listed_id = form.listed.data if "listed" in form else 0
            actions.decide(session(), current_user, claim.id, accepted, form.why.data, district, listed_id)
            flash(_("Decided. The person gets a letter, and reads it on the page of the roll."), "good")
            return redirect(_next(claim), 303)
        except Refused as refused:
            session().rollback()
            form.accepted.errors = [_(refused.message)]
    return page(
        "rolls/claim_show.html",
        claim=claim,
        roll=claim.roll,
        entry=entry,
        stated_elsewhere=not entry and claim.user_id and _has_entry(claim.roll_id, claim.user_id),
        form=form,
        moves=moves,
        asked=wording.asked(claim),
        outcome=wording.outcome(claim),
        like=[(each, wording.number_of(each)) for each in like],
        stands=wording.stands,
        may_vote=rules.may_vote,
        may_decide=rules.may_decide(current_user, claim),
        status=422 if form.errors else 200,
    )


@bp.get("/claims/<int:claim_id>/evidence")
@guarded(may_see_claim, one(RollClaim))
def evidence(claim_id: int) -> Any:
    claim = fetch(session(), RollClaim, claim_id)
    if claim.evidence is None:
        raise NotNow(_("There is no document with this claim."))
    return send(claim.evidence, claim.evidence_name)


def _next(claim: RollClaim) -> str:
    """The other claims; or the entry, where its person perhaps stands on the roll twice."""
    if claim.accepted and claim.entry and doubles.of_entry(session(), claim.entry):
        return url_for("roll_people.show", listed_id=claim.entry.id)
    return url_for(".index", roll_id=claim.roll_id)


def _like(claim: RollClaim) -> Sequence[RollEntry]:
    """Who on the roll is perhaps the person who asks to be added."""
    if claim.user is None:
        return ()
    name = Name("", claim.user.given_name or "", claim.user.family_name or "")
    return doubles.like(session(), claim.roll_id, name, claim.user.birth_date)


def _has_entry(roll_id: int, user_id: int) -> bool:
    """Whether the number of an account is on the roll, though the account is not taken for that person."""
    return queries.entry_of_number(session(), roll_id, user_id) is not None
