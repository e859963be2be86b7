"""Putting the demo's story into a database, chapter by chapter, and being one of its people."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.accounts.actions import sign_in
from govapp.accounts.events.people import SignedIn
from govapp.accounts.models import User, Way
from govapp.areas.actions import add_area, add_provinces
from govapp.areas.models import Area, AreaKind
from govapp.areas.queries import by_code
from govapp.budgeting.actions.importing import import_round
from govapp.budgeting.models import Round
from govapp.core.audit import record
from govapp.counting.pabulib_write import write
from govapp.demo import queries, round_2568, round_2569, telling
from govapp.demo.events import DemoPeopleAdded
from govapp.demo.places import COUNTRY, MUNICIPALITY, PROVINCE, Place

SEED = b"govapp demo"
PEOPLE, ROUNDS = "people", "rounds"


def load(session: Session, signing_key: str) -> list[str]:
    """Tell every chapter that is missing; returns their names. What is there stays as it is."""
    chapters = {PEOPLE: load_people(session, signing_key), ROUNDS: load_rounds(session)}
    return [chapter for chapter, is_new in chapters.items() if is_new]


def load_people(session: Session, signing_key: str) -> bool:
    """The people and their two months; False when they are there."""
    if PEOPLE in queries.chapters(session):
        return False
    _town(session)
    record(session, None, DemoPeopleAdded(PEOPLE, telling.tell(session, signing_key)))
    return True


def load_rounds(session: Session) -> bool:
    """The finished rounds; False when there are rounds, of whomever."""
    if session.scalar(select(func.count()).select_from(Round)):
        return False
    for chapter in (round_2568, round_2569):
        file = chapter.build()
        content = write(file.election, file.meta, SEED, file.columns).encode()
        import_round(session, None, file, content, _town(session))
    return True


def become(session: Session, user: User, lasts: timedelta, device: str) -> str:
    """A new session token of a demo person, who is asked for nothing; it is as good as with both factors.

    Whoever has no address is in as if by an access code.
    """
    how = Way.PASSWORD if user.email else Way.ACCESS_CODE
    record(session, user.id, SignedIn(user.id, how.value))
    return sign_in.open_sign_in(session, user, lasts, device, how)


def _town(session: Session) -> Area:
    """The invented town; everything above it is written down where it is missing."""
    add_provinces(session, None)
    province = _invented(session, PROVINCE, AreaKind.PROVINCE, by_code(session, COUNTRY.code))
    return _invented(session, MUNICIPALITY, AreaKind.TOWN_MUNICIPALITY, province)


def _invented(session: Session, place: Place, kind: AreaKind, parent: Area | None) -> Area:
    return add_area(session, place.code, kind, place.name_th, place.name_en, parent, is_invented=True)
