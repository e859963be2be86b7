"""A station: an officer finds a person on the roll, sees a document, and hands the device over.

Nothing of it is written. While the voter has the device the officer's sign-in opens no other page on it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user

from govapp.accounts.actions import sign_in
from govapp.accounts.actions.citizen_numbers import Keys
from govapp.ballotbox.actions import paper as papers_of_box
from govapp.core import clock
from govapp.core.errors import NotNow
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.pace import Pace
from govapp.core.web import guarded, looking, page, quiet, signed_in
from govapp.editions.forms.station import CheckForm, FindForm, TakeBackForm
from govapp.editions.queries import papers
from govapp.editions.rules import stations
from govapp.editions.rules.passes import Way
from govapp.editions.views import at_hand
from govapp.rolls import queries as rolls
from govapp.rolls.rules import MOST_FOUND, may_vote
from govapp.rolls.wording import stands

bp = Blueprint("edition_station", __name__, url_prefix="/editions/<int:edition_id>/station")

FOUND = "station"  # purpose of the token that names the person who was found
FOUND_LASTS = timedelta(minutes=30)
# In memory, and asked without the proof of accounts: that one writes its moment beside the officer's name,
# and at a station this is the moment at which somebody has just voted.
PACE = Pace(most=stations.TRIES)
OPEN_WHILE_LOCKED = ("edition_station.take_back", "accounts.sign_out", "portal.choose_language")
TOO_LATE = N_("Came on the roll too late: may not vote")
NOT_OPEN = N_("The vote is not open now: nobody can vote at the station.")


@dataclass(frozen=True)
class Person:
    """Somebody on the roll, as an officer sees them. token: names them in the next form, where they vote."""

    name: str
    last_four: str
    district: str
    why_not: str
    token: str


@bp.route("", methods=["GET", "POST"])
@guarded(stations.may_help, papers.post)
@quiet
def find(edition_id: int) -> Any:
    """By POST, so that no name stands in an address."""
    form, found = FindForm(), None
    here = at_hand.look(edition_id)
    if form.sent() and here.paper.roll_id is not None:
        finding = Keys.of(str(current_app.secret_key)).finding
        rows: Any = rolls.find_for_station(looking(), here.paper.roll_id, form.name.data, finding)
        found = [_person(edition_id, entry, voter) for entry, voter in rows]
    return page(
        "editions/vote/station.html",
        here=here,
        paper=here.paper,
        form=form,
        found=found,
        most_found=MOST_FOUND,
        standing=at_hand.standing(here.paper),
        status=422 if form.errors else 200,
    )


@bp.post("/person")
@guarded(stations.may_help, papers.post)
@quiet
def check(edition_id: int) -> Any:
    """The person found, and their document; then the device, or a ballot on paper."""
    form, here = CheckForm(), at_hand.look(edition_id)
    voter = _voter(edition_id, request.form.get("voter", ""))
    if voter is None:
        return redirect(url_for(".find", edition_id=edition_id), 303)
    if at_hand.standing(here.paper) != "open":
        raise NotNow(NOT_OPEN)
    is_sent = form.do.data in ("device", "paper") and form.sent()
    if is_sent and form.do.data == "paper" and not form.is_sure.data:
        form.is_sure.errors = [_("Tick this first: it cannot be taken back.")]
        is_sent = False
    if not is_sent:
        return page(
            "editions/vote/station_check.html",
            here=here,
            paper=here.paper,
            form=form,
            status=422 if form.errors else 200,
        )
    if form.do.data == "paper":
        return _on_paper(here, voter, form.name.data)
    at_hand.give_pass(edition_id, voter, Way.STATION)
    cookie[at_hand.HANDED_OVER] = edition_id
    return redirect(url_for("edition_vote.ballot", edition_id=edition_id), 303)


@bp.route("/hand-back", methods=["GET", "POST"])
@signed_in
@quiet
def take_back(edition_id: int) -> Any:
    """The officer has the device again, and the pass of the voter is gone."""
    if not at_hand.is_handed_over():
        return redirect(url_for(".find", edition_id=edition_id), 303)
    here, form = at_hand.look(edition_id), TakeBackForm()
    if form.sent():
        PACE.count(str(current_user.id))
        email = current_user.email or ""
        if sign_in.recognise(looking(), email, form.password.data) is not None:
            at_hand.drop_pass()
            cookie.pop(at_hand.HANDED_OVER, None)
            return redirect(url_for(".find", edition_id=edition_id), 303)
        form.password.errors = [_("The password is wrong. Try again.")]
    return page(
        "editions/vote/hand_back.html",
        here=here,
        paper=here.paper,
        form=form,
        status=422 if form.errors else 200,
    )


def install(app: Flask) -> None:
    """While the device is handed over nothing else of the site opens on it."""
    app.before_request(_lock)


def _lock() -> Any:
    if not at_hand.is_handed_over() or request.endpoint in (None, "static", *OPEN_WHILE_LOCKED):
        return None
    if not current_user.is_authenticated:
        return None  # the officer is signed in no more: nothing is left to guard
    edition_id = cookie[at_hand.HANDED_OVER]
    if (request.blueprint, (request.view_args or {}).get("edition_id")) == ("edition_vote", edition_id):
        return None
    return redirect(url_for("edition_station.take_back", edition_id=edition_id), 303)


def _on_paper(here: at_hand.AtHand, voter: str, name: str) -> Any:
    assert here.paper.box_id is not None
    keys = current_app.extensions["keys"]
    with current_app.extensions["database"].write.begin() as own:
        papers_of_box.lock_for_paper(own, keys, here.paper.box_id, voter)
    return page("editions/vote/on_paper.html", here=here, paper=here.paper, name=name)


def _person(edition_id: int, entry: Any, voter: str | None) -> Person:
    signer = current_app.extensions["link_signer"]
    subject = f"{edition_id}/{current_user.id}/{voter}"
    token = signer.sign(FOUND, subject, clock.now() + FOUND_LASTS) if voter else ""
    why_not = _(TOO_LATE) if may_vote(entry) else _("%(standing)s: may not vote", standing=stands(entry))
    return Person(entry.name, entry.last_four, entry.district, "" if token else why_not, token)


def _voter(edition_id: int, token: str) -> str | None:
    """Whom this officer found in this edition within half an hour."""
    subject = current_app.extensions["link_signer"].read(FOUND, token)
    start = f"{edition_id}/{current_user.id}/"
    return subject.removeprefix(start) if subject and subject.startswith(start) else None
