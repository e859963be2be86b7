"""Two rules side by side on the same ballots."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, request

from govapp.budgeting import queries
from govapp.budgeting.rules import USED, Preset
from govapp.budgeting.views import results
from govapp.core.web import page, public, session

bp = Blueprint("compare", __name__, url_prefix="/rounds/<int:round_id>/compare")


@bp.get("")
@public
def show(round_id: int) -> Any:
    round_ = queries.show(session(), round_id)
    projects = queries.projects(session(), round_id)
    counts = queries.counts(session(), round_)
    choices, left_out = results.choices(round_), queries.left_out(session(), round_)
    first = _chosen("a", choices, USED)
    second = _chosen("b", choices, _contrast(choices, first, left_out))
    missing = [key for key in (first, second) if key not in counts and key not in left_out]
    sides = [results.result(round_, projects, counts[key]) for key in (first, second) if key in counts]
    return page(
        "budgeting/compare.html",
        part="budgeting/_comparison.html",
        round=round_,
        projects=projects,
        choices=choices,
        keys=(first, second),
        left_out=left_out,
        is_counting=any(queries.count_job(session(), round_id, choices[key].rule) for key in missing),
        sides=sides,
        differences=results.differences(*sides) if len(sides) == 2 else [],
    )


def _chosen(name: str, choices: dict[str, Preset], otherwise: str) -> str:
    asked = request.args.get(name, "")
    return asked if asked in choices else otherwise


def _contrast(choices: dict[str, Preset], first: str, left_out: Collection[str]) -> str:
    """A rule of another kind than the first, so that there is something to see."""
    method, counted = choices[first].rule.method, (key for key in choices if key not in left_out)
    return next((key for key in counted if choices[key].rule.method != method), USED)
