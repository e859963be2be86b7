"""When letters come: a person's own choice, and the link in letters that stops them."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_login import current_user

from govapp.accounts.actions.account import choose_language
from govapp.accounts.models import User
from govapp.core import clock
from govapp.core.dates import from_local, local_day, time_of_day
from govapp.core.language import gettext as _
from govapp.core.web import always_open, by_machines, page, public, session, signed_in
from govapp.notifications import actions, queries
from govapp.notifications.forms import PreferencesForm
from govapp.notifications.models import Delivery
from govapp.notifications.rules import DIGEST_AT
from govapp.notifications.wording import TOPICS, masked, stops

bp = Blueprint("preferences", __name__)


@bp.route("/inbox/preferences", methods=["GET", "POST"])
@signed_in
def edit() -> Any:
    chosen = queries.deliveries(session(), current_user.id)
    form = PreferencesForm(chosen, current_user.language)
    if form.sent():
        actions.choose(session(), current_user.id, current_user.id, form.wanted())
        choose_language(session(), current_user.id, form.language.data)
        flash(_("Your choice is kept, and counts from now on."), "good")
        return redirect(url_for(".edit"), 303)
    hour = time_of_day(from_local(local_day(clock.now()), DIGEST_AT))
    hints = {Delivery.DAILY.value: _("One letter at %(hour)s with all that is new", hour=hour)}
    return page("notifications/preferences.html", form=form, hints=hints, status=422 if form.errors else 200)


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public
@always_open
@by_machines
def stop(token: str) -> Any:
    """Opening the link does nothing yet, for scanners open links. Mail programs post to it (RFC 8058)."""
    found = stops(current_app.extensions["link_signer"], token)
    user = found and session().get(User, found[0])
    if not found or not user:
        return page("notifications/dead_stop.html", status=410)
    chosen = queries.deliveries(session(), user.id)
    topics = [found[1]] if found[1] else [topic for topic in chosen if chosen[topic] is Delivery.DAILY]
    done = request.method == "POST" or all(chosen[topic] is Delivery.ON_SITE for topic in topics)
    if request.method == "POST":
        actions.choose(session(), None, user.id, dict.fromkeys(topics, Delivery.ON_SITE))
    names = [TOPICS[topic] for topic in topics]
    return page("notifications/unsubscribe.html", topics=names, done=done, address=masked(user.email))
