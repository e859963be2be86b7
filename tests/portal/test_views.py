from flask.testing import FlaskClient
from sqlalchemy.orm import Session

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
