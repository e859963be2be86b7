from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.areas.actions import add_provinces
from govapp.areas.models import Area, AreaKind
from govapp.areas.queries import provinces
from govapp.core.audit import AuditEntry
from tests import make


def test_an_empty_house_says_what_will_come(client: FlaskClient) -> None:
    assert "The first results will stand here" in client.get("/").get_data(as_text=True)


def test_home_shows_the_latest_results(client: FlaskClient, session: Session) -> None:
    made = make.round_(session)
    body = client.get("/").get_data(as_text=True)
    assert f'href="/rounds/{made.id}"' in body
    assert made.name in body


def test_health_is_plain(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_data()) == (200, b"ok\n")


def test_the_style_guide_shows_mistakes_without_being_sent(client: FlaskClient) -> None:
    body = client.get("/styleguide").get_data(as_text=True)
    assert "-5oo" in body
    assert "is not a number" in body


def test_there_are_77_provinces_in_thai_order(session: Session) -> None:
    assert add_provinces(session, None) == 77
    assert add_provinces(session, None) == 0
    names = [area.name_th for area in provinces(session)]
    assert names[0] == "กระบี่"
    assert names.index("เชียงราย") < names.index("เชียงใหม่") < names.index("ตรัง")
    assert len(names) == 77
    assert session.scalar(select(func.count()).select_from(Area).where(Area.kind == AreaKind.COUNTRY)) == 1
    assert session.scalars(select(AuditEntry)).one().details == {"count": 77}
