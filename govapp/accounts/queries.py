"""Reading accounts and sign-ins."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from govapp.accounts.models import User, WebSession
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
