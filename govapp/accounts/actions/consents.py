"""What people agree to, and withdraw."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.accounts.events.people import ConsentGiven, ConsentWithdrawn
from govapp.accounts.models import User
from govapp.accounts.models.people import Consent, Document
from govapp.accounts.queries import consents as queries
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import add_or_find
from govapp.core.errors import NotNow
from govapp.core.language import N_

NOTICE = Document.PRIVACY_NOTICE


def give(session: Session, actor: User | None, user: User, version: str) -> None:
    """Agree to a version of the privacy notice; twice is once. Another actor read it aloud to the person."""

    def living() -> Consent | None:
        found = queries.living(session, user.id)
        return found if found and found.version == version else None

    if living():
        return
    reader_id = actor.id if actor and actor.id != user.id else None
    new = Consent(user_id=user.id, document=NOTICE, version=version, read_to_by_id=reader_id)
    if add_or_find(session, new, living) is new:
        record(session, actor.id if actor else None, ConsentGiven(user.id, NOTICE.value, version))


def give_anew(session: Session, user: User, version: str) -> None:
    """Agree in place of whoever asked for this account before its address is verified."""
    session.execute(delete(Consent).where(Consent.user_id == user.id))
    give(session, None, user, version)


def withdraw(session: Session, user: User) -> None:
    """Agree to nothing from now on; what was agreed to stays written down. Raises NotNow."""
    living = (Consent.user_id == user.id) & Consent.withdrawn_at.is_(None)
    ended = update(Consent).where(living).values(withdrawn_at=clock.now()).returning(Consent.id)
    if not session.scalars(ended).all():
        raise NotNow(N_("There is no consent to withdraw."))
    record(session, user.id, ConsentWithdrawn(user.id, NOTICE.value))
