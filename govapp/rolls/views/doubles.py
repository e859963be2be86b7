"""People who perhaps stand on a roll twice: a list for its keeper, and a page to decide about each pair."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from govapp.core import partial_dates
from govapp.core.db import fetch
from govapp.core.errors import NotNow
from govapp.core.language import gettext as _
from govapp.core.web import guarded, one, page, page_number, session
from govapp.rolls import rules, wording
from govapp.rolls.actions import doubles as actions
from govapp.rolls.forms import DoubleForm
from govapp.rolls.models import Roll, RollEntry
from govapp.rolls.queries import doubles
from govapp.rolls.views.people import may_keep_entry

bp = Blueprint("roll_doubles", __name__, url_prefix="/staff/rolls")


def listed(session: Session, listed_id: int, **_more: Any) -> RollEntry:
    """The first entry of an address; raises Missing."""
    return fetch(session, RollEntry, listed_id)


listed.model = RollEntry  # type: ignore[attr-defined]  # for the list of pages


@bp.get("/<int:roll_id>/doubles")
@guarded(rules.may_keep, one(Roll))
def index(roll_id: int) -> Any:
    roll, number = fetch(session(), Roll, roll_id), page_number()
    return page(
        "rolls/doubles.html",
        roll=roll,
        pairs=doubles.of_roll(session(), roll.id, number),
        told=told,
        is_open=rules.is_open(roll),
        number=number,
        pages=-(-doubles.count(session(), roll.id) // doubles.PAGE_ROWS),
    )


@bp.route("/entries/<int:listed_id>/double/<int:other_id>", methods=["GET", "POST"])
@guarded(may_keep_entry, listed)
def settle(listed_id: int, other_id: int) -> Any:
    entry, form = fetch(session(), RollEntry, listed_id), DoubleForm()
    twin = next((each for each in doubles.of_entry(session(), entry) if each.id == other_id), None)
    if twin is None:
        raise NotNow(actions.SETTLED)
    roll, two = entry.roll, (entry, twin)
    form.choose([(each.id, told(each)["number"]) for each in two])
    if form.sent():
        why = form.why.data
        if form.strike.data:
            struck, kept = two if form.strike.data == entry.id else reversed(two)
            actions.strike(session(), current_user, struck.id, kept.id, why)
            flash(_("Struck: the person stands on the roll once."), "good")
        else:
            actions.keep_apart(session(), current_user, entry.id, twin.id, why)
            flash(_("Noted: they are two people."), "good")
        return redirect(url_for(".index", roll_id=roll.id), 303)
    return page(
        "rolls/double.html",
        roll=roll,
        two=[(each, told(each)) for each in two],
        form=form,
        is_open=rules.is_open(roll),
        status=422 if form.errors else 200,
    )


def told(entry: RollEntry) -> dict[str, str]:
    """By what an officer tells two entries of one name apart."""
    born = partial_dates.in_words(entry.birth_date) if entry.birth_date else _("not known")
    return {"number": wording.number_of(entry), "born": born, "district": entry.district}
