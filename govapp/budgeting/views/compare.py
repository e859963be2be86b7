"""Two rules side by side on the same ballots."""

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
    choices = results.choices(round_)
    first = _chosen("a", choices, USED)
    second = _chosen("b", choices, _contrast(choices, first))
    sides = [results.result(round_, projects, counts[key]) for key in (first, second) if key in counts]
    return page(
        "budgeting/compare.html",
        part="budgeting/_comparison.html",
        round=round_,
        projects=projects,
        choices=choices,
        keys=(first, second),
        sides=sides,
        differences=results.differences(*sides) if len(sides) == 2 else [],
    )


def _chosen(name: str, choices: dict[str, Preset], otherwise: str) -> str:
    asked = request.args.get(name, "")
    return asked if asked in choices else otherwise


def _contrast(choices: dict[str, Preset], first: str) -> str:
    """A rule of another kind than the first, so that there is something to see."""
    method = choices[first].rule.method
    return next((key for key, preset in choices.items() if preset.rule.method != method), USED)
