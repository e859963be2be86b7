"""What boxes know of a person, for the person. Whether and how they voted is not known to anybody."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.ballotbox.models import BallotBox, KeyHolder
from govapp.ballotbox.models.log import Observer
from govapp.core.language import N_
from govapp.core.personal_data import Part, Plain
from govapp.core.translations import told

FOLLOWED = {"box": N_("Ballot box")}
KEPT = {"box": N_("Ballot box"), "sheet": N_("Number of the sheet"), "received_at": N_("Received")}


def personal_data(session: Session, user_id: int) -> list[Part]:
    """The boxes they follow, and those of which they keep a sheet of the key."""
    follows = select(BallotBox).join(Observer, Observer.box_id == BallotBox.id)
    boxes = session.scalars(follows.where(Observer.user_id == user_id).order_by(BallotBox.id))
    followed: list[dict[str, Plain]] = [{"box": told(box, "title")} for box in boxes]
    keeps = select(BallotBox, KeyHolder.number, KeyHolder.received_at).join(
        KeyHolder, KeyHolder.box_id == BallotBox.id
    )
    rows = session.execute(keeps.where(KeyHolder.user_id == user_id).order_by(BallotBox.id))
    kept: list[dict[str, Plain]] = [
        {"box": told(box, "title"), "sheet": number, "received_at": received_at}
        for box, number, received_at in rows
    ]
    return [
        Part("boxes_followed", N_("Ballot boxes whose checkpoints you get"), FOLLOWED, followed),
        Part("box_keys_kept", N_("Ballot boxes whose key you keep"), KEPT, kept),
    ]
