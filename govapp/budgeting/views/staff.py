"""Staff pages: bringing a finished election in, and watching the job that does it."""

from typing import Any

from flask import Blueprint, current_app, redirect, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from govapp.areas import queries as areas
from govapp.budgeting.actions import importing
from govapp.budgeting.forms import ImportForm
from govapp.budgeting.rules import may_import
from govapp.core.db import fetch
from govapp.core.errors import Missing
from govapp.core.jobs import Job
from govapp.core.language import current
from govapp.core.language import gettext as _
from govapp.core.web import guarded, looking, page, session
from govapp.counting.pabulib import Malformed, read

bp = Blueprint("staff_rounds", __name__, url_prefix="/staff/rounds")


@bp.route("/import", methods=["GET", "POST"])
@guarded(may_import)
def import_file() -> Any:
    form = ImportForm()
    form.area.choices = _areas()
    if form.sent():
        upload = form.file.data
        content = upload.read()
        try:
            read(content, upload.filename or "file", current_app.config["MAX_CONTENT_LENGTH"])
        except Malformed as malformed:
            form.file.errors = [_in_words(malformed)]
        else:
            area_id = form.area.data or None
            job = importing.ask_import(session(), current_user, upload.filename or "file", content, area_id)
            return redirect(url_for(".watch", job_id=job.id), 303)
    return page("budgeting/import.html", form=form, status=422 if form.errors else 200)


@bp.get("/import/<int:job_id>")
@guarded(may_import)
def watch(job_id: int) -> Any:
    job = fetch(session(), Job, job_id)
    if job.kind != "import_round":
        raise Missing
    said = _(job.message) % job.message_values
    return page("budgeting/import_job.html", part="budgeting/_import_job.html", job=job, said=said)


def _areas() -> list[SelectChoice]:
    named = [SelectChoice(area.id, area.name(current())) for area in areas.with_budgets(looking())]
    return [SelectChoice(0, _("As the file says")), *named]


def _in_words(malformed: Malformed) -> str:
    mistake = _(malformed.message_id).format(**malformed.details)
    return _(
        "%(file)s, line %(line)s: %(mistake)s",
        file=malformed.file,
        line=str(malformed.line),
        mistake=mistake,
    )
