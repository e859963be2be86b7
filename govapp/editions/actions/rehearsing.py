"""Asking for a rehearsal of counting rules; a worker counts, and nothing of the edition changes."""

import secrets
from typing import Any

from sqlalchemy.orm import Session

from govapp.budgeting.models import Round
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.jobs import Job, enqueue
from govapp.core.language import N_
from govapp.counting.count import suits
from govapp.counting.rule import Rule
from govapp.editions import queries, rules
from govapp.editions.events import RehearsalAsked
from govapp.editions.models import Edition
from govapp.editions.rules.rehearsals import NOT_THESE

NEEDS_PROJECTS = N_("Invented ballots need projects and a budget: enter them first, or take a past round.")


def rehearse(session: Session, actor: Any, edition_id: int, round_id: int | None, voters: int) -> Job:
    """On the ballots of a past round, or on invented ones of so many voters (round_id None).

    Raises Denied, Missing, NotNow where there is nothing to vote on yet, or the rule cannot count them.
    """
    edition = fetch(session, Edition, edition_id)
    require(rules.may_plan(actor, edition))
    if round_id is None and not (edition.envelopes and queries.projects(session, edition_id)):
        raise NotNow(NEEDS_PROJECTS)
    kind = edition.kind if round_id is None else fetch(session, Round, round_id).kind
    if not suits(Rule.from_json(edition.rule), kind):
        raise NotNow(NOT_THESE)
    payload = {
        "edition_id": edition_id,
        "round_id": round_id,
        "voters": voters,
        "seed": secrets.randbelow(10**6),
    }
    record(session, actor.id, RehearsalAsked(edition_id))
    return enqueue(
        session, queries.REHEARSE, payload, actor_id=actor.id, once=queries.rehearsal_name(edition_id)
    )
