"""Reading accounts, sign-ins and links."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from govapp.accounts.models import AccountLink, Purpose, User, WebSession
from govapp.accounts.rules import LINK_EVERY
from govapp.core import clock


def by_email(session: Session, email: str) -> User | None:
    return session.scalars(select(User).where(User.email == email.strip().lower())).first()


def live_session(session: Session, token_sha256: str, idle: timedelta) -> WebSession | None:
    """The sign-in of this token, when it has neither ended nor been idle too long."""
    found = session.scalars(
        select(WebSession).options(joinedload(WebSession.user)).where(WebSession.token_sha256 == token_sha256)
    ).first()
    now = clock.now()
    if found is None or found.ends_at <= now or found.used_at + idle <= now:
        return None
    return found


def link(session: Session, link_id: str | None, purpose: Purpose, lock: bool = False) -> AccountLink | None:
    """The link with this id when it still works, held until commit when locked."""
    if link_id is None:
        return None
    found = session.get(AccountLink, link_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or found.purpose is not purpose or found.used_at or found.ends_at <= clock.now():
        return None
    return found


def was_linked_lately(session: Session, user_id: int, purpose: Purpose) -> bool:
    """Whether the person got a link for this so lately that another letter would only be a nuisance."""
    mine = select(AccountLink.id).where(AccountLink.user_id == user_id, AccountLink.purpose == purpose)
    lately = mine.where(AccountLink.created_at > clock.now() - LINK_EVERY[purpose])
    return session.scalars(lately.where(AccountLink.used_at.is_(None))).first() is not None
