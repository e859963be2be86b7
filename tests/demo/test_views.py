"""Being one of the demo's people by one tap."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from govapp.accounts.models import Way, WebSession
from govapp.accounts.models.people import Registration
from govapp.core import clock, doors
from govapp.demo import queries
from govapp.demo.people import BY_KEY, PEOPLE, STAFF
from tests import make

pytestmark = pytest.mark.usefixtures("people")


def be(client: FlaskClient, key: str, **data: str) -> str:
    """Tap on the person; where it leads."""
    found = client.post(f"/demo/{key}", data={"csrf_token": make.csrf(client, "/demo"), **data})
    assert found.status_code == 303
    return str(found.location)


def text(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_the_page_shows_everybody_with_post_and_button(client: FlaskClient) -> None:
    page = text(client, "/demo")
    for person in PEOPLE:
        assert f"{person.given_name} {person.family_name}" in page
        assert f'action="/demo/{person.key}"' in page
    assert "Provincial secretary, Saichon" in page
    assert "Waits for a second person" in page


@pytest.mark.parametrize("language", ["th", "en"])
def test_each_lands_on_a_desk_of_their_own(app: Flask, session: Session, language: str) -> None:
    for person in PEOPLE:
        client = app.test_client()
        client.set_cookie("language", language)
        assert be(client, person.key) == "/desk"
        desk = client.get("/desk")
        assert desk.status_code == 200, person
        assert person.family_name in desk.get_data(as_text=True)
        sitting = session.scalars(select(WebSession).order_by(WebSession.id.desc())).first()
        assert sitting is not None
        assert (sitting.user.email or "") == person.email
        assert sitting.is_staff == (person.key in STAFF and person.key != "kongphop")
        how = Way.PASSWORD if person.has_address else Way.ACCESS_CODE
        assert (sitting.how, sitting.second_factor_due) == (how, False)


def test_nothing_more_is_asked_for_a_sensitive_deed(client: FlaskClient) -> None:
    be(client, "thana")
    assert client.get("/posts/give").status_code == 200


def test_a_proof_that_has_grown_old_is_given_by_another_tap(client: FlaskClient) -> None:
    be(client, "thana")
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        asked = client.get("/posts/give").location
        assert asked.startswith("/account/prove")
        assert 'action="/demo/thana"' in text(client, asked)
        assert be(client, "thana", next="/posts/give") == "/posts/give"
        assert client.get("/posts/give").status_code == 200


def test_the_elder_proves_herself_by_a_tap_too(client: FlaskClient) -> None:
    be(client, "bunma")
    assert 'action="/demo/bunma"' in text(client, "/account/prove")
    assert be(client, "bunma", next="/account/consent") == "/account/consent"


def test_people_of_ones_own_prove_themselves_as_everywhere(client: FlaskClient, session: Session) -> None:
    make.enter(client, session, make.person(session))
    assert "/demo/" not in text(client, "/account/prove")


def test_whoever_becomes_another_is_the_first_no_more(client: FlaskClient, session: Session) -> None:
    be(client, "wipa")
    be(client, "kongphop")
    assert session.scalar(select(func.count()).select_from(WebSession)) == 1
    assert BY_KEY["kongphop"].family_name in text(client, "/desk")
    assert "You are this person" in text(client, "/demo")


def test_a_visitor_who_was_going_somewhere_gets_there(client: FlaskClient) -> None:
    assert 'href="/demo?next=/posts"' in text(client, "/sign-in?next=/posts")
    assert 'name="next" value="/posts"' in text(client, "/demo?next=/posts")
    assert be(client, "wipa", next="/posts") == "/posts"
    assert be(client, "mali", next="//evil.example") == "/desk"


def test_every_page_leads_there(client: FlaskClient) -> None:
    for path in ("/", "/rounds", "/sign-in", "/no-such-page"):
        assert 'href="/demo"' in text(client, path), path


def test_a_tap_that_did_not_come_from_the_page_is_refused(client: FlaskClient, session: Session) -> None:
    assert client.post("/demo/thana").status_code == 403
    token = make.csrf(client, "/demo")
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/demo/thana", data={"csrf_token": token}, headers=elsewhere).status_code == 403
    assert client.get("/demo/thana").status_code == 405
    assert session.scalar(select(func.count()).select_from(WebSession)) == 0
    assert client.post("/demo/thana", data={"csrf_token": token}).status_code == 303


def test_nobody_else_can_be_become(client: FlaskClient, session: Session) -> None:
    make.user(session, "somchai@demo.example.org")
    token = make.csrf(client, "/demo")
    for key in ("somchai", "1", "thana@demo.example.org"):
        assert client.post(f"/demo/{key}", data={"csrf_token": token}).status_code == 404, key


def test_where_people_are_missing_the_page_says_how_they_come(client: FlaskClient, session: Session) -> None:
    for user in queries.users(session).values():
        user.email = None
    session.execute(delete(Registration))
    session.commit()
    assert "govapp demo load" in text(client, "/demo")


def test_every_page_of_the_demo_has_a_door(app: Flask) -> None:
    found = {door.path: door.door for door in doors.of(app)}
    assert (found["/demo"], found["/demo/<key>"]) == ("public", "public")
    assert all(found.values())
