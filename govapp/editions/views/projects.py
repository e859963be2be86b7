"""The projects of a ballot that is being made: a list, one project, and a file with many."""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from govapp.core import spreadsheets
from govapp.core.errors import Missing, NotNow, Refused, Unreadable
from govapp.core.files import names, workshop
from govapp.core.files.kinds import ZIP, Kind
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import guarded, page, page_number, session
from govapp.counting.pabulib import Malformed
from govapp.counting.pabulib import read as read_pb
from govapp.editions import queries, rules
from govapp.editions.actions import projects as actions
from govapp.editions.events import ProjectOnBallotChanged, ProjectsPutOnBallot
from govapp.editions.forms.plan import DeedForm
from govapp.editions.forms.projects import ProjectForm, TableForm
from govapp.editions.models import Edition, EditionProject
from govapp.editions.queries import changes
from govapp.editions.queries.listed import ANYTHING, ROWS, ListWish, Order
from govapp.editions.rules import tables
from govapp.editions.rules.tables import Table
from govapp.editions.views.subjects import edition_of, locked, status_of
from govapp.editions.wording import LACKS

TAKEN_OFF = N_(
    "Somebody took this project off the ballot or gave it another number since you opened it. What you typed"
    " is here still: saving puts it on the ballot as a new project."
)

ORDER_WORDS = {
    Order.NUMBER: N_("by number"),
    Order.TITLE: N_("by title"),
    Order.COST: N_("the dearest first"),
    Order.LATEST: N_("the latest first"),
}

bp = Blueprint("edition_projects", __name__, url_prefix="/editions/<int:edition_id>/plan")


