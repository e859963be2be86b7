"""People who come with ThaID: found by citizen number, or made; ThaID linked to an account of before."""

from sqlalchemy.orm import Session

from govapp.accounts.actions import access_codes
from govapp.accounts.actions.citizen_numbers import Keys, keep, owner
from govapp.accounts.events.people import CameByThaid, Proved, ThaidLinked
from govapp.accounts.models import NameSource, User, WebSession
from govapp.accounts.queries import register
from govapp.accounts.rules import sign_in as rules
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.identity import Identity
from govapp.core.language import N_

OF_ANOTHER = N_(
    "This ThaID belongs to another account here. To use that one, sign out and sign in with ThaID."
)
OTHER_NUMBER = N_(
    "Your account has another citizen number than this ThaID. Ask an officer of your area to compare them."
)
BY_CODE = N_(
    "You signed in with an access code, and with it ThaID cannot be linked. Ask an officer of your area to "
    "enter your citizen number; then ThaID signs you in."
)
OTHER_NAME = N_(
    "An officer entered this citizen number under another name. Go to an officer of your area with your "
    "card: what is wrong is corrected there; then ThaID signs you in."
)
NOT_YOURS = N_("This ThaID is not the one of your account. Try again with your own.")


def enter(session: Session, identity: Identity, keys: Keys, language: str) -> User:
    """The person with this citizen number, made where there is none; what ThaID says of them stands.

    Of two who come at once for the first time, both get the one account. Signing in is a step of its own.
    Raises NotNow where an officer mistyped the number, so that it is another person's.
    """
    known = owner(session, identity.citizen_number, keys)
    if known and not rules.may_be(known, identity):
        raise NotNow(OTHER_NAME)
    user, is_new = (known, False) if known else _newcomer(session, identity, keys, language)
    _know(session, user, identity)
    record(session, user.id, CameByThaid(user.id, is_new))
    return user


def link(session: Session, sign_in: WebSession, identity: Identity, keys: Keys) -> None:
    """ThaID signs the person in from now on; needs a proof that was fresh when they went to ThaID.

    Raises Denied in a sign-in by an access code, NotNow for the ThaID of another account, and for another
    number than the account has.
    """
    require(rules.may_link_thaid(sign_in), BY_CODE)
    rules.require_proof(sign_in, filling_in=True)
    user = fetch(session, User, sign_in.user_id, lock=True)
    holder = owner(session, identity.citizen_number, keys)
    if holder is not None and holder.id != user.id:
        raise NotNow(OF_ANOTHER)
    if holder is None and register.citizen_number(session, user.id) is not None:
        raise NotNow(OTHER_NUMBER)
    keep(session, user, identity.citizen_number, keys)
    _know(session, user, identity)
    record(session, user.id, ThaidLinked(user.id))


def prove(session: Session, sign_in: WebSession, identity: Identity, keys: Keys) -> None:
    """A person who is signed in showed anew who they are; raises Denied for another person's ThaID."""
    sign_in = fetch(session, WebSession, sign_in.id, lock=True)
    holder = owner(session, identity.citizen_number, keys)
    require(holder is not None and holder.id == sign_in.user_id, NOT_YOURS)
    require(rules.may_prove_by_thaid(sign_in.user))
    sign_in.proved_at, sign_in.wrong_proofs = clock.now(), 0
    record(session, sign_in.user_id, Proved(sign_in.user_id, "thaid"))


def _newcomer(session: Session, identity: Identity, keys: Keys, language: str) -> tuple[User, bool]:
    """A person made now; or the one whom somebody else made at this very moment, and False."""
    user = User(given_name=identity.given_name, verified_at=clock.now(), language=language)
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
            keep(session, user, identity.citizen_number, keys)
    except NotNow:
        found = owner(session, identity.citizen_number, keys)
        if found is None:
            raise
        return found, False
    return user, True


def _know(session: Session, user: User, identity: Identity) -> None:
    """Take over name and birth; of a birth that ThaID does not tell, what was known stays."""
    if user.name_source is not NameSource.THAID:
        access_codes.outgrow(session, user)
    user.title, user.given_name, user.family_name = identity.title, identity.given_name, identity.family_name
    user.name_source = NameSource.THAID
    user.birth_date = identity.birth or user.birth_date
