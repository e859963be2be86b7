"""What a person who is signed in is asked for before going on: a second factor, a fresh proof."""

from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user

from govapp.accounts.rules import sign_in as rules
from govapp.accounts.views.sign_in import ask_for_proof
from govapp.core.errors import Denied
from govapp.core.language import N_
from govapp.core.web import SAFE_METHODS, ask_rule, session


def install(app: Flask) -> None:
    app.before_request(_lead_to_second_factor)
    app.before_request(ask_rule)
    app.before_request(_ask_for_proof)
    app.register_error_handler(rules.ProofNeeded, _lead_to_proof)


def _lead_to_second_factor() -> Any:
    view = current_app.view_functions.get(request.endpoint or "static")
    if request.endpoint in (None, "static") or getattr(view, "always_open", False):
        return None
    if not rules.must_set_up_second_factor(current_user):
        return None
    if request.method not in SAFE_METHODS:
        raise Denied(N_("Set up your second factor first. Your account page leads you there."))
    return redirect(url_for("second_factor.set_up", next=request.full_path.rstrip("?")), 303)


def _ask_for_proof() -> Any:
    """A form that was opened after a proof may still be sent a while later, so that what was typed stays."""
    view = current_app.view_functions.get(request.endpoint or "static")
    if not getattr(view, "proved", False):
        return None
    ask_for_proof(filling_in=request.method not in SAFE_METHODS)
    return None


def _lead_to_proof(_error: rules.ProofNeeded) -> Any:
    """Sensitive pages answer GET and POST at one address, so the way back is that address."""
    session().rollback()  # a redirect would commit what was begun before the refusal
    return redirect(url_for("account.prove", next=request.full_path.rstrip("?")), 303)
