"""The public pages of ballot boxes (หีบบัตร): all votes, one box, looking a receipt up, how it works."""

import json
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_login import current_user

from govapp.ballotbox import queries, rules, wording
from govapp.ballotbox.forms.public import LookUpForm
from govapp.ballotbox.models import BallotBox, Openings
from govapp.ballotbox.queries import audit, log
from govapp.ballotbox.rules import turnout
from govapp.ballotbox.views import story
from govapp.core import clock
from govapp.core.errors import Missing, NotNow, TooMany
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.pace import Pace
from govapp.core.web import looking, page, page_number, public, quiet

bp = Blueprint("boxes", __name__, url_prefix="/boxes")

CHECKPOINTS = 10  # on the page; the feed has more, the bundle all
LOOK_UPS = Pace(most=30)  # a minute, from one address
NO_LOG = N_("This box is so small that it has no public log, and its voters get no receipts.")
GROUP = 4  # letters of a digest in one group, for reading it aloud


@bp.get("")
@public
@quiet
def index() -> Any:
    number = page_number()
    boxes, total = queries.public_boxes(looking(), number)
    return page(
        "ballotbox/index.html",
        boxes=boxes,
        ballots=queries.ballots_of(looking(), boxes),
        story=story,
        now=clock.now(),
        statuses=wording.STATUSES,
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
    )


@bp.get("/how-it-works")
@public
def how_it_works() -> Any:
    return page("ballotbox/how_it_works.html", linked=wording.LINKED)


@bp.get("/<int:box_id>")
@public
@quiet
def show(box_id: int) -> Any:
    box, now = seen(box_id), clock.now()
    config = configuration(box)
    notices = [notice for notice in log.notices(looking(), box_id) if notice.leaf is not None]
    withdrawn = frozenset(notice.item for notice in notices if notice.item)
    took_part = queries.took_part(looking(), box_id) if box.finished_at else {}
    has_districts = bool(took_part) and len(config["roll"]) > 1 and not box.is_room
    return page(
        "ballotbox/show.html",
        box=box,
        state=wording.STATUSES[box.status],
        happens=story.now(box, now),
        steps=story.timeline(box, now),
        notices=notices,
        names=story.titles(config),
        voters=sum(config["roll"].values()),
        ballots=sum(took_part.values()) if box.finished_at else queries.in_the_box(looking(), box_id)[0],
        districts=turnout.of_districts(config["roll"], took_part) if has_districts else (),
        voted_on=story.voted_on(config, withdrawn),
        openings=_(wording.OPENINGS[box.openings]),
        results=story.results(config, box.result) if box.result else (),
        config=json.dumps(config, ensure_ascii=False, indent=1),
        config_hash=grouped(box.config_hash.hex()) if box.config_hash else "",
        log_key=config.get("log_key", ""),
        checkpoints=log.checkpoints(looking(), box_id, most=CHECKPOINTS),
        ballot_page=url_for(".show", box_id=box_id) + f"/{box.kind}",  # offered by the slice above
        is_voting=rules.takes_ballots(box.status, box.opens_at, box.closes_at, now),
        background=config["more"].get("background", ""),
        at_close=rules.publishes_at_close(sum(config["roll"].values())),
        bundle=audit.bundles(looking(), box_id).get(Openings.PUBLIC),
        verdict=wording.in_short,
        may_audit=rules.may_audit(current_user, box),
        **_look_up(box, LookUpForm(formdata=None)),
    )


@bp.get("/<int:box_id>/look-up")
@public
@quiet
def look_up_form(box_id: int) -> Any:
    box = seen(box_id)
    return page("ballotbox/look_up.html", box=box, **_look_up(box, LookUpForm(formdata=None)))


@bp.post("/<int:box_id>/look-up")
@public
@quiet
def look_up(box_id: int) -> Any:
    """Reads only, and only here: what is asked, by whom and when, is written down nowhere."""
    box, form = seen(box_id), LookUpForm()
    if not _has_log(box):
        raise NotNow(NO_LOG)
    found, status = None, 200 if form.sent() else 422
    if status == 200:
        try:
            LOOK_UPS.count(request.remote_addr or "")
            found = log.look_up(looking(), box, form.receipt)
        except TooMany as refused:
            form.code.errors = [_("Many codes were looked up from here. Wait a minute, and press again.")]
            status = refused.status
    return page(
        "ballotbox/look_up.html",
        "ballotbox/_look_up.html",
        status=status,
        box=box,
        focus=True,
        **_look_up(box, form, found),
    )


def seen(box_id: int) -> BallotBox:
    """The box, with its post and people, where it may be seen; raises Missing."""
    box = queries.with_people(looking(), box_id)
    if box is None or not rules.may_see(current_user, box):
        raise Missing
    return box


def configuration(box: BallotBox) -> dict[str, Any]:
    """What was frozen; before that, as much of it as is drafted."""
    if box.config:
        found: dict[str, Any] = json.loads(box.config)
        return found
    return {"roll": {}, **box.draft}


def grouped(digest: str) -> str:
    """`b7e2 40c9 11fd …`"""
    return " ".join(digest[at : at + GROUP] for at in range(0, len(digest), GROUP))


def address(endpoint: str, **parts: Any) -> str:
    """The address of a page as people outside type it."""
    site: str = current_app.extensions["config"].public_url.rstrip("/")
    return site + url_for(endpoint, **parts)


def _look_up(box: BallotBox, form: LookUpForm, found: log.Found | None = None) -> dict[str, Any]:
    return {
        "form": form,
        "found": found,
        "answer": story.answer(found) if found else "",
        "kind": story.PLACE_KINDS[found.place] if found else "",
        "has_log": _has_log(box),
    }


def _has_log(box: BallotBox) -> bool:
    return box.config is not None and not box.is_room
