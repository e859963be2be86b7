"""Signing in with a printed code; the first welcome; adding an address and a password."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_login import current_user

from govapp.accounts import wording
from govapp.accounts.actions import access_codes, address
from govapp.accounts.forms.access import AccessCodeForm, AddressForm
from govapp.accounts.forms.people import VerifyForm
from govapp.accounts.models import Purpose
from govapp.accounts.queries import people as queries
from govapp.accounts.rules import people as rules
from govapp.accounts.views.sign_in import ask_for_proof, count_try, current_sign_in, half_open, keep, lasts
from govapp.accounts.views.sign_up import demo_folder
from govapp.core import cipher, throttle
from govapp.core.errors import NotNow
from govapp.core.forms import Form
from govapp.core.language import gettext as _
from govapp.core.web import always_open, local_path, looking, page, public, session, signed_in

bp = Blueprint("access", __name__)


def code_key() -> bytes:
    return cipher.key_for("accounts/access-codes", str(current_app.secret_key))


@bp.route("/sign-in/access-code", methods=["GET", "POST"])
@public
@always_open
def sign_in() -> Any:
    form = AccessCodeForm()
    onward = local_path(request.values.get("next"))
    if form.sent():
        limits = rules.code_limits(request.remote_addr or "")
        throttle.count_try(current_app.extensions["database"], limits)
        row = access_codes.recognise(session(), form.code.data, code_key())
        if row is not None:
            return _enter(row, onward)
        form.code.errors = [
            _("This code opens nothing: it was replaced, or its year is over. Ask an officer.")
        ]
    return page("accounts/access_code.html", form=form, onward=onward, status=422 if form.errors else 200)


def _enter(row: Any, onward: str) -> Any:
    """Go on: by way of the second factor where there is one, and of a welcome the first time."""
    is_first, device = row.used_at is None, wording.device(request.user_agent.string)
    keep(access_codes.sign_in(session(), row, lasts(), device))
    if half_open():
        return redirect(url_for("second_factor.give_code", next=onward), 303)
    return redirect(url_for(".welcome", next=onward) if is_first else onward, 303)


@bp.get("/welcome")
@signed_in
def welcome() -> Any:
    return page("accounts/welcome.html", onward=local_path(request.args.get("next")))


@bp.route("/account/address", methods=["GET", "POST"])
@signed_in
def add_address() -> Any:
    ask_for_proof()
    if current_user.email:
        raise NotNow(address.HAS_ONE)
    form = AddressForm(current_user)
    if form.sent():
        count_try("address", form.email.data)
        address.ask(session(), current_sign_in(), form.email.data, form.password.data)
        return redirect(url_for(".address_sent"), 303)
    return page("accounts/add_address.html", form=form, status=422 if form.errors else 200)


@bp.get("/account/address/sent")
@signed_in
def address_sent() -> Any:
    return page("accounts/address_sent.html", folder=demo_folder())


@bp.route("/address/<token>", methods=["GET", "POST"])
@public
def confirm_address(token: str) -> Any:
    """Opening the link does nothing yet: mail scanners open links, too."""
    link_id = current_app.extensions["link_signer"].read(Purpose.ADDRESS, token)
    link = queries.link(looking(), link_id, Purpose.ADDRESS)
    if link is None:
        return page("accounts/dead_link.html", onward=url_for(".add_address"), status=410)
    form = VerifyForm()
    if form.sent():
        count_try("verify", link.email or "")
        if address.confirm(session(), link_id, form.password.data):
            flash(_("Your address is confirmed. From now on you can sign in with it."), "good")
            onward = "account.show" if current_user.is_authenticated else "accounts.sign_in"
            return redirect(url_for(onward), 303)
        form.password.errors = [_("This is not the password you chose with this address. Try again.")]
    return page("accounts/confirm_address.html", form=form, link=link, status=422 if form.errors else 200)


@bp.route("/account/access-code/end", methods=["GET", "POST"])
@signed_in
def end_code() -> Any:
    ask_for_proof()
    if Form().sent():
        access_codes.end(session(), current_user, current_user.id)
        flash(_("The code on the letter opens nothing any more."), "good")
        return redirect(url_for("account.show"), 303)
    return page("accounts/end_access_code.html")
