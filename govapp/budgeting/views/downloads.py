"""Everything a recount needs: ballots as .pb, projects as CSV, all as JSON, and the full trace of a count."""

import csv
import io
import json
from typing import Any

from flask import Blueprint, Response

from govapp.budgeting import queries
from govapp.budgeting.models import Count, Round
from govapp.budgeting.rules import USED, preset_rule
from govapp.core.errors import Missing
from govapp.core.language import N_
from govapp.core.spreadsheets import harmless
from govapp.core.web import public, session
from govapp.counting.pabulib_write import money, write
from govapp.counting.rule import Rule

NOT_FINISHED = N_("This count is not finished yet")
LEFT_OUT = N_("Left out: it would take too long on this vote")
COLUMNS = "project_id name cost votes points categories district funded order reason".split()

bp = Blueprint("downloads", __name__, url_prefix="/rounds/<int:round_id>")


@bp.get("/ballots.pb")
@public
def ballots(round_id: int) -> Any:
    """The ballots, in an order drawn from the file's own hash, without anything about the voters."""
    round_ = queries.show(session(), round_id)
    election, _places = queries.election(session(), round_)
    seed, columns = bytes.fromhex(round_.source_sha256), queries.pb_columns(session(), round_id)
    count = queries.count_under(session(), round_.id, Rule.from_json(round_.rule))
    funded = count.outcome["funded"] if count else None
    text = write(election, queries.pb_meta(round_), seed, columns, funded)
    return _file(text, "text/plain", f"round-{round_id}.pb")


@bp.get("/projects.csv")
@public
def projects(round_id: int) -> Any:
    round_ = queries.show(session(), round_id)
    count = _count(round_, USED)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for row in queries.projects(session(), round_id):
        why = count.outcome["projects"][row.code]
        told = (row.code, row.name, money(row.cost_satang), row.votes, row.points, ", ".join(row.categories))
        cells = (*told, row.district, int(why["funded"]), why["order"] or "", why["reason"])
        writer.writerow([harmless(cell) for cell in cells])
    return _file("\ufeff" + table.getvalue(), "text/csv", f"round-{round_id}.csv")


@bp.get("/round.json")
@public
def data(round_id: int) -> Any:
    """The round, its projects and its result, for programs. Money in 1/100 of the unit."""
    round_ = queries.show(session(), round_id)
    count = _count(round_, USED)
    body = {
        "round": {
            "name": round_.name,
            "area": round_.area.name_th,
            "area_code": round_.area.code,
            "invented": round_.area.is_invented,
            "currency": round_.currency,
            "budget_satang": round_.budget_satang,
            "voters": round_.voters,
            "ballot": round_.kind,
            "rule": round_.rule,
        },
        "projects": [
            {
                "id": row.code,
                "name": row.name,
                "cost_satang": row.cost_satang,
                "categories": row.categories,
                "district": row.district,
                "votes": row.votes,
                "points": row.points,
            }
            for row in queries.projects(session(), round_id)
        ],
        "result": count.outcome,
        "measures": count.measures,
    }
    return _json(body, f"round-{round_id}.json")


@bp.get("/trace/<preset>.json")
@public
def trace(round_id: int, preset: str) -> Any:
    """One count in full: the rule, every step, every tie, every reason."""
    round_ = queries.show(session(), round_id)
    count = _count(round_, preset)
    return _json({**count.outcome, "steps": count.steps}, f"round-{round_id}-{preset}.json")


def _count(round_: Round, preset: str) -> Count:
    rule = preset_rule(preset, Rule.from_json(round_.rule))
    found = queries.count_under(session(), round_.id, rule)
    if found is None:
        raise Missing(LEFT_OUT if queries.is_given_up(session(), round_.id, rule) else NOT_FINISHED)
    return found


def _json(body: Any, name: str) -> Response:
    return _file(json.dumps(body, ensure_ascii=False, indent=1), "application/json", name)


def _file(text: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, headers=headers, content_type=f"{kind}; charset=utf-8")
