import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from govapp.areas import forms
from govapp.areas.actions import add_provinces, import_areas
from govapp.core import clock
from tests import make, statements
from tests.areas.files import lines, many

ROWS = (
    "5001,district,เมืองเชียงใหม่,Mueang Chiang Mai,50,,,,",
    "1001,district,พระนคร,Phra Nakhon,10,,,,",
    "L1,อบต.,อบต.เก่า,Old Place,5001,,1997-02-23,2550-08-01,L2",
    "L2,เทศบาลตำบล,เทศบาลใหม่,<New> Place,5001,,2550-08-01,,",
)


@pytest.fixture
def country(session: Session) -> None:
    take(session, lines(*ROWS))


def take(session: Session, content: bytes) -> None:
    assert import_areas(session, None, forms.read(content)).rejected == []
    session.commit()


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_the_list_before_anything_is_there(client: FlaskClient) -> None:
    assert "No areas yet" in text_of(client, "/areas")


@pytest.mark.usefixtures("country")
def test_provinces_stand_by_region(client: FlaskClient, session: Session) -> None:
    body = text_of(client, "/areas")
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", body)
    assert headings == [
        "North",
        "Northeast",
        "Central region and Bangkok",
        "East",
        "South",
        "Southern border",
    ]
    assert body.count('href="/areas/') == 77
    assert "Mueang Chiang Mai" not in body


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("chiang", ["57", "50", "5001"]),
        ("L2", ["L2"]),
        ("<New>", ["L2"]),
        ("place", ["L2", "L1"]),
        ("nowhere", []),
        ("%25", []),
    ],
)
def test_areas_are_searched(client: FlaskClient, query: str, shown: list[str]) -> None:
    body = text_of(client, f"/areas?q={query}")
    assert re.findall(r'<h2 class="h3like"><a href="/areas/([^"]+)"', body) == shown
    assert ("No area has" in body) is not shown or shown
    assert "<New>" not in body


@pytest.mark.usefixtures("country")
def test_an_area_shows_where_it_lies_and_what_lies_in_it(client: FlaskClient) -> None:
    province = text_of(client, "/areas/50")
    assert "Provincial committee</dt> <dd>has one" in province
    assert "Mueang Chiang Mai" in province
    district = text_of(client, "/areas/5001")
    assert re.search(r'<a href="/areas/50">Chiang Mai</a>, <a href="/areas/TH">Thailand</a>', district)
    assert "&lt;New&gt; Place" in district
    assert re.search(r'Old Place</a>\s*<span class="tag lost">No longer exists', district)
    bangkok = text_of(client, "/areas/10")
    assert "has none: Bangkok is not a province" in bangkok
    assert "District of Bangkok" in bangkok
    assert client.get("/areas/nowhere").status_code == 404


@pytest.mark.usefixtures("country")
def test_a_closed_area_tells_what_became_of_it(client: FlaskClient) -> None:
    body = text_of(client, "/areas/L1")
    assert "This area was closed on 1 August 2007." in body
    assert re.search(r'What is left of it today: <a href="/areas/L2">&lt;New&gt; Place</a>', body)
    assert "was closed on" not in text_of(client, "/areas/L2")
    assert re.search(r'Merged here</dt> <dd><a href="/areas/L1">', text_of(client, "/areas/L2"))


@pytest.mark.usefixtures("country")
def test_an_earlier_name_is_shown_and_found(client: FlaskClient, session: Session) -> None:
    renamed = ROWS[0].replace("Mueang Chiang Mai", "Wiang Mai").replace("เมืองเชียงใหม่", "เวียงใหม่")
    with clock.stopped(datetime(2026, 11, 22, tzinfo=UTC)):
        take(session, lines(renamed))
    assert "Mueang Chiang Mai (until 22 November 2026)" in text_of(client, "/areas/5001")
    assert 'href="/areas/5001"' in text_of(client, "/areas?q=mueang")


@pytest.mark.usefixtures("country")
def test_pages_speak_thai(client: FlaskClient) -> None:
    client.set_cookie("language", "th")
    body = text_of(client, "/areas/L1")
    assert "อบต.เก่า" in body
    assert "Old Place" in body, "the other name stands among the facts"
    assert "พ.ศ." in body or "2550" in body


def test_any_code_has_an_address(client: FlaskClient, session: Session) -> None:
    make.area(session, "pb:Poland:Łódź/Góra", is_invented=True)
    body = text_of(client, "/areas?q=test town")
    assert "an invented place" in body
    (path,) = re.findall(r'h3like"><a href="([^"]+)"', body)
    assert "<h1>Test Town</h1>" in text_of(client, path)


def test_pages_ask_the_database_a_fixed_number_of_times(client: FlaskClient, session: Session) -> None:
    """More areas, and deeper ones, mean the same number of questions."""
    add_provinces(session, None)
    session.commit()
    paths = ("/areas", "/areas?q=a", "/areas/50", "/areas/10")
    before = [statements.of_page(session, client, path) for path in paths]
    take(session, many(500, 300))
    assert [statements.of_page(session, client, path) for path in paths] == before
    assert max(before) <= 5
    assert statements.of_page(session, client, "/areas/300101") <= 5
    assert statements.of_page(session, client, "/areas?q=tambon&page=3") <= 3


def test_long_lists_come_in_pages(client: FlaskClient, session: Session) -> None:
    take(session, many(99, 0))
    first, last = text_of(client, "/areas/3001"), text_of(client, "/areas/3001?page=2")
    assert first.count('data-th="Kind"') == 50
    assert last.count('data-th="Kind"') == 49
    assert 'href="/areas/3001?page=2"' in first
    assert 'href="/areas?q=Tambon&amp;page=2"' in text_of(client, "/areas?q=Tambon")
