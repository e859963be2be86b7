"""Reading accounts and sign-ins."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from govapp.accounts.models import RecoveryCode, User, WebSession
from govapp.core import clock


def by_email(session: Session, email: str) -> User | None:
    return session.scalars(select(User).where(User.email == email.strip().lower())).first()


def live_session(session: Session, token_sha256: str, idle: timedelta) -> WebSession | None:
    """The sign-in of this token, when it is whole and has neither ended nor been idle too long."""
    wanted = _live(idle).where(WebSession.token_sha256 == token_sha256)
    person = joinedload(WebSession.user).joinedload(User.second_factor)
    return session.scalars(wanted.options(person)).first()


def half_open(session: Session, token_sha256: str) -> WebSession | None:
    """The sign-in of this token, when its password was right and its code is still due."""
    due = select(WebSession).where(WebSession.second_factor_due, WebSession.ends_at > clock.now())
    return session.scalars(due.where(WebSession.token_sha256 == token_sha256)).first()


def sign_ins(session: Session, user_id: int, idle: timedelta) -> Sequence[WebSession]:
    """Where a person is signed in now, the latest used first."""
    wanted = _live(idle).where(WebSession.user_id == user_id)
    return session.scalars(wanted.order_by(WebSession.used_at.desc(), WebSession.id.desc())).all()


def recovery_codes_left(session: Session, user_id: int) -> int:
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def _live(idle: timedelta) -> Select[Any]:
    now = clock.now()
    whole = select(WebSession).where(~WebSession.second_factor_due)
    return whole.where(WebSession.ends_at > now, WebSession.used_at > now - idle)
