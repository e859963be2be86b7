"""Access codes: printed on a letter for people who have nothing else to sign in with."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from govapp.accounts.actions.sign_in import CODE_DUE_WITHIN, open_sign_in
from govapp.accounts.events.people import AccessCodeAccepted, AccessCodeEnded, AccessCodeMade, SignedIn
from govapp.accounts.models import User, Way, WebSession
from govapp.accounts.models.people import AccessCode
from govapp.accounts.queries import register as queries
from govapp.accounts.rules import people as rules
from govapp.accounts.rules.sign_in import require_proof
from govapp.core import cipher, clock, codes
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.language import N_
from govapp.ledger.codes import make as make_letters

SIGNS_IN_ALONE = N_("Access codes are for people who cannot sign in with an address and a password.")


def make(session: Session, sign_in: WebSession, actor: User, person_id: int, key: bytes) -> str:
    """A new code for the person, kept nowhere else; the old one, and what it opened, is worth nothing now.

    Raises ProofNeeded or Denied.
    """
    require_proof(sign_in)
    person = fetch(session, User, person_id, lock=True)
    require(rules.may_make_code(actor, person), SIGNS_IN_ALONE)
    code = make_letters(rules.CODE_LETTERS)
    row = queries.access_code(session, person.id) or AccessCode(user_id=person.id)
    row.fingerprint, row.made_by_id = cipher.fingerprint(key, code), actor.id
    row.created_at, row.ends_at, row.used_at = clock.now(), clock.now() + rules.code_lasts(), None
    session.add(row)
    _end_sign_ins(session, person)
    record(session, actor.id, AccessCodeMade(person.id))
    return code


def end(session: Session, actor: User, person_id: int) -> None:
    """End the code of a person one looks after, and what it opened, or one's own; raises Denied, NotNow."""
    person = fetch(session, User, person_id, lock=True)
    is_own = person.id == actor.id
    require(is_own or rules.may_look_after(actor, person))
    if is_own and not rules.has_password(person):
        raise NotNow(N_("You would be locked out. Add an e-mail address and a password first."))
    row = queries.access_code(session, person.id)
    if row is None:
        raise NotNow(N_("There is no access code to end."))
    session.delete(row)
    if not is_own:
        _end_sign_ins(session, person)
    record(session, actor.id, AccessCodeEnded(person.id))


def outgrow(session: Session, person: User) -> None:
    """ThaID signs the person in from now on: a paper that others made, and what it opened, end."""
    row = queries.access_code(session, person.id)
    if row is not None:
        session.delete(row)
        _end_sign_ins(session, person)
        record(session, person.id, AccessCodeEnded(person.id))


def recognise(session: Session, typed: str, key: bytes) -> AccessCode | None:
    """The living row of a code: one look-up, the same for wrong, replaced and ended ones."""
    try:
        code = codes.read(typed, rules.CODE_LETTERS)
    except ValueError:
        return None
    return queries.living_code(session, cipher.fingerprint(key, code))


def sign_in(session: Session, row: AccessCode, lasts: timedelta, device: str) -> str:
    """A new session token for somebody whose code was recognised, without the powers of any post.

    For a person with a second factor the sign-in is half open: it is worth nothing before the code.
    """
    row = fetch(session, AccessCode, row.user_id, lock=True)
    user, due = row.user, row.user.second_factor is not None
    row.used_at = row.used_at or clock.now()
    ended = delete(WebSession).where(WebSession.user_id == user.id, WebSession.ends_at <= clock.now())
    session.execute(ended)
    accepted = AccessCodeAccepted(user.id) if due else SignedIn(user.id, Way.ACCESS_CODE.value)
    record(session, user.id, accepted)
    return open_sign_in(session, user, CODE_DUE_WITHIN if due else lasts, device, Way.ACCESS_CODE, due)


def _end_sign_ins(session: Session, person: User) -> None:
    by_code = (WebSession.user_id == person.id) & (WebSession.how == Way.ACCESS_CODE)
    session.execute(delete(WebSession).where(by_code))
