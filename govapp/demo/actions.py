"""Putting the demo's story into an empty database."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.areas.actions import add_area, add_provinces
from govapp.areas.models import Area, AreaKind
from govapp.areas.queries import by_code
from govapp.budgeting.actions import import_round
from govapp.budgeting.models import Round
from govapp.counting.pabulib_write import write
from govapp.demo import round_2568, round_2569
from govapp.demo.places import MUNICIPALITY, PROVINCE, Place

SEED = b"govapp demo"


def load(session: Session) -> bool:
    """The provinces, the invented municipality and its finished rounds; False when rounds are there."""
    if session.scalar(select(func.count()).select_from(Round)):
        return False
    add_provinces(session, None)
    province = _invented(session, PROVINCE, AreaKind.PROVINCE, by_code(session, "TH"))
    town = _invented(session, MUNICIPALITY, AreaKind.TOWN_MUNICIPALITY, province)
    for chapter in (round_2568, round_2569):
        file = chapter.build()
        content = write(file.election, file.meta, SEED, file.columns).encode()
        import_round(session, None, file, content, town)
    return True


def _invented(session: Session, place: Place, kind: AreaKind, parent: Area | None) -> Area:
    return add_area(session, place.code, kind, place.name_th, place.name_en, parent, is_invented=True)
