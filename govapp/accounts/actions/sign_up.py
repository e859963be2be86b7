"""Opening an account. Nobody but the owner of an address learns whether it has one."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.actions import consents
from govapp.accounts.actions.links import live_link, open_link
from govapp.accounts.actions.sign_in import hash_password, password_fits
from govapp.accounts.events.people import AddressVerified, SignedUp, SignedUpAgain, UnverifiedForgotten
from govapp.accounts.models import AccountLink, Purpose, User
from govapp.accounts.queries import people as queries
from govapp.accounts.rules.sign_in import KEPT_UNVERIFIED, password_fault
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.errors import Unreadable
from govapp.core.jobs import Job, enqueue
from govapp.core.names import Name

ANSWER = "answer_sign_up"  # kind of its job


def ask(session: Session, email: str, name: Name, password: str, language: str, notice: str) -> None:
    """Ask for an account; raises Unreadable for a password that will not do.

    notice  the version of the privacy notice that was agreed to
    A worker answers, and its deeds are in the log: here nothing depends on whether the address has an
    account, so that nobody can tell by the time it takes.
    """
    if fault := password_fault(password, email, f"{name.given} {name.family}"):
        raise Unreadable(fault)
    asked = {"email": email, "name": name, "password_hash": hash_password(password)}
    enqueue(session, ANSWER, asked | {"language": language, "notice": notice})


def is_under_way(session: Session, email: str, before: int) -> bool:
    """Whether an account for this address was asked for by an earlier job, which is not done yet."""
    found = select(Job.payload).where(Job.kind == ANSWER, Job.id < before, Job.finished_at.is_(None))
    return any(_plain(asked["email"]) == _plain(email) for asked in session.scalars(found))


def sign_up(session: Session, email: str, name: Name, password_hash: str, language: str, notice: str) -> None:
    """Make the account that was asked for, and its link; the owner of a known address is told instead.

    Until the address is verified, the newest name and password replace those before. Verifying asks
    for the password, so whoever signs up with somebody else's address gains nothing by it.
    """
    user = queries.by_email(session, email) or _newcomer(session, email)
    if user.verified_at is not None:
        record(session, None, SignedUpAgain(user.id))
        return
    user.title, user.given_name, user.family_name = name
    user.password_hash, user.language = password_hash, language
    record(session, None, SignedUp(user.id))
    consents.give_anew(session, user, notice)
    open_link(session, user, Purpose.VERIFY)


def verify(session: Session, link_id: str | None, password: str) -> bool:
    """Use the link up; False, and nothing done, for a wrong password. Raises NotNow for a dead link."""
    link = live_link(session, link_id, Purpose.VERIFY)
    if not password_fits(link.user.password_hash, password):
        return False
    link.used_at = link.user.verified_at = clock.now()
    record(session, link.user_id, AddressVerified(link.user_id))
    return True


def forget_unverified(session: Session) -> None:
    """Take away links long ended, and accounts that were left without one and never verified."""
    long_ago = clock.now() - KEPT_UNVERIFIED
    session.execute(delete(AccountLink).where(AccountLink.ends_at < long_ago))
    has_link = select(AccountLink.id).where(AccountLink.user_id == User.id).exists()
    never = User.email.is_not(None) & User.verified_at.is_(None) & (User.created_at < long_ago) & ~has_link
    found = session.scalars(select(User.id).where(never)).all()
    if found:
        session.execute(delete(User).where(User.id.in_(found)))
        record(session, None, UnverifiedForgotten(len(found)))


def _newcomer(session: Session, email: str) -> User:
    """A row for the address; two who come at once get the same one."""
    user = User(email=_plain(email), given_name="")
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        found = queries.by_email(session, email)
        assert found is not None
        return found
    return user


def _plain(email: str) -> str:
    return email.strip().lower()
