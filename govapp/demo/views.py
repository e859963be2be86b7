"""Being one of the demo's people by one tap, second factor included; outside the demo, closed doors."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request
from flask import session as cookie
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from govapp.accounts.actions import sign_in
from govapp.accounts.models import User
from govapp.accounts.models.posts import Grant
from govapp.accounts.rules.posts import Standing, standing
from govapp.accounts.views.sign_in import HOME, TOKEN, keep, lasts
from govapp.accounts.wording import STANDINGS, device, post_name
from govapp.core import language
from govapp.core.errors import Missing
from govapp.core.language import gettext as _
from govapp.core.web import always_open, local_path, looking, page, public, session
from govapp.demo import actions, queries
from govapp.demo.people import PEOPLE, Person
from govapp.demo.places import COUNTRY, Place

log = logging.getLogger("govapp.demo")

bp = Blueprint("demo", __name__, url_prefix="/demo")

HAS_NO_PEOPLE = "demo_has_no_people"  # this process has looked already
SHOWN = (Standing.LIVE, Standing.COMING, Standing.PROPOSED)


@dataclass(frozen=True)
class Card:
    """A person one can be, with the name of their post and how their holding it stands."""

    person: Person
    user: User
    post: str
    standing: Standing | None
    is_me: bool


@dataclass(frozen=True)
class Group:
    """People of one place."""

    place: str
    remark: str
    cards: list[Card]


@bp.get("")
@public
@always_open
def index() -> Any:
    found = queries.users(session())
    cards = [_card(person, found[person.key]) for person in PEOPLE if person.key in found]
    onward = local_path(request.args.get("next"), "")
    return page("demo/index.html", groups=_by_place(cards), standings=STANDINGS, onward=onward)


@bp.post("/<key>")
@public
@always_open
def become(key: str) -> Any:
    user = queries.users(session()).get(key)
    if user is None:
        raise Missing
    if current_user.is_authenticated:
        sign_in.sign_out(session(), current_user.id, cookie[TOKEN])
    keep(actions.become(session(), user, lasts(), device(request.user_agent.string)))
    return redirect(local_path(request.form.get("next"), HOME), 303)


@bp.app_context_processor
def _who() -> dict[str, Any]:
    """demo_key(): which of the demo's people is signed in, "" for anybody else."""
    return {"demo_key": _my_key}


def install(app: Flask) -> None:
    """The page of the people, in demo mode; elsewhere no page works while such people are here."""
    if app.extensions["config"].demo:
        app.register_blueprint(bp)
        app.extensions["checks"] = ()
    else:
        app.before_request(_refuse_people)
        app.extensions["checks"] = (queries.refuse_people,)


def _refuse_people() -> None:
    """Asked once in a process, for sites that are not started by `govapp serve`."""
    if request.endpoint == "static" or HAS_NO_PEOPLE in current_app.extensions:
        return
    try:
        queries.refuse_people(looking())
    except queries.DemoOutside as refused:
        log.error("%s", refused)
        raise
    except SQLAlchemyError:  # a database that is down or empty holds nobody: pages that need none still work
        looking().rollback()
        return
    current_app.extensions[HAS_NO_PEOPLE] = True


def _card(person: Person, user: User) -> Card:
    shown = sorted((grant for grant in user.grants if standing(grant) in SHOWN), key=_in_order)
    post = post_name(shown[0].post) if shown else ""
    return Card(person, user, post, standing(shown[0]) if shown else None, _is_me(user))


def _in_order(grant: Grant) -> int:
    return SHOWN.index(standing(grant))


def _by_place(cards: Iterable[Card]) -> list[Group]:
    return [_group(place, list(found)) for place, found in groupby(cards, lambda card: card.person.place)]


def _group(place: Place | None, cards: list[Card]) -> Group:
    if place is None:
        return Group(_("Citizens"), "", cards)
    name = place.name_th if language.current() == "th" else place.name_en
    return Group(name, "" if place is COUNTRY else _("an invented place"), cards)


def _is_me(user: User) -> bool:
    return bool(current_user.is_authenticated and current_user.id == user.id)


def _my_key() -> str:
    return next((key for key, user in queries.users(session()).items() if _is_me(user)), "")
