"""Signing in and out; who is asking."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask_login import LoginManager, current_user

from govapp.accounts import wording
from govapp.accounts.actions import sign_in as actions
from govapp.accounts.actions.links import open_link
from govapp.accounts.forms.people import SignInForm
from govapp.accounts.models import Purpose, User, WebSession
from govapp.accounts.queries import people as queries
from govapp.accounts.rules import sign_in as rules
from govapp.core import clock, throttle
from govapp.core.db import fetch
from govapp.core.language import gettext as _
from govapp.core.web import always_open, is_quiet, local_path, looking, page, public, session, signed_in

bp = Blueprint("accounts", __name__)

TOKEN = "sign_in"
HOME = "/desk"  # where a person goes on who came from nowhere in particular
USED_AT_EVERY = timedelta(minutes=1)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@always_open
def sign_in() -> Any:
    form = SignInForm()
    onward = local_path(request.values.get("next"), HOME)
    if form.sent():
        count_try("sign-in", form.email.data)
        user = actions.recognise(looking(), form.email.data, form.password.data)
        if user and rules.may_sign_in(user):
            return _enter(user, onward)
        if user:
            open_link(session(), user, Purpose.VERIFY)
            session().commit()  # a fresh letter goes to an unverified address, although nobody comes in
        form.email.errors = [_("The e-mail address or the password is wrong. Check both and try again.")]
    return page("accounts/sign_in.html", form=form, onward=onward, status=422 if form.errors else 200)


def _enter(user: User, onward: str) -> Any:
    """Go on, by way of the code where there is a second factor."""
    device = wording.device(request.user_agent.string)
    keep(actions.sign_in(session(), user, lasts(), device))
    if half_open():
        return redirect(url_for("second_factor.give_code", next=onward), 303)
    return redirect(onward, 303)


@bp.post("/sign-out")
@signed_in
@always_open
def sign_out() -> Any:
    actions.sign_out(session(), current_user.id, cookie[TOKEN])
    cookie.clear()
    return redirect("/", 303)


def count_try(deed: str, email: str) -> None:
    """Before the request writes anything, since it has a transaction of its own; raises TooMany."""
    limits = rules.limits(deed, email, request.remote_addr or "")
    throttle.count_try(current_app.extensions["database"], limits)


def keep(token: str) -> None:
    """Give the browser its token, and nothing from before: an older session is worth nothing after."""
    cookie.clear()
    cookie[TOKEN] = token


def lasts() -> timedelta:
    return timedelta(hours=current_app.config["SESSION_HOURS"])


def idle() -> timedelta:
    return timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])


def half_open() -> WebSession | None:
    """This browser's sign-in, while its code is still due."""
    token = cookie.get(TOKEN)
    return queries.half_open(session(), actions.hashed(token)) if token else None


def current_sign_in() -> WebSession:
    """The sign-in behind current_user, on pages for people who are signed in."""
    return fetch(session(), WebSession, g.sign_in_id)


def ask_for_proof(filling_in: bool = False) -> None:
    """Raise ProofNeeded where the last proof is too old. It only looks, so a try can still be counted."""
    rules.require_proof(fetch(looking(), WebSession, g.sign_in_id), filling_in)


def is_over() -> bool:
    """Whether this request ended its own sign-in."""
    return session().get(WebSession, g.sign_in_id) is None


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
    found = queries.live_session(looking(), actions.hashed(token), idle())
    if found is None:
        return None
    if found.is_staff and not is_quiet() and clock.now() - found.used_at > USED_AT_EVERY:
        with current_app.extensions["database"].write.begin() as own:  # kept even when the page is refused
            actions.mark_used(own, found.id)
    g.sign_in_id = found.id
    found.user.powers_rest = not found.is_staff
    return found.user
