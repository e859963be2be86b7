"""What rolls put on the desk of the post that keeps them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.accounts.models.posts import Post
from govapp.core.language import N_
from govapp.core.matters import Matter, Why
from govapp.rolls.models import Roll
from govapp.rolls.models.claims import RollClaim
from govapp.rolls.models.imports import RollImport, Stage
from govapp.rolls.rules import KEEPERS

MOST = 20
CLAIMS = N_("Decide %(count)s claims about a roll: %(title)s")
FILES = N_("Say whether a file is taken over onto a roll: %(title)s")


def due(session: Session, post: Post) -> list[Matter]:
    """Claims that nobody decided, and files that were checked and wait."""
    if post.role not in KEEPERS:
        return []
    claims = (
        select(Roll.id, Roll.title, func.count())
        .join(RollClaim, RollClaim.roll_id == Roll.id)
        .where(Roll.post_id == post.id, RollClaim.decided_at.is_(None))
        .group_by(Roll.id, Roll.title)
        .order_by(Roll.id)
    )
    files = (
        select(RollImport.id, Roll.title)
        .join(Roll, Roll.id == RollImport.roll_id)
        .where(Roll.post_id == post.id, RollImport.stage == Stage.CHECKED)
        .order_by(RollImport.id)
    )
    decide = [
        Matter(Why.DUE, CLAIMS, "roll_claims.index", {"roll_id": roll_id}, {"title": title, "count": count})
        for roll_id, title, count in session.execute(claims.limit(MOST))
    ]
    take = [
        Matter(Why.DUE, FILES, "roll_files.watch", {"import_id": import_id}, {"title": title})
        for import_id, title in session.execute(files.limit(MOST))
    ]
    return decide + take
