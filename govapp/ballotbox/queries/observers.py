"""Who follows a box."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.ballotbox.models.log import Observer


def of_box(session: Session, box_id: int) -> Sequence[int]:
    """Ids of the people who get its checkpoints by letter."""
    query = select(Observer.user_id).where(Observer.box_id == box_id)
    return session.scalars(query.order_by(Observer.user_id)).all()


def is_one(session: Session, box_id: int, user_id: int) -> bool:
    return session.get(Observer, (box_id, user_id)) is not None
