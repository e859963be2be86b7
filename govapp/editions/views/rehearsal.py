"""Rehearsal: who would win under which rule, on past or invented ballots, before a rule is chosen."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user

from govapp.budgeting import queries as rounds
from govapp.budgeting.rules import PRESETS
from govapp.budgeting.wording.of_rules import of_rule
from govapp.core.errors import NotNow
from govapp.core.jobs import JobState
from govapp.core.language import gettext as _
from govapp.core.web import guarded, page, session
from govapp.counting.rule import Rule
from govapp.editions import queries, rules
from govapp.editions.actions import rehearsing
from govapp.editions.forms.rehearsal import INVENTED, RehearsalForm
from govapp.editions.rules.rehearsals import CHOSEN
from govapp.editions.views.subjects import edition_of

bp = Blueprint("edition_rehearsal", __name__, url_prefix="/editions")

ROUNDS = 50


@bp.route("/<int:edition_id>/plan/rehearsal", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def show(edition_id: int) -> Any:
    """The form, and below it the latest rehearsal."""
    edition, form = queries.show(session(), edition_id), RehearsalForm()
    past, _total = rounds.rounds(session(), rows=ROUNDS)
    form.offer({each.round.id: each.round.name for each in past})
    if form.sent():
        chosen = None if form.on.data == INVENTED else form.round.data
        try:
            rehearsing.rehearse(session(), current_user, edition_id, chosen, form.voters.data or 0)
        except NotNow as refused:
            form.form_errors.append(_(refused.message))
        else:
            return redirect(url_for(".show", edition_id=edition_id), 303)
    job = queries.latest_rehearsal(session(), edition)
    result = dict(job.result) if job and job.state is JobState.DONE else {}
    tried = Rule.from_json(result.get("rule", edition.rule))
    places = result.get("where", ())
    voters = places[0]["tried"][0]["voters"] if len(places) == 1 else None
    rule = of_rule(tried, edition.kind, ballots=voters)
    return page(
        "editions/plan/rehearsal.html",
        part="editions/plan/_rehearsal.html",
        edition=edition,
        form=form,
        job=job,
        names={each.round.id: each.round.name for each in past},
        rule=rule,
        is_old=replace(tried, ties=rules.BY_LOT).as_json() != edition.rule,
        said=_(job.message) % job.message_values if job and job.message else "",
        where=[_side_by_side(rule.name, each) for each in places],
        status=422 if form.errors else 200,
    )


def _side_by_side(own: str, found: dict[str, Any]) -> dict[str, Any]:
    """For one budget the rules, and who wins under which. own: what the rule of the round is called."""
    columns = [
        tried | {"is_chosen": is_own, "name": own if is_own else _name(tried["preset"])}
        for tried in found["tried"]
        for is_own in (tried["preset"] == CHOSEN,)
    ]
    winners = {code for tried in columns for code in tried["funded"]}
    rows = [
        {
            "code": code,
            "name": found["names"][code],
            "wins": [code in tried["funded"] for tried in columns],
        }
        for code in found["names"]
        if code in winners
    ]
    rows.sort(key=lambda row: (-sum(row["wins"]), row["code"]))
    left_out = [_name(preset) for preset in found.get("left_out", ())]  # of before: none
    return {
        **found,
        "left_out": left_out,
        "columns": columns,
        "rows": rows,
        "losers": len(found["names"]) - len(rows),
    }


def _name(preset: str) -> str:
    return _(PRESETS[preset].name) if preset in PRESETS else preset
