"""A person's own account: what is known, proof, password, sign-ins."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user

from govapp.accounts.actions import account as actions
from govapp.accounts.forms.people import CodeForm, PasswordForm, ProofForm
from govapp.accounts.queries import people as queries
from govapp.accounts.queries import register
from govapp.accounts.rules import sign_in as rules
from govapp.accounts.views.second_factor import key
from govapp.accounts.views.sign_in import current_sign_in, idle, is_over
from govapp.core import citizen_number
from govapp.core.language import gettext as _
from govapp.core.web import always_open, local_path, page, session, signed_in

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
@signed_in
def show() -> Any:
    return page(
        "accounts/show.html",
        sign_ins=len(queries.sign_ins(session(), current_user.id, idle())),
        recovery_codes=queries.recovery_codes_left(session(), current_user.id),
        may_turn_off=rules.may_turn_off_second_factor(current_user),
        number=register.citizen_number(session(), current_user.id),
        masked=citizen_number.masked,
    )


@bp.route("/prove", methods=["GET", "POST"])
@signed_in
@always_open
def prove() -> Any:
    onward = local_path(request.values.get("next"), url_for(".show"))
    has_app = current_user.second_factor is not None
    form = CodeForm() if has_app else ProofForm()
    field = form.code if has_app else form.password
    if form.sent():
        if actions.prove(session(), current_sign_in(), field.data, key()):
            return redirect(onward, 303)
        if ended := _after_wrong(onward):
            return ended
        wrong_code = _("This code does not fit. Enter the one your app shows now.")
        field.errors = [wrong_code if has_app else _("The password is wrong. Try again.")]
    status = 422 if form.errors else 200
    return page("accounts/prove.html", form=form, field=field, onward=onward, has_app=has_app, status=status)


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def change_password() -> Any:
    rules.require_proof(current_sign_in())
    form = PasswordForm(current_user)
    if form.sent():
        if actions.change_password(session(), current_sign_in(), form.current.data, form.new.data):
            flash(_("The password is changed. You were signed out everywhere else."), "good")
            return redirect(url_for(".show"), 303)
        if ended := _after_wrong(url_for(".show")):
            return ended
        form.current.errors = [_("The password is wrong. Try again.")]
    return page("accounts/change_password.html", form=form, status=422 if form.errors else 200)


@bp.get("/sessions")
@signed_in
def sessions() -> Any:
    found = queries.sign_ins(session(), current_user.id, idle())
    return page("accounts/sessions.html", sign_ins=found, this=current_sign_in())


@bp.post("/sessions/<int:sign_in_id>/end")
@signed_in
def end_sign_in(sign_in_id: int) -> Any:
    actions.end_sign_in(session(), current_sign_in(), sign_in_id)
    flash(_("The sign-in is ended."), "good")
    return redirect(url_for(".sessions"), 303)


@bp.post("/sessions/end-others")
@signed_in
def end_other_sign_ins() -> Any:
    actions.end_other_sign_ins(session(), current_sign_in())
    flash(_("You are signed out everywhere else."), "good")
    return redirect(url_for(".sessions"), 303)


def _after_wrong(onward: str) -> Any:
    """Keep the count of wrong tries; where it was one too many, the way to sign in again."""
    session().commit()
    if not is_over():
        return None
    cookie.clear()
    flash(_("Too many wrong tries. You are signed out; sign in again."), "bad")
    return redirect(url_for("accounts.sign_in", next=onward), 303)
