"""Who changed a part of a plan last."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core.audit import AuditEntry, AuditObject

LOOKED_AT = 50  # deeds on one edition, the newest


class Change(NamedTuple):
    name: str
    at: datetime


def latest(session: Session, edition_id: int, events: Mapping[type, Mapping[str, Any]]) -> Change | None:
    """The newest of these deeds on an edition whose details say what is told of it, with who did it.

    events  {EditionChanged: {"part": "money"}}: class of an event -> what its details must say
    """
    wanted = {event.__name__: told for event, told in events.items()}
    about = (AuditObject.entry_id == AuditEntry.id) & (AuditObject.kind == "edition")
    query = select(AuditEntry, User).join(AuditObject, about).join(User, User.id == AuditEntry.actor_id)
    mine = query.where(AuditObject.object_id == edition_id, AuditEntry.event.in_(wanted))
    for entry, user in session.execute(mine.order_by(AuditEntry.id.desc()).limit(LOOKED_AT)):
        if all(entry.details.get(name) == value for name, value in wanted[entry.event].items()):
            return Change(user.name, entry.at)
    return None
