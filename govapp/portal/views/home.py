"""The home page, the language switch, health, and the style guide."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, current_app, redirect, request
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from govapp.budgeting import queries
from govapp.core import clock, dates, documents, language
from govapp.core.errors import Missing
from govapp.core.language import gettext as _
from govapp.core.web import LANGUAGE_COOKIE, always_open, local_path, page, public, session, signed_in
from govapp.editions import queries as editions
from govapp.editions.rules import takes_ballots
from govapp.editions.views import story
from govapp.portal.forms import ExampleForm

bp = Blueprint("portal", __name__)

LATEST = 5
RUNNING = 3
YEAR_SECONDS = 365 * 24 * 3600
SAMPLE_BEGAN, SAMPLE_ENDED = (datetime(2026, 11, 12, hour, 30, tzinfo=UTC) for hour in (2, 5))
SAMPLE_DUE = date(2026, 11, 30)


@bp.get("/")
@public
def home() -> Any:
    rounds, total = queries.rounds(session(), rows=LATEST)
    now = clock.now()
    running = [
        (each, story.happens(each, now), takes_ballots(each, now))
        for each in editions.running(session(), now, most=RUNNING)
    ]
    return page("portal/home.html", rounds=rounds, total=total, editions=running)


@bp.get("/language/<code>")
@public
@always_open
def choose_language(code: str) -> Any:
    if code not in language.available():
        raise Missing
    answer = redirect(local_path(request.args.get("next")), 303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(LANGUAGE_COOKIE, code, YEAR_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return answer


@bp.get("/styleguide")
@public
def styleguide() -> Any:
    form = ExampleForm(formdata=MultiDict({"amount": "-5oo"}), meta={"csrf": False})
    form.validate()
    return page("portal/styleguide.html", form=form, tried=None)


@bp.post("/styleguide")
@signed_in
def try_example() -> Any:
    """What a form says to what one types and brings; nothing is kept."""
    form = ExampleForm()
    tried = form.file.data if form.sent() else None
    return page("portal/styleguide.html", form=form, tried=tried, status=422 if form.errors else 200)


@bp.get("/styleguide/document")
@public
def sample_document() -> Any:
    """What an official document looks like."""
    return documents.respond(
        "portal/sample_document.html",
        _("sample document") + ".pdf",
        made_at=SAMPLE_ENDED,
        held_on=SAMPLE_BEGAN,
        due=SAMPLE_DUE,
        began=dates.time_of_day(SAMPLE_BEGAN),
        ended=dates.time_of_day(SAMPLE_ENDED),
    )


@bp.get("/accessibility")
@public
def accessibility() -> Any:
    return page("portal/accessibility.html")


@bp.get("/health")
@public
@always_open
def health() -> Any:
    """For load balancers: 200 when the database answers."""
    session().execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
