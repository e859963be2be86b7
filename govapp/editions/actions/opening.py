"""Making the vote of an edition ready: its ballot box, whose own pages lead on to keys, trial and opening."""

from typing import Any

from sqlalchemy.orm import Session

from govapp.ballotbox.actions import setup
from govapp.ballotbox.models import BallotBox
from govapp.core.audit import record
from govapp.core.errors import NotNow
from govapp.core.language import N_
from govapp.editions import rules
from govapp.editions.actions.changing import box_plan, changing, needed
from govapp.editions.events import VoteMadeReady
from govapp.editions.models import Stage

NOT_PUBLISHED = N_("Publish the round first: everybody must be able to see what is voted on.")
NOT_READY = N_("Before the vote can be made ready, something is missing: see the list of tasks.")
READY_ALREADY = N_("The vote was made ready already.")


def make_ready(session: Session, actor: Any, edition_id: int, voters: int, host: str) -> BallotBox:
    """A ballot box of the post, from the plan. voters: on the roll. host: of the site.

    Who may vote is put into it from the roll. Until it is opened for votes the plan can still be
    changed, and the box follows. Raises Denied, NotNow with what is missing.
    """
    edition = changing(session, actor, edition_id)
    if edition.stage is not Stage.PUBLISHED:
        raise NotNow(NOT_PUBLISHED)
    if rules.is_ready(edition):
        raise NotNow(READY_ALREADY)
    if needed(session, edition, voters):
        raise NotNow(NOT_READY)
    box = setup.prepare(session, actor, edition.post, box_plan(session, edition), host)
    edition.box_id = box.id
    session.flush()
    session.expire(edition, ["box"])
    record(session, actor.id, VoteMadeReady(edition.id, box.id))
    return box
