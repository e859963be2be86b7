"""The tables refuse what may not be, also when nobody asked the rules."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.areas.models import Area, AreaKind, Region
from govapp.areas.rules import may_lie_in
from govapp.core import migrate
from govapp.core.db import Database

THEN, LATER = date(2007, 8, 1), date(2013, 8, 1)
COMMON = {"name_th": "ก", "name_en": "", "sort_key": "", "search_text": "", "earlier_names": []}


def put(session: Session, code: str, kind: Any = AreaKind.PROVINCE, **given: Any) -> int | None:
    """The row's id; None when the tables refuse it."""
    values = COMMON | {"code": code, "kind": kind, "is_invented": False} | given
    try:
        with session.begin_nested():
            return session.scalar(insert(Area).values(values).returning(Area.id))
    except IntegrityError:
        return None


def test_the_tables_know_what_may_lie_in_what(session: Session) -> None:
    ids = {kind: put(session, kind, kind) for kind in AreaKind}
    for kind in AreaKind:
        for parent, parent_id in ids.items():
            made = put(session, f"{kind} in {parent}"[:40], kind, parent_id=parent_id, parent_kind=parent)
            assert (made is not None) is may_lie_in(kind, parent), (kind, parent)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({}, True),
        ({"opened_on": THEN, "closed_on": LATER}, True),
        ({"opened_on": LATER, "closed_on": THEN}, False),
        ({"opened_on": THEN, "closed_on": THEN}, False),
        ({"closed_on": THEN}, True),
        ({"closed_on": THEN, "merged_into_id": "other"}, True),
        ({"merged_into_id": "other"}, False),
        ({"region": Region.NORTH}, True),
        ({"region": Region.NORTH, "kind": AreaKind.DISTRICT}, False),
        ({"parent_kind": AreaKind.COUNTRY}, False),
        ({"parent_id": "other"}, False),
        ({"parent_id": "other", "parent_kind": AreaKind.COUNTRY}, False),  # the other is a province
        ({"code": "other"}, False),
    ],
)
def test_the_tables_check_a_row(session: Session, given: dict[str, Any], fits: bool) -> None:
    other = put(session, "other")
    row = {"code": "new"} | {name: other if name.endswith("_id") else v for name, v in given.items()}
    assert (put(session, **row) is not None) is fits


@pytest.mark.parametrize(("column", "word"), [("kind", "local-authority"), ("region", "west")])
def test_the_tables_know_every_word(session: Session, column: str, word: str) -> None:
    put(session, "new")
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(f"UPDATE areas SET {column} = '{word}'"))


def test_nothing_lies_in_itself_or_goes_in_a_circle(session: Session) -> None:
    country = put(session, "TH", AreaKind.COUNTRY)
    province = put(session, "50", parent_id=country, parent_kind=AreaKind.COUNTRY)
    for area, parent, kind in (
        (province, province, AreaKind.PROVINCE),
        (country, province, AreaKind.PROVINCE),
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(update(Area).where(Area.id == area).values(parent_id=parent, parent_kind=kind))
    closed = {"closed_on": THEN, "merged_into_id": province}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Area).where(Area.id == province).values(closed))


def test_the_parents_kind_cannot_change_beneath_its_children(session: Session) -> None:
    country = put(session, "TH", AreaKind.COUNTRY)
    put(session, "50", parent_id=country, parent_kind=AreaKind.COUNTRY)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Area).where(Area.id == country).values(kind=AreaKind.ELSEWHERE))


OLD = """
INSERT INTO areas (code, kind, name_th, name_en, sort_key, search_text, is_invented, parent_id)
SELECT '{code}', '{kind}', 'ก', '{en}', 'ก', 'ก{words}', false, (SELECT id FROM areas WHERE kind = '{parent}')
"""


def test_areas_written_down_before_are_taken_along(database: Database) -> None:
    migrate.downgrade(database.engine, "0002")
    with database.write.begin() as session:
        for code, kind, en, parent in (
            ("TH", "country", "Thailand", ""),
            ("10", "province", "Bangkok", "country"),
            ("57", "province", "Chiang Rai", "country"),
            ("x-town", "local-authority", "", "nothing"),
        ):
            words = f" {en.lower()}" if en else ""
            row = OLD.format(code=code, kind=kind, en=en, words=words, parent=parent)
            session.execute(text(row))
    migrate.upgrade(database.engine)
    with database.read() as session:
        found = {a.code: (a.kind, a.region, a.search_text, a.parent_kind) for a in session.query(Area)}
    assert found == {
        "TH": (AreaKind.COUNTRY, None, "ก\nthailand", None),
        "10": (AreaKind.BANGKOK, Region.CENTRAL, "ก\nbangkok", AreaKind.COUNTRY),
        "57": (AreaKind.PROVINCE, Region.NORTH, "ก\nchiang rai", AreaKind.COUNTRY),
        "x-town": (AreaKind.TOWN_MUNICIPALITY, None, "ก", None),
    }
    migrate.downgrade(database.engine, "0002")
    with database.read() as session:
        kinds = dict(session.execute(text("SELECT code, kind FROM areas")).all())
    assert kinds == {"TH": "country", "10": "province", "57": "province", "x-town": "local-authority"}
