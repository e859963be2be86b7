"""Writing down a round that was voted on in a ballot box of this site, with its count."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from govapp.areas.models import Area
from govapp.budgeting.actions import counting
from govapp.budgeting.events import RoundHeld
from govapp.budgeting.models import Count, Round, RoundBallots, RoundProject
from govapp.budgeting.rules import rule_key
from govapp.core import text
from govapp.core.audit import record
from govapp.counting.ballots import Election
from govapp.counting.packing import pack
from govapp.counting.rule import Rule

CURRENCY = "THB"
Translations = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Told:
    """What a round says of a project besides what is counted."""

    name: str
    description: str = ""
    district: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)  # columns of the .pb file
    translations: Translations = field(default_factory=dict)  # as RoundProject has them


@dataclass(frozen=True)
class Held:
    """A vote on one budget that is over. source: bytes by which it is known, so that it is kept once."""

    box_id: int
    area: Area
    name: str
    description: str
    fiscal_year_be: int
    eligible: int
    voted_from: date
    voted_to: date
    rule: Rule
    source: bytes
    meta: Mapping[str, str] = field(default_factory=dict)  # of the .pb file
    translations: Translations = field(default_factory=dict)  # as Round has them


def keep_held(
    session: Session,
    actor_id: int | None,
    held: Held,
    election: Election,
    told: Mapping[str, Told],
    counted: Count,
) -> Round:
    """The round, whole, with its own count, and its other counts queued.

    told     project id -> what is said of it
    counted  under the rule it was held under, by counting.computed
    """
    words = [held.name, held.description, held.area.name_th, held.area.name_en]
    round_ = Round(
        area=held.area,
        name=held.name,
        description=held.description,
        fiscal_year_be=held.fiscal_year_be,
        kind=election.kind,
        currency=CURRENCY,
        budget_satang=election.budget,
        voters=election.ballots.voters,
        eligible=held.eligible,
        voted_from=held.voted_from,
        voted_to=held.voted_to,
        rule=held.rule.as_json(),
        rule_key=rule_key(held.rule),
        source_sha256=hashlib.sha256(held.source).hexdigest(),
        box_id=held.box_id,
        meta=dict(held.meta),
        translations=dict(held.translations),
        search_text=_searched(words, held.translations),
    )
    session.add(round_)
    session.flush()
    session.add_all(_projects(round_.id, election, told))
    session.add(RoundBallots(round_id=round_.id, packed=pack(election.ballots, {})))
    session.flush()
    counted.round_id = round_.id
    counting.keep_count(session, actor_id, counted)
    counting.ask_counts(session, actor_id, round_)
    record(session, actor_id, RoundHeld(round_.id, held.box_id, len(election.projects), round_.voters))
    return round_


def _projects(round_id: int, election: Election, told: Mapping[str, Told]) -> Sequence[RoundProject]:
    return [
        RoundProject(
            round_id=round_id,
            position=position,
            code=project.id,
            name=(said := told[project.id]).name,
            description=said.description,
            cost_satang=project.cost,
            categories=list(project.categories),
            district=said.district,
            exclusive_group=election.groups.get(project.id, ""),
            votes=int(election.votes[position]),
            points=int(election.points[position]),
            extra=dict(said.extra),
            translations=dict(said.translations),
            sort_key=text.sort_key(said.name)[:500],
            search_text=_searched(
                [project.id, said.name, said.description, said.district], said.translations
            ),
        )
        for position, project in enumerate(election.projects)
    ]


def _searched(words: Sequence[str], translations: Translations) -> str:
    """What it is found by, in every language in which it is told."""
    told = [given.get(name, "") for given in translations.values() for name in ("name", "description")]
    return text.search_text(" ".join([*words, *told]))
