"""Keeping citizen numbers: one person a number, and nobody reads a whole one without saying why."""

from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts import wording
from govapp.accounts.events.people import CitizenNumberSeen, TooManyNumbersSeen
from govapp.accounts.models import User, WebSession
from govapp.accounts.models.people import CitizenNumber
from govapp.accounts.queries import register as queries
from govapp.accounts.rules import people as rules
from govapp.accounts.rules.sign_in import require_proof
from govapp.core import cipher
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Missing, NotNow, Unreadable, require
from govapp.core.language import N_

UNSEALABLE = N_("The number cannot be read, for this server's key was changed. Tell who looks after it.")


class NumberTaken(NotNow):
    """Another person has this citizen number; what is said does not tell who."""

    def __init__(self) -> None:
        super().__init__(
            N_("This number is registered already. The person can sign in, or ask for a new access code.")
        )


@dataclass(frozen=True)
class Keys:
    """What numbers are found and sealed with, each made from the server's key for this alone."""

    finding: bytes = field(repr=False)
    sealing: bytes = field(repr=False)

    @classmethod
    def of(cls, signing_key: str) -> "Keys":
        purposes = ("accounts/citizen-number/find", "accounts/citizen-number/seal")
        return cls(*(cipher.key_for(purpose, signing_key) for purpose in purposes))


def owner(session: Session, number: str, keys: Keys) -> User | None:
    """The person with this number, 13 digits."""
    return queries.by_fingerprint(session, cipher.fingerprint(keys.finding, number))


def keep(session: Session, user: User, number: str, keys: Keys) -> None:
    """Write the person's number down, 13 digits; raises NumberTaken.

    Part of a greater deed, which records the event.
    """
    fingerprint = cipher.fingerprint(keys.finding, number)
    held = queries.by_fingerprint(session, fingerprint)
    if held is not None:
        if held.id == user.id:
            return
        raise NumberTaken
    kept = CitizenNumber(user_id=user.id, fingerprint=fingerprint, last_four=number[-4:])
    kept.sealed = cipher.seal(keys.sealing, number, place(user.id))
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError as error:  # two who come at one moment
        raise NumberTaken from error


def see(
    session: Session,
    sign_in: WebSession,
    actor: User,
    person_id: int,
    why: tuple[rules.Reason, str],
    keys: Keys,
) -> str | None:
    """The whole number of a person, noted with the reason and the number of a file ("" for none).

    None when the actor has read as many today as anybody may; that is noted too, so commit also then.
    Raises ProofNeeded, Denied, Missing, Unreadable.
    """
    require_proof(sign_in)
    person = fetch(session, User, person_id)
    require(rules.may_look_after(actor, person))
    kept = queries.citizen_number(session, person.id)
    if kept is None:
        raise Missing(N_("This person has no citizen number."))
    reason, case_number = why
    if case_number and not rules.is_case_number(case_number):
        raise Unreadable(wording.NO_NAMES)
    fetch(session, User, actor.id, lock=True)  # of two views at one moment both are counted
    seen = queries.numbers_seen_today(session, actor.id)
    if seen >= rules.MOST_VIEWS_A_DAY:
        record(session, actor.id, TooManyNumbersSeen(seen))
        return None
    record(session, actor.id, CitizenNumberSeen(person.id, reason.value, case_number))
    try:
        return cipher.unseal(keys.sealing, kept.sealed, place(person.id))
    except cipher.Unsealable as error:
        raise NotNow(UNSEALABLE) from error


def place(user_id: int) -> str:
    return f"citizen_numbers/{user_id}"
