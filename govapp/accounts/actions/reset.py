"""A forgotten password."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.accounts.actions.links import live_link, open_link
from govapp.accounts.actions.sign_in import NOBODY, hash_password, password_fits
from govapp.accounts.events.people import PasswordReset, ResetAsked
from govapp.accounts.models import AccountLink, Purpose, User, WebSession
from govapp.accounts.queries import people as queries
from govapp.accounts.rules.sign_in import password_fault
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Unreadable
from govapp.core.jobs import enqueue


def ask_reset(session: Session, email: str) -> None:
    """Ask for a link, if there is such an account.

    A worker answers, and its deeds are in the log: here both cases ask the same of the database.
    """
    password_fits(NOBODY, email)  # what is left of a difference is lost in the spread of this
    user = queries.by_email(session, email)
    enqueue(session, "answer_reset", {"user_id": user.id if user else None})


def answer_reset(session: Session, user_id: int | None) -> None:
    """Make the link that was asked for, of which a letter tells; none where nobody has the address."""
    record(session, None, ResetAsked(user_id))
    user = fetch(session, User, user_id) if user_id is not None else None
    if user and user.email:  # the account may be closed by now
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
