"""The log of deeds (บันทึกการใช้งาน): who did what to which thing, whether it is whole, and downloading it."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_login import current_user

from govapp.accounts.queries.people import by_email
from govapp.core import audit, clock, dates, language, spreadsheets
from govapp.core.audit import AuditEntry
from govapp.core.db import Database, fetch
from govapp.core.jobs import JobState
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.text import NBSP
from govapp.core.web import guarded, page, proved, session
from govapp.portal import actions, wording
from govapp.portal.forms import ExportForm, WishForm
from govapp.portal.queries import audit as queries
from govapp.portal.queries.audit import NUMBER, Wish
from govapp.portal.rules import may_read_log, may_see_chain

bp = Blueprint("audit", __name__, url_prefix="/audit")

FOR_WHOM = N_(
    "The log is read by auditors of the whole country. Auditors of an area check its boxes and rounds."
)
COLUMNS = (
    N_("Entry"),
    N_("When"),
    N_("User"),
    N_("Event"),
    N_("What"),
    N_("Details"),
    N_("Link of the chain"),
    N_("Digest"),
)


@bp.route("", methods=["GET", "POST"])
@guarded(may_read_log, words=FOR_WHOM)
def index() -> Any:
    """A search is sent by POST and leads to an address with numbers in it, never with e-mail addresses."""
    form = WishForm(lambda email: by_email(session(), email))
    if form.sent():
        wish = form.wish()
        actions.note_search(session(), current_user, wish)
        return redirect(url_for(".index", **wish.as_address()), 303)
    if form.errors:
        return page("portal/audit.html", form=form, entries=None, status=422, **_state())
    wish = Wish.read(request.args)
    if not queries.is_noted(session(), current_user.id, wish.people):
        return page("portal/audit_ask.html", form=WishForm.of(wish))
    found, more = queries.entries(session(), wish, _number("before"))
    return page(
        "portal/audit.html",
        form=WishForm.of(wish),
        entries=found,
        older=url_for(".index", **wish.as_address(), before=found[-1].id) if more else "",
        newest=url_for(".index", **wish.as_address()) if "before" in request.args else "",
        export=url_for(".export", **wish.as_address()),
        filtered=wish != Wish(),
        people=queries.people(session(), [entry.actor_id for entry in found]),
        **_state(),
    )


@bp.get("/<int:entry_id>")
@guarded(may_read_log, words=FOR_WHOM)
def show(entry_id: int) -> Any:
    entry = fetch(session(), AuditEntry, entry_id)
    return page(
        "portal/audit_entry.html",
        entry=entry,
        people=queries.people(session(), [entry.actor_id]),
        things=dict(audit.objects_of(entry.details)),
        link=audit.link(session(), entry),
        last=audit.last_seal(session()),
        canonical=audit.canonical(entry),
        written=audit.written(entry.at),
        **_words(),
    )


@bp.get("/chain")
@guarded(may_see_chain)
def chain() -> Any:
    """While it is verified the page asks again and again, so it counts nothing then."""
    past, job = queries.verdicts(session()), queries.verification(session(), _number("job"))
    running = job is not None and job.state in (JobState.WAITING, JobState.RUNNING)
    return page(
        "portal/audit_chain.html",
        part="portal/_audit_chain.html",
        job=job,
        running=running,
        verdict=past[0] if past else None,
        past=past,
        people=queries.people(session(), [each.actor_id for each in past]),
        last=audit.last_seal(session()),
        waiting=0 if running else audit.unsealed_count(session()),
        may_read=may_read_log(current_user),
    )


@bp.post("/chain/verify")
@guarded(may_see_chain)
def verify() -> Any:
    job = actions.ask_verification(session(), current_user)
    return redirect(url_for(".chain", job=job.id), 303)


@bp.route("/export", methods=["GET", "POST"])
@guarded(may_read_log, words=FOR_WHOM)
@proved
def export() -> Any:
    wish, form, until = Wish.read(request.args), ExportForm(), clock.now()
    if not queries.is_noted(session(), current_user.id, wish.people):
        return redirect(url_for(".index", **wish.as_address()), 303)
    if form.sent():
        count = actions.export(session(), current_user, wish, until)
        return _file(wish, count, until, form.kind.data)
    count = queries.count(session(), wish, actions.MOST_EXPORTED + 1, until)
    return page(
        "portal/audit_export.html",
        form=form,
        asked=WishForm.of(wish).facts(),
        count=min(count, actions.MOST_EXPORTED),
        is_cut=count > actions.MOST_EXPORTED,
        most=actions.MOST_EXPORTED,
        an_hour=actions.EXPORTS_AN_HOUR,
        address=wish.as_address(),
        status=422 if form.errors else 200,
    )


def _file(wish: Wish, count: int, until: datetime, kind: str) -> Response:
    """Sent piece by piece, after what was noted is committed."""
    database, code = current_app.extensions["database"], language.current()
    name = f"log-{dates.local(until):%Y%m%d-%H%M}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content_type = "text/csv; charset=utf-8" if kind == "csv" else "application/jsonl; charset=utf-8"
    pieces = _pieces(database, wish, count, until, kind, code)
    return Response(pieces, headers=headers, content_type=content_type)


def _pieces(
    database: Database, wish: Wish, count: int, until: datetime, kind: str, code: str
) -> Iterator[str]:
    if kind == "csv":
        with language.use(code):
            head = spreadsheets.BOM + spreadsheets.lines([[_(column) for column in COLUMNS]])
        yield head
    with database.read() as own:
        for rows in queries.to_export(own, wish, count, until):
            with language.use(code):
                piece = spreadsheets.lines(map(_cells, rows)) if kind == "csv" else "".join(map(_json, rows))
            yield piece


def _cells(row: Any) -> Sequence[Any]:
    when = f"{dates.local(row.at):%Y-%m-%d %H:%M:%S}"
    details = json.dumps(row.details, ensure_ascii=False)
    told = wording.sentence(row.event, row.details).replace(NBSP, " ")
    return (row.id, when, row.actor_id, row.event, told, details, row.link, row.digest)


def _json(row: Any) -> str:
    """The entry as it goes into the chain, with its place there."""
    sealed = {"link": row.link, "digest": row.digest}
    return json.dumps(json.loads(audit.canonical(row)) | sealed, ensure_ascii=False) + "\n"


def _number(name: str) -> int | None:
    asked = request.args.get(name, "")
    return int(asked) if NUMBER.fullmatch(asked) else None


def _state() -> dict[str, Any]:
    return {"verdict": audit.last_verdict(session()), **_words()}


def _words() -> dict[str, Any]:
    return {
        "sentence": wording.sentence,
        "who": wording.who,
        "detail": wording.detail,
        "thing": wording.thing,
    }
