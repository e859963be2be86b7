"""Making administrators, signing in and out."""

import hashlib
import secrets
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.accounts import queries
from govapp.accounts.events import AdminCreated, PasswordAccepted, SignedIn, SignedOut
from govapp.accounts.models import User, WebSession
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.errors import Unreadable
from govapp.core.language import N_

HASHER = PasswordHasher(time_cost=2, memory_cost=64 * 1024, parallelism=1)
SHORTEST_PASSWORD = 12
CODE_DUE_WITHIN = timedelta(minutes=10)


def create_admin(session: Session, email: str, name: str, password: str) -> User:
    """Make an administrator, or set an existing one's password anew (its sign-ins end)."""
    if "@" not in email:
        raise Unreadable(N_("This is not an e-mail address: %(email)s"), email=email)
    if len(password) < SHORTEST_PASSWORD:
        raise Unreadable(N_("The password needs at least %(count)s characters"), count=SHORTEST_PASSWORD)
    user = queries.by_email(session, email)
    if user is None:
        user = User(email=email.strip().lower(), name=name)
        session.add(user)
    user.name, user.is_admin, user.password_hash = name, True, HASHER.hash(password)
    session.flush()
    session.execute(delete(WebSession).where(WebSession.user_id == user.id))
    record(session, None, AdminCreated(user.id))
    return user


def sign_in(session: Session, email: str, password: str, lasts: timedelta, device: str = "") -> str | None:
    """A new session token for the right password, else None; both take the same time.

    For a person with a second factor the sign-in is half open: it is worth nothing before the code.
    """
    user = queries.by_email(session, email)
    if not password_fits(user.password_hash if user else _nobody(), password) or user is None:
        return None
    due = user.second_factor is not None
    record(session, user.id, PasswordAccepted(user.id) if due else SignedIn(user.id))
    return open_sign_in(session, user.id, CODE_DUE_WITHIN if due else lasts, device, due)


def open_sign_in(
    session: Session, user_id: int, lasts: timedelta, device: str, second_factor_due: bool = False
) -> str:
    """Write a sign-in down; returns its token, which is kept nowhere else."""
    token, now = secrets.token_urlsafe(32), clock.now()
    row = WebSession(token_sha256=hashed(token), user_id=user_id, ends_at=now + lasts, used_at=now)
    row.device, row.second_factor_due = device, second_factor_due
    session.add(row)
    return token


def sign_out(session: Session, user_id: int, token: str) -> None:
    """End this sign-in; its token is worth nothing from now on."""
    session.execute(delete(WebSession).where(WebSession.token_sha256 == hashed(token)))
    record(session, user_id, SignedOut(user_id))


def mark_used(session: Session, web_session_id: int) -> None:
    """Note that the sign-in is in use (staff sessions have an idle time)."""
    session.execute(update(WebSession).where(WebSession.id == web_session_id).values(used_at=clock.now()))


def password_fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _nobody() -> str:
    """A hash no password fits, so that unknown addresses take as long as known ones."""
    return HASHER.hash(secrets.token_urlsafe(32))
