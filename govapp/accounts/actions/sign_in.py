"""Making administrators, signing in and out."""

import hashlib
import secrets
import threading
from base64 import b64encode
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from govapp.accounts.actions.posts import give_on_server
from govapp.accounts.events.people import AdminCreated, PasswordAccepted, SignedIn, SignedOut
from govapp.accounts.models import User, Way, WebSession
from govapp.accounts.models.posts import Role
from govapp.accounts.queries import people as queries
from govapp.accounts.rules import sign_in as rules
from govapp.accounts.rules.posts import is_staff
from govapp.areas.actions import add_provinces
from govapp.areas.queries import by_code
from govapp.core import clock, throttle
from govapp.core.audit import record
from govapp.core.errors import Unreadable
from govapp.core.language import N_

_HASHER = PasswordHasher(time_cost=2, memory_cost=64 * 1024, parallelism=1)
HASHES = threading.BoundedSemaphore(4)  # at once in a process: each takes 64 MiB
# A hash no password fits, random and not the hash of anything: unknown addresses take as long as known ones.
_SALT, _DIGEST = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
NOBODY = (
    f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}${_SALT}${_DIGEST}"
)
CODE_DUE_WITHIN = timedelta(minutes=10)


def create_admin(session: Session, email: str, name: str, password: str) -> User:
    """Make an administrator; one who is known keeps the name and gets this password (sign-ins end)."""
    if "@" not in email:
        raise Unreadable(N_("This is not an e-mail address: %(email)s"), email=email)
    if fault := rules.password_fault(password, email, name):
        raise Unreadable(fault)
    user = queries.by_email(session, email)
    if user is None:
        user = User(email=email.strip().lower(), given_name=name)
        session.add(user)
    user.password_hash = hash_password(password)
    user.verified_at = user.verified_at or clock.now()
    session.flush()
    session.execute(delete(WebSession).where(WebSession.user_id == user.id))
    record(session, None, AdminCreated(user.id))
    add_provinces(session, None)
    country = by_code(session, "TH")
    assert country is not None
    give_on_server(session, user, Role.ADMINISTRATOR, country)
    return user


def recognise(session: Session, email: str, password: str) -> User | None:
    """The account with this password, writing nothing; right or wrong takes the same time."""
    user = queries.by_email(session, email)
    fits = password_fits(user.password_hash if user and user.password_hash else NOBODY, password)
    return user if fits else None


def sign_in(session: Session, user: User, lasts: timedelta, device: str = "", how: Way = Way.PASSWORD) -> str:
    """A new session token for somebody who was recognised; earlier tries and ended sign-ins are forgotten.

    For a person with a second factor the sign-in is half open: it is worth nothing before the code.
    """
    due = user.second_factor is not None
    throttle.forget(session, rules.account(user.email or ""))
    ended = delete(WebSession).where(WebSession.user_id == user.id, WebSession.ends_at <= clock.now())
    session.execute(ended)
    if not due:
        record(session, user.id, SignedIn(user.id, how.value))
    elif how is Way.PASSWORD:
        record(session, user.id, PasswordAccepted(user.id))
    return open_sign_in(session, user, CODE_DUE_WITHIN if due else lasts, device, how, due)


def open_sign_in(
    session: Session,
    user: User,
    lasts: timedelta,
    device: str,
    how: Way = Way.PASSWORD,
    second_factor_due: bool = False,
) -> str:
    """Write a sign-in down; returns its token, which is kept nowhere else.

    One by a mere access code never carries the powers of posts.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    row = WebSession(token_sha256=hashed(token), user_id=user.id, ends_at=now + lasts, used_at=now)
    row.device, row.how, row.second_factor_due = device, how, second_factor_due
    row.is_staff = how is not Way.ACCESS_CODE and is_staff(user)
    session.add(row)
    return token


def sign_out(session: Session, user_id: int, token: str) -> None:
    """End this sign-in; its token is worth nothing from now on."""
    session.execute(delete(WebSession).where(WebSession.token_sha256 == hashed(token)))
    record(session, user_id, SignedOut(user_id))


def mark_used(session: Session, web_session_id: int) -> None:
    """Note that a sign-in of staff is in use, which has an idle time."""
    session.execute(update(WebSession).where(WebSession.id == web_session_id).values(used_at=clock.now()))


def hash_password(password: str) -> str:
    """What is kept of a password."""
    with HASHES:
        return _HASHER.hash(password)


def password_fits(password_hash: str, password: str) -> bool:
    with HASHES:
        try:
            return _HASHER.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
