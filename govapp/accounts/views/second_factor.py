"""Setting up the second factor, its recovery codes, and the second step of signing in."""

from typing import Any

import segno
from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user
from pyotp import TOTP

from govapp.accounts.actions import second_factor as actions
from govapp.accounts.forms.people import AppCodeForm, CodeForm
from govapp.accounts.rules import sign_in as rules
from govapp.accounts.views.sign_in import HOME, current_sign_in, half_open, keep, lasts
from govapp.core import cipher
from govapp.core.forms import Form
from govapp.core.language import gettext as _
from govapp.core.web import always_open, local_path, page, public, session, signed_in

bp = Blueprint("second_factor", __name__)

SET_UP = "second_factor_set_up"  # the sealed secret that waits for its first code, kept over reloads


def key() -> bytes:
    return cipher.key_for("accounts/second-factor", str(current_app.secret_key))


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
@always_open
def give_code() -> Any:
    onward = local_path(request.values.get("next"), HOME)
    half = half_open()
    if half is None:
        return redirect(url_for("accounts.sign_in", next=onward), 303)
    form = CodeForm()
    if form.sent():
        token = actions.pass_code(session(), half, form.code.data, lasts(), key())
        if token:
            keep(token)
            return redirect(onward, 303)
        session().commit()  # a wrong try counts, though the page is a refusal
        if half_open() is None:
            cookie.clear()
            flash(_("Too many wrong codes. Wait a few minutes, then sign in again."), "bad")
            return redirect(url_for("accounts.sign_in", next=onward), 303)
        form.code.errors = [_("This code does not fit. Enter the one your app shows now.")]
    return page("accounts/give_code.html", form=form, onward=onward, status=422 if form.errors else 200)


@bp.route("/account/second-factor", methods=["GET", "POST"])
@signed_in
@always_open
def set_up() -> Any:
    rules.require_proof(current_sign_in())
    onward = local_path(request.values.get("next"), url_for("account.show"))
    secret = _waiting_secret()
    form = AppCodeForm()
    if form.sent():
        codes = actions.turn_on(session(), current_sign_in(), secret, form.code.data, key())
        if codes:
            cookie.pop(SET_UP)
            return page("accounts/recovery_codes.html", codes=codes, onward=onward)
        form.code.errors = [_("This code does not fit. Enter the one your app shows now.")]
    site = current_app.extensions["config"].site_name
    address = TOTP(secret).provisioning_uri(name=current_user.email or current_user.name, issuer_name=site)
    picture = segno.make_qr(address).svg_data_uri(scale=5, light="#fff")
    return page(
        "accounts/set_up.html",
        form=form,
        onward=onward,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        address=address,
        picture=picture,
        moving=current_user.second_factor is not None,
        needed=not rules.may_turn_off_second_factor(current_user),
        status=422 if form.errors else 200,
    )


@bp.route("/account/second-factor/recovery-codes", methods=["GET", "POST"])
@signed_in
def renew_recovery_codes() -> Any:
    rules.require_proof(current_sign_in())
    if Form().sent():
        codes = actions.renew_recovery_codes(session(), current_sign_in())
        return page("accounts/recovery_codes.html", codes=codes, onward=url_for("account.show"))
    return page("accounts/renew_recovery_codes.html")


@bp.route("/account/second-factor/off", methods=["GET", "POST"])
@signed_in
def turn_off() -> Any:
    rules.require_proof(current_sign_in())
    if Form().sent():
        actions.turn_off(session(), current_sign_in())
        flash(_("The second factor is off. From now on your password alone signs you in."), "good")
        return redirect(url_for("account.show"), 303)
    return page("accounts/turn_off.html", may=rules.may_turn_off_second_factor(current_user))


def _waiting_secret() -> str:
    """The secret this browser was shown, or a new one."""
    place = f"set-up/{current_user.id}"
    try:
        return cipher.unseal(key(), cookie.get(SET_UP, ""), place)
    except cipher.Unsealable:
        secret = actions.new_secret()
        cookie[SET_UP] = cipher.seal(key(), secret, place)
        return secret
