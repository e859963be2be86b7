"""What is forgotten of a person who closes the account, and of votes that are long over."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from govapp.ballotbox.models import BallotBox, Status
from govapp.core import clock
from govapp.rolls import rules
from govapp.rolls.actions import erase, importing
from govapp.rolls.models import Roll, RollEntry, RollStatus
from govapp.rolls.models.claims import RollClaim
from govapp.rolls.models.imports import RollImport, Stage


def forget_person(session: Session, user_id: int) -> None:
    """Their words and evidence go, and claims nobody decided; the roll itself is kept by law, and stays.

    The deed is in the log already, so this leaves no event of its own.
    """
    mine = RollClaim.user_id == user_id
    session.execute(delete(RollClaim).where(mine, RollClaim.decided_at.is_(None)))
    session.execute(update(RollClaim).where(mine).values(words="", evidence_id=None, evidence_name=""))
    session.execute(update(RollEntry).where(RollEntry.user_id == user_id).values(user_id=None))


def erase_old(session: Session) -> None:
    """The people on rolls whose vote has been over for long, and files that nobody took over."""
    over = func.coalesce(BallotBox.opened_at, BallotBox.closes_at) < clock.now() - rules.erased_after()
    old = select(Roll.id).join(Roll.box).where(Roll.status == RollStatus.FROZEN, over)
    for roll_id in session.scalars(old.where(BallotBox.status.in_((Status.OPENED, Status.ANNULLED)))).all():
        erase(session, None, roll_id)
    left = select(RollImport).where(
        RollImport.stage.in_((Stage.READING, Stage.CHECKED)),
        RollImport.created_at < clock.now() - rules.ROWS_KEPT,
    )
    for made in session.scalars(left).all():
        importing.forget(session, made)
