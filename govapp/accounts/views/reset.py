"""A forgotten password: ask, read the letter, choose a new one."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for

from govapp.accounts.actions import reset as actions
from govapp.accounts.forms.people import ForgotForm, ResetForm
from govapp.accounts.models import Purpose
from govapp.accounts.queries import people as queries
from govapp.accounts.views.sign_in import count_try
from govapp.accounts.views.sign_up import demo_folder
from govapp.core.language import gettext as _
from govapp.core.web import page, public, session

bp = Blueprint("reset", __name__)


@bp.route("/forgot", methods=["GET", "POST"])
@public
def ask() -> Any:
    form = ForgotForm()
    if form.sent():
        count_try("forgot", form.email.data)
        actions.ask_reset(session(), form.email.data)
        return redirect(url_for(".sent"), 303)
    return page("accounts/forgot.html", form=form, status=422 if form.errors else 200)


@bp.get("/forgot/sent")
@public
def sent() -> Any:
    return page("accounts/forgot_sent.html", folder=demo_folder())


@bp.route("/reset/<token>", methods=["GET", "POST"])
@public
def choose(token: str) -> Any:
    link_id = current_app.extensions["link_signer"].read(Purpose.RESET, token)
    link = queries.link(session(), link_id, Purpose.RESET)
    if link is None:
        return page("accounts/dead_link.html", onward=url_for(".ask"), status=410)
    form = ResetForm(link.user)
    if form.sent():
        actions.reset(session(), link_id, form.password.data)
        flash(_("Your new password is set. Sign in with it."), "good")
        return redirect(url_for("accounts.sign_in"), 303)
    return page("accounts/reset.html", form=form, link=link, status=422 if form.errors else 200)
