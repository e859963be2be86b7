"""Publishing what came out of a box, once it is opened."""

from govapp.ballotbox.models import BallotBox
from govapp.core.db import fetch
from govapp.core.jobs import Running
from govapp.editions import queries
from govapp.editions.actions import publishing


def publish_edition(running: Running) -> None:
    """Payload: edition_id. Done again it finds that everything is there."""
    edition_id = running.payload["edition_id"]
    with running.database.read() as session:
        edition = queries.show(session, edition_id)
        box = fetch(session, BallotBox, edition.box_id)
        computed = publishing.compute(session, edition, box, running.tell)
    with running.begin() as session:
        publishing.publish(session, edition_id, computed)
