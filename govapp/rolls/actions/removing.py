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
from govapp.rolls.queries import codes

IS_KNOWN = N_(
    "Somebody made a claim about the roll, or codes were made for it: it cannot go without a"
    " trace. Publish the round and call it off, so that everybody reads why."
)


def remove(session: Session, actor: Any, roll_id: int) -> int:
    """The roll with its files and everybody on it; how many those were.

    Raises Denied, NotNow once it is frozen, has claims, or codes were made.
    """
    roll = keeping(session, actor, roll_id)
    known = [select(each.id).where(each.roll_id == roll_id) for each in (RollClaim, RollBatch)]
    if codes.living(session, roll_id) or any(session.scalar(each.limit(1)) for each in known):
        raise NotNow(IS_KNOWN)
    session.execute(delete(RollImport).where(RollImport.roll_id == roll_id))
    gone = session.execute(delete(RollEntry).where(RollEntry.roll_id == roll_id))
    entries = int(gone.rowcount)  # type: ignore[attr-defined]
    session.delete(roll)
    record(session, actor.id, RollRemoved(roll_id, entries))
    return entries
