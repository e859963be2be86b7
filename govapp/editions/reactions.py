"""What editions do when a lower slice announces something."""

from sqlalchemy.orm import Session

from govapp.ballotbox.events import BoxCounted
from govapp.editions.actions import publishing


def publish(session: Session, event: BoxCounted) -> None:
    publishing.ask_publishing(session, event.box_id)
