"""Signing in and out; who is asking."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request
from flask import session as cookie
from flask_login import LoginManager, current_user

from govapp.accounts import queries
from govapp.accounts.actions import sign_in as actions
from govapp.accounts.forms import SignInForm
from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.language import gettext as _
from govapp.core.web import local_path, page, public, session, signed_in

bp = Blueprint("accounts", __name__)

TOKEN = "sign_in"
USED_AT_EVERY = timedelta(minutes=1)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    form = SignInForm()
    onward = local_path(request.values.get("next"))
    if form.sent():
        lasts = timedelta(hours=current_app.config["SESSION_HOURS"])
        token = actions.sign_in(session(), form.email.data, form.password.data, lasts)
        if token:
            cookie.clear()  # a session from before signing in is worth nothing after
            cookie[TOKEN] = token
            return redirect(onward, 303)
        session().commit()  # a fresh letter to an unverified address is sent although nobody comes in
        form.email.errors = [_("The e-mail address or the password is wrong. Check both and try again.")]
    return page("accounts/sign_in.html", form=form, onward=onward, status=422 if form.errors else 200)


@bp.post("/sign-out")
@signed_in
def sign_out() -> Any:
    actions.sign_out(session(), current_user.id, cookie[TOKEN])
    cookie.clear()
    return redirect("/", 303)


def install(app: Flask) -> None:
    """Who is asking is read from the server's own list of sign-ins, never from the cookie alone."""
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # pages that ask nobody must not ask the database
    app.jinja_env.globals["current_user"] = current_user
    manager.session_protection = None
    manager.request_loader(_load_user)


def _load_user(_request: Any) -> User | None:
    token = cookie.get(TOKEN)
    if not token:
        return None
    idle = timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])
    found = queries.live_session(session(), actions.hashed(token), idle)
    if found is None:
        return None
    if clock.now() - found.used_at > USED_AT_EVERY:
        with current_app.extensions["database"].write.begin() as own:  # kept even when the page is refused
            actions.mark_used(own, found.id)
    return found.user
