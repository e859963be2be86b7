"""Writing places down."""

import csv
from importlib.resources import files

from sqlalchemy.orm import Session

from govapp.areas import queries
from govapp.areas.events import AreasAdded
from govapp.areas.models import Area, AreaKind
from govapp.core import text
from govapp.core.audit import record

COUNTRY = ("TH", "ประเทศไทย", "Thailand")


def add_area(
    session: Session,
    code: str,
    kind: AreaKind,
    name_th: str,
    name_en: str,
    parent: Area | None = None,
    is_invented: bool = False,
) -> Area:
    """The area with this code; written down when it is new."""
    found = queries.by_code(session, code)
    if found is not None:
        return found
    area = Area(
        code=code,
        kind=kind,
        name_th=name_th,
        name_en=name_en,
        parent=parent,
        is_invented=is_invented,
        sort_key=text.sort_key(name_th),
        search_text=text.search_text(f"{name_th} {name_en}"),
    )
    session.add(area)
    session.flush()
    return area


def add_provinces(session: Session, actor_id: int | None) -> int:
    """Write down the country and its 77 provinces where they are missing; returns how many were new."""
    country = add_area(session, COUNTRY[0], AreaKind.COUNTRY, COUNTRY[1], COUNTRY[2])
    known = {area.code for area in queries.provinces(session)}
    with (files("govapp.areas") / "provinces.csv").open(encoding="utf-8") as lines:
        missing = [row for row in csv.DictReader(lines) if row["code"] not in known]
    for row in missing:
        add_area(session, row["code"], AreaKind.PROVINCE, row["name_th"], row["name_en"], country)
    if missing:
        record(session, actor_id, AreasAdded(len(missing)))
    return len(missing)
