"""Access codes for letters: asked for, made by a job, and taken in files that are soon gone."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask_login import current_user
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from govapp.accounts.views.sign_in import current_sign_in
from govapp.core import clock
from govapp.core.db import fetch
from govapp.core.errors import NotNow
from govapp.core.jobs import Job, JobState
from govapp.core.language import gettext as _
from govapp.core.web import guarded, one, page, page_number, proved, session
from govapp.rolls import queries, rules
from govapp.rolls.actions import codes
from govapp.rolls.forms import CodesForm
from govapp.rolls.models import Roll
from govapp.rolls.models.codes import Form, RollBatch
from govapp.rolls.queries import codes as code_queries
from govapp.rolls.queries import doubles
from govapp.rolls.views.own import code_keys

bp = Blueprint("roll_codes", __name__, url_prefix="/staff/rolls")

ROWS = 50
KINDS = {Form.LETTERS: ("pdf", "application/pdf"), Form.MERGE: ("csv", "text/csv; charset=utf-8")}


def may_keep_batch(actor: Any, batch: RollBatch) -> bool:
    return rules.may_keep(actor, batch.roll)


@bp.route("/<int:roll_id>/codes", methods=["GET", "POST"])
@guarded(rules.may_keep, one(Roll))
@proved
def index(roll_id: int) -> Any:
    roll, form, number = fetch(session(), Roll, roll_id), CodesForm(), page_number()
    names = [name for name in queries.counts(session(), roll.id) if name]
    form.district.choices = [
        SelectChoice("", _("Everybody who has no code yet")),
        *(SelectChoice(name, name) for name in names),
    ]
    if form.sent():
        try:
            district = form.district.data or None
            codes.ask(session(), current_sign_in(), current_user, roll.id, Form(form.form.data), district)
            flash(_("The codes are being made. You can leave this page; the work goes on."), "good")
            return redirect(url_for(".index", roll_id=roll.id), 303)
        except NotNow as refused:
            session().rollback()
            form.form.errors = [_(refused.message)]
    return page(
        "rolls/codes.html",
        part="rolls/_codes.html",
        roll=roll,
        form=form,
        job=_job(roll.id),
        doubles=doubles.count(session(), roll.id),
        lacking=code_queries.lacking(session(), roll.id),
        living=code_queries.living(session(), roll.id),
        batches=code_queries.batches(session(), roll.id, number, ROWS),
        now=clock.now(),
        number=number,
        pages=-(-code_queries.batches_of(session(), roll.id) // ROWS),
        days=rules.file_kept().days,
        status=422 if form.errors else 200,
    )


@bp.post("/batches/<int:batch_id>")
@guarded(may_keep_batch, one(RollBatch))
@proved
def take(batch_id: int) -> Any:
    content = codes.take(session(), current_sign_in(), current_user, batch_id, code_keys())
    batch = fetch(session(), RollBatch, batch_id)
    extension, kind = KINDS[batch.form]
    name = f"roll-{batch.roll_id}-letters-{batch.number:04}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, content_type=kind)


def _job(roll_id: int) -> Job | None:
    """The making of codes that is under way."""
    query = select(Job).where(Job.once == f"{codes.MAKE}:{roll_id}")
    return session().scalars(query.where(Job.state.in_((JobState.WAITING, JobState.RUNNING)))).first()
