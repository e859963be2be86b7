"""People who come with ThaID, link it to their account, or prove with it who they are."""

from typing import Any

from flask import Blueprint, Flask, current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user

from govapp.accounts import wording
from govapp.accounts.actions import sign_in as sign_ins
from govapp.accounts.actions import thaid as actions
from govapp.accounts.actions.citizen_numbers import Keys
from govapp.accounts.models import Way, WebSession
from govapp.accounts.rules import sign_in as rules
from govapp.accounts.views.sign_in import HOME, keep, lasts
from govapp.core import cipher, throttle
from govapp.core.db import fetch
from govapp.core.errors import NotNow, Refused, require
from govapp.core.forms import Form
from govapp.core.identity import Identity
from govapp.core.language import N_, current
from govapp.core.language import gettext as _
from govapp.core.openid import Attempt, Provider, TooOld
from govapp.core.refusals import REFUSALS
from govapp.core.web import always_open, local_path, looking, page, public, signed_in

bp = Blueprint("thaid", __name__)

ATTEMPT = "thaid"  # the sealed try of this browser
ENTER, LINK, PROVE = "enter", "link", "prove"
LONGEST_WAY_ON = 1000  # characters: a cookie holds little


def install(app: Flask) -> None:
    app.jinja_env.globals["has_thaid"] = app.extensions["thaid"] is not None


@bp.post("/sign-in/thaid")
@public
def begin() -> Any:
    """Only a form of ours begins it, so that no other site can."""
    Form().sent()
    return _go(Attempt(ENTER, _onward(HOME)))


@bp.route("/account/thaid", methods=["GET", "POST"])
@signed_in
def link() -> Any:
    _provider()
    sign_in = fetch(looking(), WebSession, g.sign_in_id)  # no lock is held while ThaID is asked
    require(rules.may_link_thaid(sign_in), actions.BY_CODE)
    rules.require_proof(sign_in, filling_in=request.method == "POST")
    if Form().sent():
        return _go(Attempt(LINK, url_for("account.show"), current_user.id))
    return page("accounts/thaid.html")


@bp.post("/account/prove/thaid")
@signed_in
@always_open
def prove() -> Any:
    Form().sent()
    return _go(Attempt(PROVE, _onward(url_for("account.show")), current_user.id))


@bp.get("/sign-in/thaid/back")
@public
@always_open
def back() -> Any:
    """Where ThaID sends the browser; therefore a GET that does something, once, in its own transaction."""
    provider, attempt = _provider(), None
    try:
        attempt = provider.attempt(_key(), cookie.pop(ATTEMPT, ""))
        identity = provider.finish(attempt, request.args)
        return GOALS[attempt.goal](attempt, identity)
    except Refused as refused:
        return _failed(refused, attempt)


def _go(attempt: Attempt) -> Any:
    provider, limits = _provider(), rules.address_limits("thaid", request.remote_addr or "")
    throttle.count_try(current_app.extensions["database"], limits)
    try:
        address = provider.begin(attempt)
    except Refused as refused:
        return _failed(refused, attempt)
    cookie[ATTEMPT] = attempt.sealed(_key())
    return redirect(address, 303)


def _enter(attempt: Attempt, identity: Identity) -> Any:
    device = wording.device(request.user_agent.string)
    with current_app.extensions["database"].write.begin() as own:
        user = actions.enter(own, identity, _number_keys(), current())
        code_is_due = user.second_factor is not None
        token = sign_ins.sign_in(own, user, lasts(), device, Way.THAID)
    keep(token)
    if code_is_due:
        return redirect(url_for("second_factor.give_code", next=attempt.onward), 303)
    return redirect(attempt.onward, 303)


def _link(attempt: Attempt, identity: Identity) -> Any:
    _require_same_person(attempt)
    with current_app.extensions["database"].write.begin() as own:
        actions.link(own, fetch(own, WebSession, g.sign_in_id), identity, _number_keys())
    flash(_("ThaID is linked. From now on it signs you in here."), "good")
    return redirect(attempt.onward, 303)


def _prove(attempt: Attempt, identity: Identity) -> Any:
    _require_same_person(attempt)
    with current_app.extensions["database"].write.begin() as own:
        actions.prove(own, fetch(own, WebSession, g.sign_in_id), identity, _number_keys())
    return redirect(attempt.onward, 303)


GOALS = {ENTER: _enter, LINK: _link, PROVE: _prove}


def _require_same_person(attempt: Attempt) -> None:
    """Who comes back is who went, and still signed in."""
    if not current_user.is_authenticated or current_user.id != attempt.user_id:
        raise TooOld(_provider().name)


def _failed(refused: Refused, attempt: Attempt | None) -> Any:
    """What happened, and the ways on: to ThaID anew, or another way in."""
    return page(
        "accounts/thaid_failed.html",
        message=_(refused.message or REFUSALS[403].message) % refused.values,
        onward=attempt.onward if attempt else HOME,
        from_account=attempt is not None and attempt.user_id is not None,
        status=refused.status,
    )


def _onward(otherwise: str) -> str:
    path = local_path(request.form.get("next"), otherwise)
    return path if len(path) <= LONGEST_WAY_ON else otherwise


def _provider() -> Provider:
    provider: Provider | None = current_app.extensions["thaid"]
    if provider is None:
        raise NotNow(N_("This site is not set up for ThaID."))
    return provider


def _key() -> bytes:
    return cipher.key_for("accounts/thaid", str(current_app.secret_key))


def _number_keys() -> Keys:
    return Keys.of(str(current_app.secret_key))
