"""Opening an account: ask, read the letter, confirm."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for

from govapp.accounts.actions import sign_up as actions
from govapp.accounts.forms.people import SignUpForm, VerifyForm
from govapp.accounts.models import Purpose
from govapp.accounts.queries import people as queries
from govapp.accounts.rules import people as rules
from govapp.accounts.views.sign_in import count_try
from govapp.core.language import current
from govapp.core.language import gettext as _
from govapp.core.web import looking, page, public, session

bp = Blueprint("sign_up", __name__)


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def ask() -> Any:
    form = SignUpForm()
    if form.sent():
        count_try("sign-up", form.email.data)
        asked = (form.email.data, form.whole_name, form.password.data)
        actions.ask(session(), *asked, current(), rules.notice_version())
        return redirect(url_for(".sent"), 303)
    return page("accounts/sign_up.html", form=form, status=422 if form.errors else 200)


@bp.get("/sign-up/sent")
@public
def sent() -> Any:
    return page("accounts/sign_up_sent.html", folder=demo_folder())


@bp.route("/verify/<token>", methods=["GET", "POST"])
@public
def verify(token: str) -> Any:
    """Opening the link does nothing yet: mail scanners open links, too."""
    link_id = current_app.extensions["link_signer"].read(Purpose.VERIFY, token)
    link = queries.link(looking(), link_id, Purpose.VERIFY)
    if link is None:
        return page("accounts/dead_link.html", onward=url_for(".ask"), status=410)
    form = VerifyForm()
    if form.sent():
        count_try("verify", link.user.email or "")
        if actions.verify(session(), link_id, form.password.data):
            flash(_("Your address is confirmed. You can sign in now."), "good")
            return redirect(url_for("accounts.sign_in"), 303)
        form.password.errors = [_("This is not the password you chose when you signed up. Try again.")]
    return page("accounts/verify.html", form=form, link=link, status=422 if form.errors else 200)


def demo_folder() -> str:
    """Where the demo's letters lie, for the person who tries it; nobody else needs to know."""
    config = current_app.extensions["config"]
    return str(config.letter_folder) if config.demo else ""
