"""Taking away a roll of which nobody outside the office has heard yet."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from govapp.core.audit import record
from govapp.core.errors import NotNow
from govapp.core.language import N_
from govapp.rolls.actions import keeping
from govapp.rolls.events import RollRemoved
from govapp.rolls.models import RollEntry
from govapp.rolls.models.claims import RollClaim
from govapp.rolls.models.codes import RollBatch
from govapp.rolls.models.imports import RollImport

IS_KNOWN = N_(
    "Somebody made a claim about the roll, or letters with codes were made for it: it cannot go without a"
    " trace. Publish the round and call it off, so that everybody reads why."
)


def remove(session: Session, actor: Any, roll_id: int) -> int:
    """The roll with its files and everybody on it; how many those were.

    Raises Denied, NotNow once it is frozen, has claims, or letters with codes were made.
    """
    roll = keeping(session, actor, roll_id)
    for known in (RollClaim, RollBatch):
        if session.scalar(select(known.id).where(known.roll_id == roll_id).limit(1)) is not None:
            raise NotNow(IS_KNOWN)
    session.execute(delete(RollImport).where(RollImport.roll_id == roll_id))
    gone = session.execute(delete(RollEntry).where(RollEntry.roll_id == roll_id))
    entries = int(gone.rowcount)  # type: ignore[attr-defined]
    session.delete(roll)
    record(session, actor.id, RollRemoved(roll_id, entries))
    return entries
