"""A person's own account: what is known, proof, password, sign-ins."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user

from govapp.accounts.actions import account as actions
from govapp.accounts.forms.access import AccessCodeForm
from govapp.accounts.forms.people import CodeForm, PasswordForm, ProofForm
from govapp.accounts.models import Way
from govapp.accounts.queries import consents, register
from govapp.accounts.queries import people as queries
from govapp.accounts.rules import people
from govapp.accounts.rules import sign_in as rules
from govapp.accounts.rules.posts import is_staff
from govapp.accounts.views.access import code_key
from govapp.accounts.views.second_factor import key
from govapp.accounts.views.sign_in import current_sign_in, idle, is_over
from govapp.core import citizen_number
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import always_open, local_path, page, session, signed_in

bp = Blueprint("account", __name__, url_prefix="/account")

PROOFS = {  # what is asked for: form, its field, what is said of a wrong answer
    Way.APP_CODE: (CodeForm, "code", N_("This code does not fit. Enter the one your app shows now.")),
    Way.PASSWORD: (ProofForm, "password", N_("The password is wrong. Try again.")),
    Way.ACCESS_CODE: (AccessCodeForm, "code", N_("This is not your access code. Look at the letter again.")),
}


@bp.get("")
@signed_in
def show() -> Any:
    code = register.access_code(session(), current_user.id)
    return page(
        "accounts/show.html",
        sign_ins=len(queries.sign_ins(session(), current_user.id, idle())),
        recovery_codes=queries.recovery_codes_left(session(), current_user.id),
        may_turn_off=rules.may_turn_off_second_factor(current_user),
        number=register.citizen_number(session(), current_user.id),
        masked=citizen_number.masked,
        may_link_thaid=rules.may_link_thaid(current_sign_in()),
        may_correct_name=people.may_correct_own_name(current_user),
        consent=consents.living(session(), current_user.id),
        notice_version=people.notice_version(),
        code=code if people.is_living(code) else None,
        has_post=is_staff(current_user),
        may_register=people.may_register_somewhere(current_user),
    )


@bp.route("/prove", methods=["GET", "POST"])
@signed_in
@always_open
def prove() -> Any:
    onward = local_path(request.values.get("next"), url_for(".show"))
    how = people.how_to_prove(current_user)
    make_form, name, wrong = PROOFS[how]
    form = make_form()
    field = form[name]
    if form.sent():
        if actions.prove(session(), current_sign_in(), field.data, key(), code_key()):
            return redirect(onward, 303)
        if ended := _after_wrong(onward):
            return ended
        field.errors = [_(wrong)]
    return page(
        "accounts/prove.html",
        form=form,
        field=field,
        onward=onward,
        how=how.value,
        asks=how is not Way.ACCESS_CODE or people.is_living(register.access_code(session(), current_user.id)),
        by_thaid=_may_prove_by_thaid(),
        status=422 if form.errors else 200,
    )


def _may_prove_by_thaid() -> bool:
    linked = register.citizen_number(session(), current_user.id) is not None
    has_thaid = current_app.extensions["thaid"] is not None
    return linked and has_thaid and rules.may_prove_by_thaid(current_user)


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