@bp.get("/projects")
@guarded(rules.may_plan, edition_of)
def index(edition_id: int) -> Any:
    edition, projects = queries.show(session(), edition_id), queries.projects(session(), edition_id)
    wish = ListWish.read(request.args)
    found = wish.rows(projects, edition)
    last = max(1, -(-len(found) // ROWS))
    number = min(page_number(), last)
    return page(
        "editions/plan/projects.html",
        part="editions/plan/_projects.html",
        edition=edition,
        projects=projects,
        wish=wish,
        filters=_filters(wish, projects),
        found=found,
        rows=found[(number - 1) * ROWS : number * ROWS],
        number=number,
        last=last,
        lacks=LACKS,
        frozen=not rules.takes_changes(edition),
    )


def _filters(
    wish: ListWish, projects: Sequence[EditionProject]
) -> list[tuple[str, str, dict[str, str], str]]:
    """Name, label, options and what is chosen, of each list to choose from."""
    kinds = sorted({name for each in projects for name in each.categories})
    districts = sorted({each.district for each in projects if each.district})
    lacks = {ANYTHING: _("anything")} | {lack.value: _(word) for lack, word in LACKS.items()}
    orders = {order.value: _(word) for order, word in ORDER_WORDS.items()}
    return [
        ("category", _("Kind"), dict(zip(kinds, kinds, strict=True)), wish.category),
        ("district", _("Voting district"), dict(zip(districts, districts, strict=True)), wish.district),
        ("lack", _("Still missing"), lacks, wish.lack),
        ("order", _("Order"), orders, wish.order.value),
    ]


@bp.route("/projects/new", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def new(edition_id: int) -> Any:
    edition = queries.show(session(), edition_id)
    form = _form(edition)
    if not form.is_submitted():
        here = queries.projects(session(), edition_id)
        form.code.data = queries.free_code([each.code for each in here])
    if form.sent():
        try:
            actions.add(session(), current_user, edition_id, form.draft, form.shown)
        except Refused as refused:
            edition = _refused(form, refused, edition_id)
        else:
            flash(_("The project is on the ballot."), "good")
            return redirect(url_for(".index", edition_id=edition_id), 303)
    return _project(edition, form, None)


@bp.route("/projects/<code>", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def change(edition_id: int, code: str) -> Any:
    is_sent = request.method == "POST"
    edition = locked(edition_id) if is_sent else queries.show(session(), edition_id)
    try:
        project = queries.project(session(), edition_id, code)
    except Missing:
        if is_sent:
            return _taken_off(edition)
        raise
    form = _form(edition, project)
    if not is_sent:
        form.open(project)
    if form.sent_beside(project):
        try:
            actions.change(session(), current_user, edition_id, code, form.draft, form.shown)
        except Refused as refused:
            edition = _refused(form, refused, edition_id)
            project = queries.project(session(), edition_id, code)
        else:
            flash(_("Written down."), "good")
            kept = ListWish.read(request.args).in_address
            return redirect(url_for(".index", edition_id=edition_id, **kept), 303)
    return _project(edition, form, project)


def _taken_off(edition: Edition) -> Any:
    """Somebody took the project off the ballot, or gave it another number, while this was typed."""
    form = _form(edition)
    form.sent()
    form.form_errors.append(_(TAKEN_OFF))
    return _project(edition, form, None)


@bp.route("/projects/<code>/remove", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def remove(edition_id: int, code: str) -> Any:
    if DeedForm().sent():
        actions.remove(session(), current_user, edition_id, code)
        flash(_("The project is off the ballot."), "good")
        return redirect(url_for(".index", edition_id=edition_id), 303)
    edition, project = queries.show(session(), edition_id), queries.project(session(), edition_id, code)
    return page("editions/plan/remove.html", edition=edition, project=project)


@bp.route("/import", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def bring_in(edition_id: int) -> Any:
    """A file is taken whole or not at all; what must be mended is told row by row."""
    form, table = TableForm(), Table()
    if form.sent():
        content, name = form.file.data.read(), names.shown(form.file.data.filename or "", Kind.PB)
        try:
            table = _table(content, name)
            if not table.faults:
                digest = hashlib.sha256(content).hexdigest()
                new, changed = actions.bring_in(
                    session(), current_user, edition_id, table.drafts, digest, table.columns
                )
                said = _("%(new)s projects are new, %(changed)s were changed.", new=new, changed=changed)
                flash(said, "good")
                return redirect(url_for(".index", edition_id=edition_id), 303)
        except Refused as refused:
            session().rollback()
            form.file.errors = [_(refused.message) % refused.values]
    edition = queries.show(session(), edition_id)
    return page(
        "editions/plan/import.html",
        edition=edition,
        form=form,
        faults=table.faults,
        good=len(table.drafts),
        header=tables.HEADER,
        frozen=not rules.takes_changes(edition),
        status=422 if form.errors or table.faults else 200,
    )


@bp.get("/projects.csv")
@guarded(rules.may_plan, edition_of)
def download(edition_id: int) -> Any:
    """The projects as a table that can be brought in again; with no projects, a table to fill in."""
    rows = [tables.as_row(each) for each in queries.projects(session(), edition_id)]
    body = spreadsheets.BOM + spreadsheets.lines([tables.HEADER, *rows])
    name = f'attachment; filename="projects-{edition_id}.csv"'
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": name})


def _table(content: bytes, name: str) -> Table:
    """Raises Unreadable with what to mend."""
    if name.lower().endswith(".pb") or content.startswith(b"META"):
        try:
            return tables.of_file(read_pb(content, name, current_app.config["MAX_CONTENT_LENGTH"]))
        except Malformed as bad:
            words = _(bad.message_id).format(**bad.details).replace("%", "%%")
            raise Unreadable("Line %(line)s: %(problem)s", line=bad.line, problem=words) from bad
    if content.startswith(ZIP):
        content = workshop.clean(content, (Kind.XLSX,)).content
    return tables.of_rows(spreadsheets.read(io.BytesIO(content)))


def _form(edition: Edition, project: EditionProject | None = None) -> ProjectForm:
    form = ProjectForm()
    districts = [each.district for each in edition.envelopes] or [""]
    if project and project.district not in districts:
        districts.append(project.district)
    form.district.choices = [SelectChoice(name, name or _("The whole area")) for name in districts]
    form.has_picture = project is not None and project.picture_id is not None
    return form


def _refused(form: ProjectForm, refused: Refused, edition_id: int) -> Edition:
    """Say why above the form; nothing of what the action did stays."""
    session().rollback()
    words = _(refused.message) % refused.values
    (form.form_errors if isinstance(refused, NotNow) else form.code.errors).append(words)
    return queries.show(session(), edition_id)


def _project(edition: Edition, form: ProjectForm, project: EditionProject | None) -> Any:
    kept = ListWish.read(request.args).in_address  # the list from which one came
    action, latest = url_for(".new", edition_id=edition.id), None
    if project is not None:
        action = url_for(".change", edition_id=edition.id, code=project.code, **kept)
    if project is not None and form.is_overtaken:
        deeds: Any = {ProjectOnBallotChanged: {"project_id": project.id}, ProjectsPutOnBallot: {}}
        latest = changes.latest(session(), edition.id, deeds)
    return page(
        "editions/plan/project.html",
        action=action,
        back=url_for(".index", edition_id=edition.id, **kept),
        latest=latest,
        edition=edition,
        form=form,
        project=project,
        frozen=not rules.takes_changes(edition),
        status=status_of(form),
    )
