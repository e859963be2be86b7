"""Reading accounts, sign-ins and links."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, defer, joinedload, load_only

from govapp.accounts.models import AccountLink, Purpose, RecoveryCode, User, WebSession
from govapp.accounts.models.posts import Grant
from govapp.accounts.rules.sign_in import LINK_EVERY
from govapp.core import clock


def by_email(session: Session, email: str) -> User | None:
    return session.scalars(select(User).where(User.email == email.strip().lower())).first()


def live_session(session: Session, token_sha256: str, idle: timedelta) -> WebSession | None:
    """The sign-in of this token, when it is whole, has not ended and, one of staff, was not idle too long."""
    now = clock.now()
    asked = {"token": token_sha256, "now": now, "idle": now - idle}
    return session.scalars(_LIVE_SESSION, asked).first()


def half_open(session: Session, token_sha256: str) -> WebSession | None:
    """The sign-in of this token, when its password was right and its code is still due."""
    due = select(WebSession).where(WebSession.second_factor_due, WebSession.ends_at > clock.now())
    return session.scalars(due.where(WebSession.token_sha256 == token_sha256)).first()


def sign_ins(session: Session, user_id: int, idle: timedelta) -> Sequence[WebSession]:
    """Where a person is signed in now, the latest used or begun first."""
    wanted = _live(idle).where(WebSession.user_id == user_id)
    return session.scalars(wanted.order_by(WebSession.used_at.desc(), WebSession.id.desc())).all()


def recovery_codes_left(session: Session, user_id: int) -> int:
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


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


def was_asked_to_verify(session: Session, user_id: int, address: str) -> bool:
    """Whether a link that still works went to an address this person adds, a short while ago."""
    since = clock.now() - LINK_EVERY[Purpose.ADDRESS]
    mine = select(AccountLink.id).where(AccountLink.user_id == user_id, AccountLink.email == address)
    lately = mine.where(AccountLink.created_at > since, AccountLink.used_at.is_(None))
    return session.scalars(lately).first() is not None


def _live(idle: timedelta) -> Select[Any]:
    now = clock.now()
    return _LIVE.params(now=now, idle=now - idle)


_LIVE = select(WebSession).where(
    ~WebSession.second_factor_due,
    WebSession.ends_at > bindparam("now"),
    or_(~WebSession.is_staff, WebSession.used_at > bindparam("idle")),
)
_PERSON = joinedload(WebSession.user)
_RARELY_ASKED = (User.sort_key, User.birth_year, User.birth_month, User.birth_day, User.created_at)
_LIVE_SESSION = _LIVE.where(  # asked by every page: made once, and only what most pages need is read.
    WebSession.token_sha256 == bindparam("token")
).options(  # Posts and the second factor are loaded where a rule asks for them, of staff alone
    load_only(WebSession.user_id, WebSession.used_at, WebSession.is_staff),
    _PERSON.options(*map(defer, _RARELY_ASKED)),
    _PERSON.defaultload(User.grants).joinedload(Grant.post),
)
