"""Entering people who come to an officer: without ThaID, an address, or even a citizen number."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.actions import citizen_numbers, consents
from govapp.accounts.actions.citizen_numbers import Keys
from govapp.accounts.events.people import PersonCorrected, PersonRegistered
from govapp.accounts.models import NameSource, User
from govapp.accounts.models.people import Evidence, Registration
from govapp.accounts.queries import register as queries
from govapp.accounts.rules import people as rules
from govapp.areas.models import Area
from govapp.core import clock, dates
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.language import N_
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate

HAS_NUMBER = N_("This person has a citizen number already.")


@dataclass(frozen=True)
class Entry:
    """What an officer enters of a person.

    citizen_number  13 digits, "" for a person without one
    form_token      of the form: the same one sent twice makes one person
    """

    name: Name
    birth_date: PartialDate | None
    citizen_number: str
    evidence: Evidence
    evidence_note: str
    form_token: str


def register(session: Session, actor: User, area: Area, entry: Entry, keys: Keys, notice: str) -> User:
    """Enter a person of the area, to whom version `notice` of the privacy notice was read.

    Raises Denied, or NumberTaken when somebody has this citizen number.
    """
    require(rules.may_register(actor, area))
    earlier = queries.by_form(session, actor.id, entry.form_token)
    if earlier is not None:
        return earlier
    try:
        with session.begin_nested():
            person = _add(session, actor, area, entry, keys)
    except IntegrityError:  # sent twice at one moment
        earlier = queries.by_form(session, actor.id, entry.form_token)
        if earlier is None:
            raise
        return earlier
    has_number = bool(entry.citizen_number)
    record(session, actor.id, PersonRegistered(person.id, area.id, entry.evidence.value, has_number))
    consents.give(session, actor, person, notice)
    return person


def correct(
    session: Session,
    actor: User,
    person_id: int,
    name: Name,
    born: PartialDate | None,
    number: str,
    keys: Keys,
) -> User:
    """Correct a person's name and birth date, and add a citizen number where there is none ("": no change).

    Raises Denied, NumberTaken, or NotNow for a person who has a number.
    """
    person = fetch(session, User, person_id, lock=True)
    require(rules.may_correct(actor, person))
    if number:
        if queries.citizen_number(session, person.id):
            raise NotNow(HAS_NUMBER)
        citizen_numbers.keep(session, person, number, keys)
    person.title, person.given_name, person.family_name = name
    person.birth_date, person.name_source = born, NameSource.OFFICER
    record(session, actor.id, PersonCorrected(person.id))
    return person


def _add(session: Session, actor: User, area: Area, entry: Entry, keys: Keys) -> User:
    title, given, family = entry.name
    person = User(title=title, given_name=given, family_name=family, area_id=area.id)
    person.name_source, person.birth_date = NameSource.OFFICER, entry.birth_date
    session.add(person)
    session.flush()
    row = Registration(user_id=person.id, registered_by_id=actor.id, form_token=entry.form_token)
    row.evidence, row.evidence_note = entry.evidence, entry.evidence_note
    if entry.citizen_number:
        citizen_numbers.keep(session, person, entry.citizen_number, keys)
    else:
        row.case_number = f"{dates.year_be(dates.local_day(clock.now()))}-{person.id:06}"
    session.add(row)
    return person
