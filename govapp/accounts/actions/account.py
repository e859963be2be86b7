"""What people do about their own account: proving who they are, password, sign-ins elsewhere."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from govapp.accounts.actions import access_codes
from govapp.accounts.actions.second_factor import accept_code, count_wrong
from govapp.accounts.actions.sign_in import hash_password, password_fits
from govapp.accounts.events.people import (
    LanguageChosen,
    OtherSignInsEnded,
    PasswordChanged,
    Proved,
    SignInEnded,
)
from govapp.accounts.models import User, Way, WebSession
from govapp.accounts.rules import sign_in as rules
from govapp.accounts.rules.people import how_to_prove
from govapp.core import clock, language
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Missing, Unreadable
from govapp.core.language import N_


def prove(session: Session, sign_in: WebSession, typed: str, key: bytes, code_key: bytes) -> bool:
    """Whether a person who is signed in gave what rules.how_to_prove asks for.

    key, code_key  of second factors, of access codes
    A wrong one counts, so commit also then: the fifth ends this sign-in. Raises TooMany.
    """
    sign_in = fetch(session, WebSession, sign_in.id, lock=True)
    how: str | None = how_to_prove(sign_in.user).value
    if how == Way.APP_CODE:
        how = accept_code(session, sign_in, typed, key)
    elif how == Way.PASSWORD:
        how = how if _is_password(session, sign_in, typed) else None
    else:
        how = how if _is_access_code(session, sign_in, typed, code_key) else None
    if how is None:
        return False
    sign_in.proved_at, sign_in.wrong_proofs = clock.now(), 0
    record(session, sign_in.user_id, Proved(sign_in.user_id, how))
    return True


def change_password(session: Session, sign_in: WebSession, current: str, new: str) -> bool:
    """Set a new password and end other sign-ins, when the current one was given right.

    A wrong one counts, so commit also then. Raises Unreadable for a password that will not do.
    """
    rules.require_proof(sign_in)
    if fault := rules.password_fault(new, sign_in.user.email or "", sign_in.user.name):
        raise Unreadable(fault)
    sign_in = fetch(session, WebSession, sign_in.id, lock=True)
    if not _is_password(session, sign_in, current):
        return False
    sign_in.wrong_proofs = 0
    sign_in.user.password_hash = hash_password(new)
    _end_others(session, sign_in)
    record(session, sign_in.user_id, PasswordChanged(sign_in.user_id))
    return True


def choose_language(session: Session, user_id: int, code: str) -> None:
    """The language of letters to the person from now on; raises Unreadable for one not spoken here."""
    if code not in language.available():
        raise Unreadable(N_("Choose one of the languages of this site."))
    user = fetch(session, User, user_id, lock=True)
    if user.language != code:
        user.language = code
        record(session, user_id, LanguageChosen(user_id, code))


def end_sign_in(session: Session, sign_in: WebSession, other_id: int) -> None:
    """End another sign-in of the same person; raises Missing for anybody else's."""
    other = fetch(session, WebSession, other_id)
    if other.user_id != sign_in.user_id:
        raise Missing(N_("What you are looking for is not here"))
    session.delete(other)
    record(session, sign_in.user_id, SignInEnded(sign_in.user_id, other_id))


def end_other_sign_ins(session: Session, sign_in: WebSession) -> int:
    """End every sign-in of the person but this one; returns how many."""
    count = _end_others(session, sign_in)
    record(session, sign_in.user_id, OtherSignInsEnded(sign_in.user_id, count))
    return count


def _end_others(session: Session, sign_in: WebSession) -> int:
    others = delete(WebSession).where(WebSession.user_id == sign_in.user_id, WebSession.id != sign_in.id)
    return len(session.scalars(others.returning(WebSession.id)).all())


def _is_access_code(session: Session, sign_in: WebSession, typed: str, key: bytes) -> bool:
    row = access_codes.recognise(session, typed, key)
    if row is not None and row.user_id == sign_in.user_id:
        return True
    count_wrong(session, sign_in, Way.ACCESS_CODE.value)
    return False


def _is_password(session: Session, sign_in: WebSession, typed: str) -> bool:
    if password_fits(sign_in.user.password_hash, typed):
        return True
    count_wrong(session, sign_in, "password")
    return False
