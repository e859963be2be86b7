from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from govapp.areas import forms, queries
from govapp.areas.actions import add_area, add_provinces, import_areas
from govapp.areas.models import Area, AreaKind
from govapp.core import clock
from tests import make, statements
from tests.areas.files import lines

ROWS = (
    "5001,district,เมืองเชียงใหม่,Mueang Chiang Mai,50,,,,",
    "5002,district,จอมทอง,Chom Thong,50,,,,",
    "500101,sub-district,ศรีภูมิ,Si Phum,5001,,,,",
    "500102,sub-district,พระสิงห์,Phra Sing,5001,,,,",
    "500103,sub-district,เก่า,Old,5001,,,2550-01-01,",
    "L1,อบจ.,อบจ.เชียงใหม่,,50,,,,",
    "L2,เทศบาลตำบล,เทศบาลตำบลเชียงใหม่น้อย,Little Chiang Mai,5001,,,,",
    "1001,district,พระนคร,Phra Nakhon,10,,,,",
)


@pytest.fixture
def country(session: Session) -> dict[str, Area]:
    assert import_areas(session, None, forms.read(lines(*ROWS))).rejected == []
    found = {code: queries.by_code(session, code) for code in queries.ids(session)}
    return {code: area for code, area in found.items() if area}


def codes(areas: object) -> list[str]:
    return [area.code for area in areas]  # type: ignore[attr-defined]


def test_children_are_paged_the_closed_last(session: Session, country: dict[str, Area]) -> None:
    found, total = queries.children(session, country["5001"])
    assert (codes(found), total) == (["500102", "500101", "L2", "500103"], 4)
    assert codes(queries.children(session, country["5001"], page=2, rows=3)[0]) == ["500103"]
    assert codes(queries.children(session, country["50"])[0]) == ["5002", "5001", "L1"]
    assert queries.children(session, country["L1"]) == ([], 0)


def test_ancestors_come_in_one_question(session: Session, country: dict[str, Area]) -> None:
    area = country["500101"]
    assert area.parent_id  # loaded before the questions are counted
    with statements.noted(session) as seen:
        assert codes(queries.ancestors(session, area)) == ["TH", "50", "5001"]
    assert len(seen) == 1
    assert queries.ancestors(session, country["TH"]) == []


@pytest.mark.parametrize(
    ("area", "other", "yes"),
    [
        ("TH", "500101", True),
        ("50", "500101", True),
        ("5001", "500101", True),
        ("500101", "500101", True),
        ("5001", "L2", True),
        ("500101", "5001", False),
        ("5002", "500101", False),
        ("10", "500101", False),
        ("L1", "5001", False),
    ],
)
def test_an_area_covers_itself_and_what_is_below(
    session: Session, country: dict[str, Area], area: str, other: str, yes: bool
) -> None:
    assert queries.covers(session, country[area], country[other]) is yes


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("เชียงใหม่", ["50", "5001", "L1", "L2"]),
        ("ศรี", ["33", "500101", "80", "14"]),  # what begins so comes before a higher kind
        ("CHIANG  mai", ["50", "5001", "L2"]),
        ("mueang", ["5001"]),
        ("mai mueang", ["5001"]),
        ("phra", ["14", "54", "1001", "500102"]),
        ("๕๐๐๑", ["5001"]),
        ("l1", ["L1"]),
        ("%", []),
        ("_", []),
        ("nowhere", []),
    ],
)
def test_search_is_by_name_what_begins_so_first(
    session: Session, country: dict[str, Area], words: str, found: list[str]
) -> None:
    areas, total = queries.search(session, words)
    assert codes(areas) == found
    assert total == len(found)


def test_budgets_are_held_where_the_area_is_open(session: Session) -> None:
    add_provinces(session, None)
    make.area(session, "x-town")
    district = add_area(session, "5001", AreaKind.DISTRICT, "เมือง", "", queries.by_code(session, "50"))
    assert district.kind is AreaKind.DISTRICT
    before = codes(queries.with_budgets(session))
    assert len(before) == 77 + 1
    row = "L1,อบต.,อบต.,,50,,,2569-11-23,"
    import_areas(session, None, forms.read(lines(row)))
    with clock.stopped(datetime(2026, 11, 22, 16, tzinfo=UTC)):  # still the 22nd in Bangkok
        assert set(codes(queries.with_budgets(session))) - set(before) == {"L1"}
    with clock.stopped(datetime(2026, 11, 22, 18, tzinfo=UTC)):
        assert codes(queries.with_budgets(session)) == before
