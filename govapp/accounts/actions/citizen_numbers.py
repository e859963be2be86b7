"""Keeping citizen numbers: one person a number, and nobody reads one without saying why."""

from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.people import CitizenNumber
from govapp.accounts.queries import register
from govapp.core import cipher
from govapp.core.errors import NotNow
from govapp.core.language import N_

TAKEN = N_("This number is registered already: the person can sign in, or ask for a new access code.")


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
    return register.by_fingerprint(session, cipher.fingerprint(keys.finding, number))


def keep(session: Session, user: User, number: str, keys: Keys) -> None:
    """Write the person's number down, 13 digits; raises NotNow when another person has it.

    Part of a greater deed, which records the event. What is said does not tell who the other one is.
    """
    fingerprint = cipher.fingerprint(keys.finding, number)
    held = register.by_fingerprint(session, fingerprint)
    if held is not None and held.id == user.id:
        return
    kept = CitizenNumber(user_id=user.id, fingerprint=fingerprint, last_four=number[-4:])
    kept.sealed = cipher.seal(keys.sealing, number, place(user.id))
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError as error:  # also when two officers come at once
        raise NotNow(TAKEN) from error


def place(user_id: int) -> str:
    return f"citizen_numbers/{user_id}"
