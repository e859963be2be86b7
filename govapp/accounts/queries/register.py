"""Reading the register of people: who lives in an area, numbers, registrations, access codes."""

from collections.abc import Sequence
from datetime import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from govapp.accounts.events.people import CitizenNumberSeen
from govapp.accounts.models import User
from govapp.accounts.models.people import AccessCode, CitizenNumber, Registration
from govapp.core import clock, dates, text
from govapp.core.audit import AuditEntry
from govapp.core.names import Name

PAGE_ROWS = 50


def in_area(session: Session, area_id: int, words: str = "", page: int = 1) -> tuple[Sequence[User], int]:
    """One page of the people of an area with all words in their name, by given name; and how many in all."""
    query = select(User).where(User.area_id == area_id)
    whole = func.lower(User.given_name + " " + User.family_name)
    for term in text.search_terms(words):
        query = query.where(whole.contains(term, autoescape=True))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.order_by(User.sort_key, User.id).limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)
    return session.scalars(rows).all(), total


def namesakes(session: Session, area_id: int, name: Name) -> int:
    """How many people of the area have this given and family name: perhaps the person is here already."""
    key = User(given_name=name.given, family_name=name.family).sort_key
    same = select(func.count()).where(User.area_id == area_id, User.sort_key == key)
    return session.scalar(same) or 0


def by_form(session: Session, actor_id: int, form_token: str) -> User | None:
    """The person whom the actor entered with this form."""
    query = select(User).join(Registration, Registration.user_id == User.id)
    mine = (Registration.form_token == form_token) & (Registration.registered_by_id == actor_id)
    return session.scalars(query.where(mine)).first()


def by_fingerprint(session: Session, fingerprint: str) -> User | None:
    """The person with the citizen number of this fingerprint."""
    query = select(User).join(CitizenNumber, CitizenNumber.user_id == User.id)
    return session.scalars(query.where(CitizenNumber.fingerprint == fingerprint)).first()


def citizen_number(session: Session, user_id: int) -> CitizenNumber | None:
    return session.get(CitizenNumber, user_id)


def numbers_seen_today(session: Session, actor_id: int) -> int:
    """How many whole citizen numbers somebody read since midnight in Bangkok."""
    midnight = dates.from_local(dates.local_day(clock.now()), time())
    seen = select(func.count()).where(AuditEntry.event == CitizenNumberSeen.__name__)
    return session.scalar(seen.where(AuditEntry.actor_id == actor_id, AuditEntry.at >= midnight)) or 0


def registration(session: Session, user_id: int) -> Registration | None:
    return session.get(Registration, user_id)


def access_code(session: Session, user_id: int) -> AccessCode | None:
    """The person's code, also when its time is over."""
    return session.get(AccessCode, user_id)


def living_code(session: Session, fingerprint: str) -> AccessCode | None:
    person = joinedload(AccessCode.user).joinedload(User.second_factor)
    query = select(AccessCode).where(AccessCode.fingerprint == fingerprint, AccessCode.ends_at > clock.now())
    return session.scalars(query.options(person)).first()
