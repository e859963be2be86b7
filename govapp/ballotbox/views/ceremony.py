"""The ceremony: two sheets on one screen, every ballot opened in front of all, the result, and its record."""

import logging
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    stream_with_context,
    url_for,
)
from flask_login import current_user
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.wording import post_name
from govapp.ballotbox import queries, rules
from govapp.ballotbox.actions import opening
from govapp.ballotbox.forms.keys import DeedForm, OpeningForm
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.queries import log as logs
from govapp.ballotbox.queries.ceremony import counts, record_of
from govapp.ballotbox.views.results import told
from govapp.ballotbox.views.steps import box_of
from govapp.core import documents, language
from govapp.core.db import Database
from govapp.core.errors import NotNow, Refused
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import guarded, looking, page, proved, session
from govapp.ledger.marks import fingerprint

log = logging.getLogger("govapp.ballotbox")
bp = Blueprint("ceremony", __name__)

HERE = "<!-- here it happens -->"  # where the page is cut in two
NOT_OPENED = N_("There is a record once the ballots are opened.")
BROKE_OFF = N_(
    "Something went wrong on this server, and nothing of this opening was kept: no ballot was opened, none is"
    " lost. Look at the page of the box, and enter the sheets again."
)


@bp.route("/boxes/<int:box_id>/ceremony", methods=["GET", "POST"])
@guarded(rules.may_open, box_of)
@proved
def show(box_id: int) -> Any:
    """The request's own session only looks: the opening has a transaction of its own, in its own thread."""
    box, form = box_of(looking(), box_id), OpeningForm()
    if box.is_room:
        return redirect(url_for(".room", box_id=box_id), 303)
    hindrance = _hindrance(box)
    if form.sent():
        if hindrance:
            raise NotNow(hindrance)
        if private := form.joined(box):
            return _stream(box, private)
    answer = make_response(_page(box, form=form, hindrance=_(hindrance) if hindrance else "", runs=False))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/boxes/<int:box_id>/ceremony/room", methods=["GET", "POST"])
@guarded(rules.may_open, box_of)
@proved
def room(box_id: int) -> Any:
    """A box of a meeting: the first says so, the second opens it, each signed in for themselves."""
    box = box_of(looking(), box_id)
    if not box.is_room:
        return redirect(url_for(".show", box_id=box_id), 303)
    is_second = box.opening_asked_by_id not in (None, current_user.id)
    if DeedForm().sent():
        if is_second:
            opening.open_room(session(), current_app.extensions["keys"], current_user, box_id)
            flash(_("The box is opened and counted. Its keys are destroyed."), "good")
        else:
            opening.ask_to_open(session(), current_user, box_id)
            flash(_("Written down. The other of you two signs in now, and opens the box."), "good")
        return redirect(url_for(".room", box_id=box_id), 303)
    known = (box.chair_id, box.opening_asked_by_id, box.cosigned_by_id)
    return page(
        "ballotbox/ceremony_room.html",
        box=box,
        is_second=is_second,
        is_first=box.opening_asked_by_id == current_user.id,
        names=queries.names(looking(), *known),
        name=post_name(box.post),
        cast=queries.in_the_box(looking(), box_id)[0],
        counts=counts(looking(), box),
        results=told(box),
    )


@bp.get("/boxes/<int:box_id>/ceremony/record")
@guarded(rules.may_take_part, box_of)
def record(box_id: int) -> Any:
    """รายงานพิธีเปิดหีบบัตร, to be signed: an official document, so in Thai whoever reads it."""
    box = box_of(session(), box_id)
    if box.status is not Status.OPENED or box.opened_at is None:
        raise NotNow(NOT_OPENED)
    with language.use("th"):
        return documents.respond(
            "ballotbox/ceremony_document.html",
            f"{_('Record of the opening of a ballot box')} {box_id}.pdf",
            made_at=box.opened_at,
            box=box,
            name=post_name(box.post),
            record=record_of(session(), box),
            results=told(box),
            mark=fingerprint(box.public_key or b""),
        )


def _page(box: BallotBox, **more: Any) -> Any:
    form = more["form"]
    return page(
        "ballotbox/ceremony_show.html",
        here=HERE,
        status=422 if form.errors else 200,
        **_facts(looking(), box),
        **more,
    )


def _facts(session: Session, box: BallotBox) -> dict[str, Any]:
    """What stands beside the ceremony, and its result."""
    newest = logs.checkpoints(session, box.id, most=1)
    return {
        "box": box,
        "counts": counts(session, box),
        "newest": newest[0] if newest else None,
        "names": queries.names(session, box.keys_destroyed_by_id, box.cosigned_by_id),
        "mark": fingerprint(box.public_key) if box.public_key else "",
        "results": told(box),
    }


def _hindrance(box: BallotBox) -> str:
    """Why the ballots may not be opened now, as a msgid; "" when they may."""
    try:
        opening.require_ready(box, current_app.extensions["keys"])
    except NotNow as refused:
        return refused.message
    return ""


def _stream(box: BallotBox, private: bytes) -> Response:
    """The page in pieces: its beginning at once, then how far the opening is, then how it ended."""
    whole, _status = _page(box, form=OpeningForm(formdata=None), hindrance="", runs=True)
    before, after = whole.split(HERE)
    session().rollback()  # the masthead looked up the inbox: SQLite would hold the database for it
    database, keys = current_app.extensions["database"], current_app.extensions["keys"]
    said: SimpleQueue[Any] = SimpleQueue()
    work = (database, keys, current_user.id, box.id, private, said, language.current())
    opener = Thread(target=_open, args=work)
    answer = Response(stream_with_context(_pieces(before, after, box.id, opener, said, language.current())))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy would keep the pieces until all are there
    return answer


def _pieces(
    before: str, after: str, box_id: int, opener: Thread, said: SimpleQueue[Any], spoken: str
) -> Iterator[str]:
    """Whoever closes the window does not stop the opening: it ends, or nothing has happened."""
    yield before
    opener.start()
    while isinstance(news := said.get(), tuple):
        yield _words(spoken, "ballotbox/_ceremony_progress.html", done=news[0], total=news[1])
    opener.join()
    with current_app.extensions["database"].read() as fresh:
        facts = _facts(fresh, box_of(fresh, box_id))
        yield _words(spoken, "ballotbox/_ceremony_end.html", refusal=news, **facts)
    yield after


def _words(spoken: str, part: str, **context: Any) -> str:
    with language.use(spoken):
        return render_template(part, **context)


def _open(
    database: Database,
    keys: KeyFolder,
    actor_id: int,
    box_id: int,
    private: bytes,
    said: SimpleQueue[Any],
    spoken: str,
) -> None:
    """Says (done, of how many) while it opens, at last why it was refused, or "" when all is committed."""
    refusal = ""
    with language.use(spoken):
        try:
            with database.write.begin() as own:
                actor = own.get_one(User, actor_id)
                opening.count(own, keys, actor, box_id, private, lambda done, total: said.put((done, total)))
        except Refused as refused:
            refusal = _(refused.message) % refused.values
        except Exception:
            log.exception("the opening of box %s broke off", box_id)
            refusal = _(BROKE_OFF)
    said.put(refusal)
