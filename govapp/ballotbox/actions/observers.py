"""Following a box: whoever does gets every checkpoint of it by letter, and so keeps what was signed."""

from typing import Any

from sqlalchemy.orm import Session

from govapp.ballotbox.events import ObserverChanged
from govapp.ballotbox.models import BallotBox
from govapp.ballotbox.models.log import Observer
from govapp.ballotbox.rules import may_follow
from govapp.core.audit import record
from govapp.core.db import add_or_find, fetch
from govapp.core.errors import NotNow
from govapp.core.language import N_

NO_MORE = N_("This box signs no more checkpoints, so there is nothing to follow.")


def follow(session: Session, actor: Any, box_id: int) -> None:
    """Done twice, it changes nothing. Raises Missing, NotNow where no checkpoint will come any more."""
    if not may_follow(fetch(session, BallotBox, box_id)):
        raise NotNow(NO_MORE)
    key = (box_id, actor.id)
    if session.get(Observer, key) is None:
        add_or_find(session, Observer(box_id=box_id, user_id=actor.id), lambda: session.get(Observer, key))
        record(session, actor.id, ObserverChanged(box_id, actor.id, follows=True))


def unfollow(session: Session, actor: Any, box_id: int) -> None:
    """Done twice, it changes nothing."""
    found = session.get(Observer, (box_id, actor.id))
    if found is not None:
        session.delete(found)
        record(session, actor.id, ObserverChanged(box_id, actor.id, follows=False))
