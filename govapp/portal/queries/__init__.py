"""What stands on a desk, gathered from the slices. A new slice adds one line to OFFERS."""

from sqlalchemy.orm import Session

from govapp.accounts.models.posts import Post
from govapp.accounts.queries import posts
from govapp.ballotbox.queries import due as boxes
from govapp.core.matters import Matter, Offer
from govapp.notifications import queries as notifications
from govapp.portal.queries import audit
from govapp.rolls.queries import due as rolls

OFFERS: tuple[Offer, ...] = (posts.due, boxes.due, rolls.due, notifications.due, audit.due)


def on_desk(session: Session, post: Post) -> list[Matter]:
    """Everything the slices have for the holders of a post."""
    return [matter for offer in OFFERS for matter in offer(session, post)]
