"""Adding an e-mail address and a password to a person who has none."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.actions.links import live_link
from govapp.accounts.actions.sign_in import hash_password, password_fits
from govapp.accounts.events.people import AddressVerified, LinkOpened, SignedUpAgain
from govapp.accounts.models import AccountLink, Purpose, User, WebSession
from govapp.accounts.queries import people as queries
from govapp.accounts.rules.sign_in import LINK_LASTS, password_fault, require_proof
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, Unreadable
from govapp.core.language import N_

HAS_ONE = N_("You have an e-mail address already.")
TAKEN = N_("This address belongs to another account by now.")


def ask(session: Session, sign_in: WebSession, email: str, password: str) -> None:
    """Send a letter to the address; raises ProofNeeded, NotNow or Unreadable.

    The address is not written to the person's row before its link was opened: until then it may be
    another's. Whether it has an account is told to its owner alone. The password opens nothing before.
    """
    require_proof(sign_in)
    user = fetch(session, User, sign_in.user_id, lock=True)
    if user.email:
        raise NotNow(HAS_ONE)
    if fault := password_fault(password, email, user.plain_name):
        raise Unreadable(fault)
    user.password_hash = hash_password(password)
    address = email.strip().lower()
    owner = queries.by_email(session, address)
    if owner is not None and owner.verified_at is not None:
        record(session, user.id, SignedUpAgain(owner.id))
    elif not queries.was_asked_to_verify(session, user.id, address):
        link = AccountLink(user_id=user.id, purpose=Purpose.ADDRESS, email=address)
        link.ends_at = clock.now() + LINK_LASTS[Purpose.ADDRESS]
        session.add(link)
        session.flush()
        record(session, user.id, LinkOpened(user.id, link.id, Purpose.ADDRESS.value))


def confirm(session: Session, link_id: str | None, password: str) -> bool:
    """Use the link up: the address is the person's now. False, and nothing done, for a wrong password.

    Raises NotNow for a dead link, or where the address belongs to somebody by now.
    """
    link = live_link(session, link_id, Purpose.ADDRESS)
    user = fetch(session, User, link.user_id, lock=True)
    if not password_fits(user.password_hash, password):
        return False
    if user.email:
        raise NotNow(HAS_ONE)
    owner = queries.by_email(session, link.email or "")
    if owner is not None and owner.verified_at is not None:
        raise NotNow(TAKEN)
    if owner is not None:  # somebody typed it and never confirmed it
        session.execute(delete(User).where(User.id == owner.id))
        session.expunge(owner)
    try:
        with session.begin_nested():
            user.email, user.verified_at = link.email, clock.now()
    except IntegrityError as error:  # two who confirm it at one moment
        raise NotNow(TAKEN) from error
    link.used_at = clock.now()
    record(session, user.id, AddressVerified(user.id))
    return True
