"""Counting ballots under the rule of an edition and under others, side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from govapp.budgeting import queries as rounds
from govapp.core.jobs import Running
from govapp.counting.ballots import Election, Project
from govapp.counting.rule import Rule
from govapp.editions import queries
from govapp.editions.models import Edition
from govapp.editions.rules import rehearsals
from govapp.editions.rules.contests import in_district
from govapp.editions.rules.plans import Limits


def rehearse(running: Running) -> Mapping[str, Any]:
    """Payload: edition_id, round_id or None, voters, seed. Result: the rule, and an entry for each budget."""
    with running.database.read() as session:
        edition = queries.show(session, running.payload["edition_id"])
        chosen, where = _countable(edition.rule), []
        for district, election, names in _elections(session, edition, running.payload):
            found = rehearsals.run(election, chosen, running.tell)
            where.append(
                {
                    "district": district,
                    "budget": election.budget,
                    "names": names,
                    **asdict(found),
                }
            )
    return {"rule": chosen.as_json(), "where": where}


def _countable(rule: Mapping[str, Any]) -> Rule:
    """The rule with ties as they usually are: the lot is drawn only when a vote is opened."""
    return Rule.from_json({**rule, "ties": Rule().ties})


def _elections(
    session: Session, edition: Edition, asked: Mapping[str, Any]
) -> Iterator[tuple[str, Election, dict[str, str]]]:
    """District, what is counted, and what its projects are called."""
    if asked["round_id"] is not None:
        round_ = rounds.show(session, asked["round_id"])
        election, _places = rounds.election(session, round_)
        yield "", election, {project.id: project.name for project in election.projects}
        return
    projects = queries.projects(session, edition.id)
    limits = Limits(edition.least, edition.most, edition.most_points, edition.sum_points)
    for number, envelope in enumerate(edition.envelopes):
        here = in_district(projects, envelope.district)
        if not here:
            continue
        on_ballot = [Project(p.code, p.cost_satang, p.title, tuple(p.categories)) for p in here]
        groups = {p.code: p.exclusive_group for p in here if p.exclusive_group}
        seed, budget = asked["seed"] + number, envelope.budget_satang
        made = rehearsals.invented(seed, asked["voters"], edition.kind, limits, budget, on_ballot, groups)
        yield envelope.district, made, {p.code: p.title for p in here}
