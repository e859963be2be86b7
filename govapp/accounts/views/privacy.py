"""The privacy notice, what is kept of people and why; and a person's consent to it."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for
from flask_login import current_user

from govapp.accounts.actions import consents as actions
from govapp.accounts.forms.names import ConsentForm
from govapp.accounts.queries import consents as queries
from govapp.accounts.rules import people as rules
from govapp.core.errors import Missing
from govapp.core.forms import Form
from govapp.core.language import current
from govapp.core.language import gettext as _
from govapp.core.web import page, public, session, signed_in

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@public
def show() -> Any:
    return page("accounts/privacy.html", **_notice(rules.notice_version()))


@bp.get("/privacy/<version>")
@public
def show_version(version: str) -> Any:
    if version not in rules.NOTICES:
        raise Missing
    return page("accounts/privacy.html", **_notice(version))


@bp.route("/account/consent", methods=["GET", "POST"])
@signed_in
def consent() -> Any:
    form, version = ConsentForm(), rules.notice_version()
    if form.sent():
        actions.give(session(), current_user, current_user, version)
        flash(_("Thank you. It is written down that you agree."), "good")
        return redirect(url_for(".consent"), 303)
    return page(
        "accounts/consent.html",
        form=form,
        living=queries.living(session(), current_user.id),
        history=queries.history(session(), current_user.id),
        status=422 if form.errors else 200,
        **_notice(version),
    )


@bp.route("/account/consent/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw() -> Any:
    if Form().sent():
        actions.withdraw(session(), current_user)
        flash(_("Your consent is withdrawn."), "good")
        return redirect(url_for(".consent"), 303)
    return page("accounts/withdraw_consent.html", living=queries.living(session(), current_user.id))


def _notice(version: str) -> dict[str, Any]:
    """What the text of a version needs: there is one in each language, and English for those without."""
    config = current_app.extensions["config"]
    spoken = [f"accounts/privacy/_{version}_{code}.html" for code in (current(), "en")]
    return {
        "version": version,
        "newest": version == rules.notice_version(),
        "since": rules.NOTICES[version],
        "text": spoken,
        "contact": config.privacy_contact,
        "letter_days": config.letter_days,
        "session_hours": config.session_hours,
    }
