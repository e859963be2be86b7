"""The people on a roll, one at a time, for its keeper: found, corrected, put on it, given a code."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_login import current_user

from govapp.accounts.actions.citizen_numbers import Keys
from govapp.accounts.views.sign_in import current_sign_in
from govapp.core import cipher, citizen_number, partial_dates
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Refused
from govapp.core.language import gettext as _
from govapp.core.web import guarded, one, page, proved, session
from govapp.rolls import queries, rules, wording
from govapp.rolls.actions import claims, codes
from govapp.rolls.events import RollSearched
from govapp.rolls.forms import EntryForm, NewEntryForm, SearchForm
from govapp.rolls.models import Roll, RollEntry
from govapp.rolls.queries import claims as claim_queries
from govapp.rolls.queries import codes as code_queries
from govapp.rolls.queries import doubles
from govapp.rolls.views.own import code_keys

bp = Blueprint("roll_people", __name__, url_prefix="/staff/rolls")


def may_keep_entry(actor: Any, entry: RollEntry) -> bool:
    return rules.may_keep(actor, entry.roll)


@bp.route("/<int:roll_id>/people", methods=["GET", "POST"])
@guarded(rules.may_keep, one(Roll))
def find(roll_id: int) -> Any:
    """Whom an officer looks for is noted by number only; the roll is never shown as a list."""
    roll, form, found, total = fetch(session(), Roll, roll_id), SearchForm(), [], 0
    if form.sent():
        people, total = queries.search(session(), roll.id, form.who.data, _finding())
        found = list(people)[: rules.MOST_FOUND]
        record(session(), current_user.id, RollSearched(roll.id, total))
    return page(
        "rolls/people.html",
        roll=roll,
        form=form,
        found=found,
        total=total,
        asked=request.method == "POST" and not form.errors,
        masked=citizen_number.masked,
        stands=wording.stands,
        may_vote=rules.may_vote,
        is_open=rules.is_open(roll),
        status=422 if form.errors else 200,
    )


@bp.route("/<int:roll_id>/add", methods=["GET", "POST"])
@guarded(rules.may_keep, one(Roll))
def add(roll_id: int) -> Any:
    roll, form = fetch(session(), Roll, roll_id), NewEntryForm()
    form.choose(roll)
    if form.sent():
        try:
            made = claims.add(session(), current_user, roll.id, _identity(form), form.person, form.why.data)
            flash(_("The person stands on the roll."), "good")
            return redirect(url_for(".show", listed_id=made.entry_id), 303)
        except Refused as refused:
            session().rollback()
            form.citizen_number.errors = [_(refused.message)]
    return page("rolls/entry_new.html", roll=roll, form=form, status=422 if form.errors else 200)


@bp.route("/entries/<int:listed_id>", methods=["GET", "POST"])
@guarded(may_keep_entry, one(RollEntry))
def show(listed_id: int) -> Any:
    """An entry with its trail; sending the form corrects it."""
    entry, form = fetch(session(), RollEntry, listed_id), EntryForm()
    form.choose(entry.roll)
    if request.method == "GET":
        form.fill(entry, partial_dates.parts(entry.birth_date) if entry.birth_date else ("", "", ""))
    if form.sent():
        try:
            claims.correct(session(), current_user, entry.id, form.person, form.why.data)
            flash(_("What you corrected is saved."), "good")
            return redirect(url_for(".show", listed_id=entry.id), 303)
        except Refused as refused:
            session().rollback()
            form.district.errors = [_(refused.message)]
    return page(
        "rolls/entry.html",
        entry=entry,
        roll=entry.roll,
        form=form,
        born=partial_dates.in_words(entry.birth_date) if entry.birth_date else "",
        number=citizen_number.masked(entry.last_four) if entry.last_four else "",
        number_of=wording.number_of,
        code=code_queries.of_entry(session(), entry.id),
        history=claim_queries.of_entry(session(), entry.id),
        asked=wording.asked,
        changed=wording.changed,
        outcome=wording.outcome,
        doubles=doubles.of_entry(session(), entry),
        stands=wording.stands(entry),
        may_vote=rules.may_vote(entry),
        is_open=rules.is_open(entry.roll),
        status=422 if form.errors else 200,
    )


@bp.route("/entries/<int:listed_id>/code", methods=["GET", "POST"])
@guarded(may_keep_entry, one(RollEntry))
@proved
def renew(listed_id: int) -> Any:
    """The new code is shown once, in the answer to the deed."""
    entry = fetch(session(), RollEntry, listed_id)
    posted = None
    if request.method == "POST":
        posted = codes.renew(session(), current_sign_in(), current_user, entry.id, code_keys())
    has_code = code_queries.of_entry(session(), entry.id) is not None
    return page("rolls/renew.html", entry=entry, roll=entry.roll, posted=posted, has_code=has_code)


@bp.post("/entries/<int:listed_id>/revoke")
@guarded(may_keep_entry, one(RollEntry))
def revoke(listed_id: int) -> Any:
    codes.revoke(session(), current_user, listed_id)
    flash(_("The access code opens nothing any more."), "good")
    return redirect(url_for(".show", listed_id=listed_id), 303)


def _identity(form: NewEntryForm) -> tuple[str | None, str, str | None]:
    if form.number:
        return cipher.fingerprint(_finding(), form.number), form.number[-4:], None
    return None, "", form.case_number.data


def _finding() -> bytes:
    return Keys.of(str(current_app.secret_key)).finding
