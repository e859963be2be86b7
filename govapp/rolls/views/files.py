"""Bringing people onto a roll: the file, what was read in it, and the word that it is taken over."""

import io
from typing import Any, BinaryIO

from flask import Blueprint, Response, current_app, flash, redirect, stream_with_context, url_for
from flask_login import current_user

from govapp.core import cipher, citizen_number, language, spreadsheets
from govapp.core.db import fetch
from govapp.core.errors import Refused, TooLarge, Unreadable
from govapp.core.files import kinds, workshop
from govapp.core.files.kinds import Kind
from govapp.core.files.room import takes_up_to
from govapp.core.forms import Form
from govapp.core.jobs import Job
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import guarded, looking, one, page, page_number, session
from govapp.rolls import rules, wording
from govapp.rolls.actions import importing
from govapp.rolls.forms import FileForm
from govapp.rolls.models import Roll
from govapp.rolls.models.imports import RollImport, RollRow, Stage
from govapp.rolls.queries import doubles, imports, pieces
from govapp.rolls.rules.columns import OURS

bp = Blueprint("roll_files", __name__, url_prefix="/staff/rolls")

SHEET_TOO_LARGE = N_("A spreadsheet may have up to %(most)s. Save a larger one as CSV.")
REPORT = ("line", "problem", "name", "citizen number", "case number", "district")


def may_keep_import(actor: Any, made: RollImport) -> bool:
    return rules.may_keep(actor, made.roll)


@bp.route("/<int:roll_id>/bring", methods=["GET", "POST"])
@guarded(rules.may_keep, one(Roll))
@takes_up_to(rules.FILE_BYTES)
def bring(roll_id: int) -> Any:
    """A file whose first line is wrong is refused here and nowhere kept; no ballot waits meanwhile."""
    roll, form = fetch(looking(), Roll, roll_id), FileForm()
    if form.sent():
        try:
            content = _checked(form.file.data.stream)
            name, spoken = form.file.data.filename or "", language.current()
            made = importing.bring(session(), current_user, roll.id, name, content, spoken, _sealing())
            return redirect(url_for(".watch", import_id=made.id), 303)
        except Refused as refused:
            session().rollback()
            form.file.errors = [_(refused.message) % refused.values]
    return page(
        "rolls/bring.html",
        roll=roll,
        form=form,
        columns=list(OURS.values()),
        most=kinds.size(rules.FILE_BYTES),
        most_in_sheet=kinds.size(current_app.config["MAX_CONTENT_LENGTH"]),
        status=422 if form.errors else 200,
    )


@bp.get("/imports/<int:import_id>")
@guarded(may_keep_import, one(RollImport))
def watch(import_id: int) -> Any:
    made, number = fetch(session(), RollImport, import_id), page_number()
    job = session().get(Job, made.job_id) if made.job_id else None
    failed = job is not None and job.state.value == "failed"
    return page(
        "rolls/file.html",
        part="rolls/_file.html",
        made=made,
        roll=made.roll,
        job=job,
        failed=failed,
        is_busy=made.stage in (Stage.READING, Stage.APPLYING) and not failed,
        said=_(job.message) % job.message_values if job and job.message else "",
        districts=imports.by_district(session(), made.id) if made.stage is Stage.CHECKED else {},
        rows=imports.rejected(session(), made.id, number),
        fault_of=wording.fault_of,
        doubles=doubles.count(session(), made.roll_id) if made.stage is Stage.APPLIED else 0,
        again=doubles.of_file(session(), made) if made.stage is Stage.CHECKED else (0, ()),
        masked=citizen_number.masked,
        number=number,
        pages=-(-made.rejected // imports.SHOWN_ROWS),
    )


@bp.get("/imports/<int:import_id>/rejected.csv")
@guarded(may_keep_import, one(RollImport))
def rejected(import_id: int) -> Any:
    """The lines that are not taken over, each with how to mend it; four digits of a number, never more."""

    def lines() -> Any:
        yield spreadsheets.BOM + spreadsheets.lines([REPORT])
        for row in imports.every_rejected(session(), import_id):
            yield spreadsheets.lines([_reported(row)])

    headers = {"Content-Disposition": f'attachment; filename="roll-file-{import_id}-rejected.csv"'}
    return Response(stream_with_context(lines()), headers=headers, content_type="text/csv; charset=utf-8")


@bp.post("/imports/<int:import_id>/apply")
@guarded(may_keep_import, one(RollImport))
def apply(import_id: int) -> Any:
    if Form().sent():
        importing.ask_apply(session(), current_user, import_id)
    return redirect(url_for(".watch", import_id=import_id), 303)


@bp.post("/imports/<int:import_id>/drop")
@guarded(may_keep_import, one(RollImport))
def drop(import_id: int) -> Any:
    if Form().sent():
        made = importing.drop(session(), current_user, import_id)
        flash(_("Nothing of this file was taken over."), "good")
        return redirect(url_for("roll_keeping.show", roll_id=made.roll_id), 303)
    return redirect(url_for(".watch", import_id=import_id), 303)


def _checked(file: BinaryIO) -> BinaryIO:
    """A file that may be read: a spreadsheet is cleaned first, and the columns must be those of a roll."""
    begins = file.read(pieces.PIECE)
    file.seek(0)
    if begins.startswith(kinds.ZIP):
        file = io.BytesIO(workshop.clean(_sheet(file), (Kind.XLSX,)).content)
    elif kinds.recognise(begins) is not None or not begins:
        raise Unreadable(spreadsheets.NO_TABLE)
    importing.check_header(file)
    return file


def _sheet(file: BinaryIO) -> bytes:
    most = current_app.config["MAX_CONTENT_LENGTH"]
    content = file.read(most + 1)
    if len(content) > most:
        raise TooLarge(SHEET_TOO_LARGE, most=kinds.size(most))
    return content


def _reported(row: RollRow) -> list[Any]:
    name = f"{row.title}{row.given_name} {row.family_name}".strip()
    number = citizen_number.masked(row.last_four) if len(row.last_four) == 4 else ""
    return [row.line, wording.fault_of(row), name, number, row.case_number or "", row.district]


def _sealing() -> bytes:
    return cipher.key_for(importing.SEALING, str(current_app.secret_key))
