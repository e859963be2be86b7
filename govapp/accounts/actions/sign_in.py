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
from govapp.accounts.actions.links import open_link
from govapp.accounts.events import AdminCreated, SignedIn, SignedOut
from govapp.accounts.models import Purpose, User, WebSession
from govapp.accounts.rules import SHORTEST_PASSWORD
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.errors import Unreadable
from govapp.core.language import N_

HASHER = PasswordHasher(time_cost=2, memory_cost=64 * 1024, parallelism=1)


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
    user.verified_at = user.verified_at or clock.now()
    session.flush()
    session.execute(delete(WebSession).where(WebSession.user_id == user.id))
    record(session, None, AdminCreated(user.id))
    return user


def sign_in(session: Session, email: str, password: str, lasts: timedelta) -> str | None:
    """A new session token for the right password, else None; both take the same time."""
    user = queries.by_email(session, email)
    if not password_fits(user.password_hash if user else nobody(), password) or user is None:
        return None
    if user.verified_at is None:
        open_link(session, user, Purpose.VERIFY)  # kept, although the sign-in is refused
        return None
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(WebSession(token_sha256=hashed(token), user_id=user.id, ends_at=now + lasts, used_at=now))
    record(session, user.id, SignedIn(user.id))
    return token


def sign_out(session: Session, user_id: int, token: str) -> None:
    """End this sign-in; its token is worth nothing from now on."""
    session.execute(delete(WebSession).where(WebSession.token_sha256 == hashed(token)))
    record(session, user_id, SignedOut(user_id))


def mark_used(session: Session, web_session_id: int) -> None:
    """Note that the sign-in is in use (staff sessions have an idle time)."""
    session.execute(update(WebSession).where(WebSession.id == web_session_id).values(used_at=clock.now()))


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def password_fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobody() -> str:
    """A hash no password fits, so that unknown addresses take as long as known ones."""
    return HASHER.hash(secrets.token_urlsafe(32))
