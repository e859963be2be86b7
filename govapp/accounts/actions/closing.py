"""Taking one's data along, and closing one's account."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.accounts.events.people import AccountClosed, DataTaken
from govapp.accounts.models import AccountLink, NameSource, RecoveryCode, SecondFactor, User, WebSession
from govapp.accounts.models.people import AccessCode, CitizenNumber, Consent, Registration
from govapp.accounts.rules.people import may_close_account
from govapp.accounts.rules.sign_in import require_proof
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import require
from govapp.core.language import N_
from govapp.core.names import Name

HOLDS_POST = N_("You hold a post. Hand it over first; then you can close your account.")
WIPED = (CitizenNumber, AccessCode, Registration, SecondFactor, RecoveryCode, AccountLink, WebSession)


def note_taken(session: Session, sign_in: WebSession) -> None:
    """Everything about a person is handed to them; raises ProofNeeded."""
    require_proof(sign_in)
    record(session, sign_in.user_id, DataTaken(sign_in.user_id))


def close(session: Session, sign_in: WebSession) -> None:
    """Wipe everything personal, for good; only the number of the account, and that it agreed once, stay.

    Slices above hear AccountClosed and wipe what they keep. Raises ProofNeeded; Denied while a post is held.
    """
    require_proof(sign_in)
    user = fetch(session, User, sign_in.user_id, lock=True)
    require(may_close_account(user), HOLDS_POST)
    for kind in WIPED:
        session.execute(delete(kind).where(kind.user_id == user.id))
    living = (Consent.user_id == user.id) & Consent.withdrawn_at.is_(None)
    session.execute(update(Consent).where(living).values(withdrawn_at=clock.now()))
    user.email, user.verified_at, user.password_hash = None, None, ""
    user.title, user.given_name, user.family_name = Name("", "", "")
    user.sort_key, user.name_source = "", NameSource.OWN
    user.birth_date, user.area_id = None, None
    user.closed_at = clock.now()
    record(session, user.id, AccountClosed(user.id))
