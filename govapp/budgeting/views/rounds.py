"""The public pages: all rounds, a round's results, a project."""

from typing import Any

from flask import Blueprint, request
from flask_login import current_user

from govapp.budgeting import queries
from govapp.budgeting.forms import ORDERS, SHOWN, ProjectFilter
from govapp.budgeting.models import RoundProject
from govapp.budgeting.rules import may_import
from govapp.budgeting.views import example, results
from govapp.core.db import fetch
from govapp.core.errors import Missing
from govapp.core.language import gettext as _
from govapp.core.web import page, page_number, public, session
from govapp.counting.named_rules import as_options
from govapp.counting.rule import Rule

bp = Blueprint("rounds", __name__, url_prefix="/rounds")


@bp.get("")
@public
def index() -> Any:
    search = request.args.get("q", "")[:200]
    number = page_number()
    rounds, total = queries.rounds(session(), search, number)
    return page(
        "budgeting/index.html",
        part="budgeting/_rounds.html",
        rounds=rounds,
        total=total,
        search=search,
        may_import=may_import(current_user),
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
    )


@bp.get("/rules")
@public
def rules() -> Any:
    """How each rule counts, shown on one small election."""
    return page(
        "budgeting/rules.html",
        example=example,
        explained=[example.explained(key) for key in example.EXPLAINED],
        variants=example.variants(),
    )


@bp.get("/<int:round_id>")
@public
def show(round_id: int) -> Any:
    round_ = queries.show(session(), round_id)
    projects = queries.projects(session(), round_id)
    rule = Rule.from_json(round_.rule)
    count = queries.count_under(session(), round_id, rule)
    wish = ProjectFilter.read(request.args)
    context: dict[str, Any] = {
        "round": round_,
        "explained_at": results.explained_at(rule),
        "command": as_options(rule),
        "wish": wish,
        "shown_options": SHOWN,
        "order_options": ORDERS,
        "categories": sorted({name for p in projects for name in p.categories}),
        "districts": sorted({p.district for p in projects if p.district}),
        "job": None if count else queries.count_job(session(), round_id, rule),
        "result": results.result(round_, projects, count, wish) if count else None,
    }
    return page("budgeting/show.html", part="budgeting/_projects.html", **context)


@bp.get("/<int:round_id>/projects/<int:project_id>")
@public
def project(round_id: int, project_id: int) -> Any:
    round_ = queries.show(session(), round_id)
    project = fetch(session(), RoundProject, project_id)
    if project.round_id != round_id:
        raise Missing()
    projects = queries.projects(session(), round_id)
    left_out = queries.left_out(session(), round_)
    return page(
        "budgeting/project.html",
        round=round_,
        project=project,
        explained_at=results.explained_at(Rule.from_json(round_.rule)),
        place=1 + sum(each.points > project.points for each in projects),
        of=len(projects),
        left_out=[_(each.name) for key, each in queries.offered(round_).items() if key in left_out],
        answers=results.answers(round_, project, projects, queries.counts(session(), round_)),
    )
