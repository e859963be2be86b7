"""Throwing a draft away, before anything of it was published."""

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.language import N_
from govapp.editions import rules
from govapp.editions.events import EditionThrownAway
from govapp.editions.models import Edition, EditionProject, Stage
from govapp.rolls.actions import removing

IS_OUT = N_("This round was published: it can only be called off, with a reason for everybody.")


def throw_away(session: Session, actor: Any, edition_id: int) -> None:
    """The draft with its projects and its roll; pictures go when nothing else needs them.

    Raises Denied, NotNow once it was published, or people outside the office know of its roll.
    """
    edition = fetch(session, Edition, edition_id, lock=True)
    require(rules.may_plan(actor, edition))
    if edition.stage is not Stage.DRAFT:
        raise NotNow(IS_OUT)
    roll_id = edition.roll_id
    copies = update(Edition).where(Edition.copied_from_id == edition_id)
    session.execute(copies.values(copied_from_id=None))
    session.execute(delete(EditionProject).where(EditionProject.edition_id == edition_id))
    session.delete(edition)
    session.flush()
    if roll_id is not None:
        removing.remove(session, actor, roll_id)
    record(session, actor.id, EditionThrownAway(edition_id))
