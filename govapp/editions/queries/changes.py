"""Who changed a part of a plan last."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core.audit import AuditEntry, AuditObject

LOOKED_AT = 50  # deeds on one edition, the newest


class Change(NamedTuple):
    name: str
    at: datetime


def latest(session: Session, edition_id: int, **told: object) -> Change | None:
    """The newest deed on an edition whose details say this (part="money", project_id=7), with who did it."""
    about = (AuditObject.entry_id == AuditEntry.id) & (AuditObject.kind == "edition")
    query = select(AuditEntry, User).join(AuditObject, about).join(User, User.id == AuditEntry.actor_id)
    mine = query.where(AuditObject.object_id == edition_id).order_by(AuditEntry.id.desc()).limit(LOOKED_AT)
    for entry, user in session.execute(mine):
        if all(entry.details.get(name) == value for name, value in told.items()):
            return Change(user.name, entry.at)
    return None
