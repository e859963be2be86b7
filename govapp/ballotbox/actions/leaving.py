"""What is forgotten of a person who leaves: which boxes they follow. Who kept a key stays on record."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from govapp.ballotbox.models.log import Observer


def forget_person(session: Session, user_id: int) -> None:
    """The deed is in the log already, so this leaves no event of its own."""
    session.execute(delete(Observer).where(Observer.user_id == user_id))
