"""What people do about who they are: their name."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user

from govapp.accounts.actions import person as actions
from govapp.accounts.forms.names import NameForm
from govapp.accounts.rules import people as rules
from govapp.core.errors import require
from govapp.core.language import gettext as _
from govapp.core.web import page, session, signed_in

bp = Blueprint("person", __name__, url_prefix="/account")


@bp.route("/name", methods=["GET", "POST"])
@signed_in
def correct_name() -> Any:
    require(rules.may_correct_own_name(current_user), actions.STATED_BY_OTHERS)
    form = NameForm(obj=current_user)
    if form.sent():
        actions.correct_name(session(), current_user, form.whole_name)
        flash(_("Your name is saved."), "good")
        return redirect(url_for("account.show"), 303)
    return page("accounts/correct_name.html", form=form, status=422 if form.errors else 200)
