"""A forgotten password."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.accounts.actions.links import live_link, open_link
from govapp.accounts.actions.sign_in import hash_password
from govapp.accounts.events.people import PasswordReset, ResetAsked
from govapp.accounts.models import AccountLink, Purpose, WebSession
from govapp.accounts.queries import people as queries
from govapp.accounts.rules.sign_in import password_fault
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.errors import Unreadable
from govapp.core.jobs import enqueue


def ask_reset(session: Session, email: str) -> None:
    """Ask for a link, if there is such an account.

    A worker answers, and its deeds are in the log: here nothing depends on whether the address has one.
    """
    enqueue(session, "answer_reset", {"email": email})


def answer_reset(session: Session, email: str) -> None:
    """Make the link that was asked for, of which a letter tells; none where nobody has the address."""
    user = queries.by_email(session, email)
    record(session, None, ResetAsked(user.id if user else None))
    if user:
        open_link(session, user, Purpose.RESET)


def reset(session: Session, link_id: str | None, password: str) -> None:
    """Set a new password by a link; every sign-in and every other link ends. Raises NotNow, Unreadable."""
    link = live_link(session, link_id, Purpose.RESET)
    user, now = link.user, clock.now()
    if fault := password_fault(password, user.email or "", user.plain_name):
        raise Unreadable(fault)
    user.password_hash = hash_password(password)
    user.verified_at = user.verified_at or now  # the letter reached the owner of the address
    session.execute(delete(WebSession).where(WebSession.user_id == user.id))
    still_open = (AccountLink.user_id == user.id) & AccountLink.used_at.is_(None)
    session.execute(update(AccountLink).where(still_open).values(used_at=now))
    record(session, user.id, PasswordReset(user.id))
