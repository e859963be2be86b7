"""A picture of what a person showed when they were registered: brought by officers, seen by officers."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user

from govapp.accounts.actions import register as actions
from govapp.accounts.forms.register import ScanForm
from govapp.accounts.models import User
from govapp.accounts.models.people import Registration
from govapp.accounts.rules import people as rules
from govapp.core.db import fetch
from govapp.core.errors import Missing
from govapp.core.files.sending import send
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import guarded, one, page, proved, session

bp = Blueprint("evidence", __name__, url_prefix="/staff/people")


@bp.route("/<int:person_id>/evidence", methods=["GET", "POST"])
@guarded(rules.may_look_after, one(User))
@proved
def bring(person_id: int) -> Any:
    person, form = fetch(session(), User, person_id), ScanForm()
    fetch(session(), Registration, person_id)
    if form.sent():
        actions.keep_scan(session(), current_user, person_id, form.scan.data)
        flash(_("The picture is kept."), "good")
        return redirect(url_for("people.show", person_id=person_id), 303)
    status = 422 if form.errors else 200
    return page("accounts/people/evidence.html", person=person, area=person.area, form=form, status=status)


@bp.get("/<int:person_id>/evidence/scan")
@guarded(rules.may_look_after, one(User))
@proved
def scan(person_id: int) -> Any:
    kept = fetch(session(), Registration, person_id)
    if kept.scan is None:
        raise Missing(N_("Nobody brought a picture of the evidence."))
    return send(kept.scan, kept.scan_name)
