"""Reading the register of people: numbers, registrations, access codes, who lives in an area."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.people import AccessCode, CitizenNumber, Registration


def by_fingerprint(session: Session, fingerprint: str) -> User | None:
    """The person with the citizen number of this fingerprint."""
    query = select(User).join(CitizenNumber, CitizenNumber.user_id == User.id)
    return session.scalars(query.where(CitizenNumber.fingerprint == fingerprint)).first()


def citizen_number(session: Session, user_id: int) -> CitizenNumber | None:
    return session.get(CitizenNumber, user_id)


def registration(session: Session, user_id: int) -> Registration | None:
    return session.get(Registration, user_id)


def access_code(session: Session, user_id: int) -> AccessCode | None:
    """The person's code, also when its time is over."""
    return session.get(AccessCode, user_id)
