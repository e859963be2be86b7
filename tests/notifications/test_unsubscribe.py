"""The link in letters that stops them: works without signing in, and can do nothing else. Attacks by name."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.app import create_app
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.db import fetch
from govapp.core.keys import LinkSigner
from govapp.notifications import actions, queries
from govapp.notifications.models import Delivery, Letter, LetterState, Preference, Topic
from govapp.notifications.wording import Stationery, compose
from tests import make
from tests.accounts.letters import delivered
from tests.conftest import config
from tests.forms import send
from tests.mail import html, text
from tests.make import PASSWORD

EMAIL = "somchai@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ON_SITE, AT_ONCE, DAILY = Delivery.ON_SITE, Delivery.AT_ONCE, Delivery.DAILY

pytestmark = pytest.mark.usefixtures("kinds")


@pytest.fixture
def somchai(session: Session) -> int:
    """The id of a person."""
    return make.user(session, EMAIL, language="en").id


@pytest.fixture
def machine(app: Flask) -> FlaskClient:
    """A mail program's server: no cookies, no form of ours."""
    return app.test_client(use_cookies=False)


def signed(app: Flask, subject: str, purpose: str = "unsubscribe", ends_at: datetime | None = None) -> str:
    signer: LinkSigner = app.extensions["link_signer"]
    token = signer.sign(purpose, subject, ends_at or clock.now() + timedelta(days=30))
    return f"/unsubscribe/{token}"


def wishes(session: Session, user_id: int) -> list[Delivery]:
    """Of posts, tasks, news."""
    session.expire_all()
    return list(queries.deliveries(session, user_id).values())


USUAL = [AT_ONCE, AT_ONCE, DAILY]


def way_of(app: Flask, session: Session, user_id: int, template: str) -> str:
    """The path in the header of a letter."""
    actions.write(session, user_id, template, number=1)
    session.commit()
    header = delivered(app)[-1]["List-Unsubscribe"]
    found = re.fullmatch(r"<http://127\.0\.0\.1:8000(/unsubscribe/[\w.-]+)>", header)
    assert found, header
    return found[1]


def test_one_click_turns_the_topic_of_the_letter_off(
    app: Flask, machine: FlaskClient, session: Session, somchai: int
) -> None:
    way = way_of(app, session, somchai, "a-task")
    actions.write(session, somchai, "a-task", number=2)
    session.commit()
    answer = machine.post(way, data=ONE_CLICK)
    assert answer.status_code == 200, "redirects do not work for mail programs"
    assert "Done" in machine.get(way, headers={"Cookie": "language=en"}).get_data(as_text=True)
    assert wishes(session, somchai) == [AT_ONCE, ON_SITE, DAILY]
    states = session.scalars(select(Letter.state).order_by(Letter.id)).all()
    assert states == [LetterState.SENT, LetterState.KEPT], "what waited does not leave"


def test_it_is_noted_once_and_as_done_by_nobody(
    app: Flask, machine: FlaskClient, session: Session, somchai: int
) -> None:
    way = way_of(app, session, somchai, "a-task")
    for _ in range(3):
        assert machine.post(way, data=ONE_CLICK).status_code == 200
    rows = session.scalars(select(AuditEntry).where(AuditEntry.event == "NoticesChosen")).all()
    assert [(row.actor_id, row.details["chosen"]) for row in rows] == [(None, {"tasks": "on-site"})]


def test_a_digest_stops_all_that_comes_in_digests(
    app: Flask, machine: FlaskClient, session: Session, somchai: int
) -> None:
    actions.choose(session, somchai, somchai, {Topic.TASKS: DAILY})
    session.commit()
    assert machine.post(signed(app, f"{somchai}.digest")).status_code == 200
    assert wishes(session, somchai) == [AT_ONCE, ON_SITE, ON_SITE]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_changes_nothing(
    app: Flask, client: FlaskClient, session: Session, somchai: int, method: str
) -> None:
    way = signed(app, f"{somchai}.news")
    assert getattr(client, method)(way).status_code == 200
    assert wishes(session, somchai) == USUAL
    assert session.scalars(select(AuditEntry).where(AuditEntry.event == "NoticesChosen")).all() == []


def test_a_person_reads_what_will_happen_and_presses_a_button(
    app: Flask, client: FlaskClient, session: Session, somchai: int
) -> None:
    way = signed(app, f"{somchai}.news")
    page = client.get(way).get_data(as_text=True)
    assert "<b>News</b>" in page
    assert "s…@example.org" in page
    assert EMAIL not in page, "the link may have been forwarded"
    assert "somchai" not in page
    assert "Done" in send(client, way).get_data(as_text=True)
    assert wishes(session, somchai) == [AT_ONCE, AT_ONCE, ON_SITE]


def test_an_administrator_without_a_second_factor_can_use_it(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    admin = make.admin(session)
    send(client, "/sign-in", email=admin.email, password=PASSWORD)
    assert client.get("/rounds").status_code == 303, "the control: led to the second factor"
    assert send(client, signed(app, f"{admin.id}.news")).status_code == 200


def attacks(app: Flask, user_id: int, other_id: int) -> dict[str, str]:
    """name of the attack -> path"""
    good = signed(app, f"{user_id}.news")
    head, body, seal = good.split("/")[-1].split(".")
    bodies = {
        name: signed(app, subject).split(".")[1]
        for name, subject in (("other", f"{other_id}.news"), ("topic", f"{user_id}.powers"))
    }
    stranger = LinkSigner.of("t" * 32).sign("unsubscribe", f"{user_id}.news", clock.now() + timedelta(days=9))
    return {
        "made for another purpose": signed(app, f"{user_id}.news", "reset"),
        "made to verify": signed(app, f"{user_id}.news", "verify"),
        "old": signed(app, f"{user_id}.news", ends_at=clock.now() - timedelta(seconds=1)),
        "of another person, under this seal": f"/unsubscribe/{head}.{bodies['other']}.{seal}",
        "of another topic, under this seal": f"/unsubscribe/{head}.{bodies['topic']}.{seal}",
        "without a seal": f"/unsubscribe/{head}.{body}.",
        "cut short": good[:-5],
        "made with another key": f"/unsubscribe/{stranger}",
        "of the safety of the account": signed(app, f"{user_id}.security"),
        "of no topic": signed(app, f"{user_id}.nothing"),
        "of everything": signed(app, f"{user_id}."),
        "of nobody": signed(app, "999999.news"),
        "the id of a link": signed(app, "Zx81_Zx81_Zx81_Zx81_Z0"),
        "junk": "/unsubscribe/x",
    }


NAMES = (
    "made for another purpose",
    "made to verify",
    "old",
    "of another person, under this seal",
    "of another topic, under this seal",
    "without a seal",
    "cut short",
    "made with another key",
    "of the safety of the account",
    "of no topic",
    "of everything",
    "of nobody",
    "the id of a link",
    "junk",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_token_that_is(app: Flask, machine: FlaskClient, session: Session, somchai: int, name: str) -> None:
    other = make.user(session, "malee@example.org", password_hash="x").id
    way = attacks(app, somchai, other)[name]
    assert machine.get(way).status_code == 410
    assert machine.post(way, data=ONE_CLICK).status_code == 410
    assert session.scalars(select(Preference)).all() == []
    good = signed(app, f"{somchai}.news")
    assert machine.post(good, data=ONE_CLICK).status_code == 200, "the control"
    assert wishes(session, somchai) != USUAL


def test_no_attack_is_forgotten(app: Flask, session: Session, somchai: int) -> None:
    assert tuple(attacks(app, somchai, somchai)) == NAMES


def test_it_opens_no_other_door(app: Flask, client: FlaskClient, session: Session, somchai: int) -> None:
    link_id = make.link(session, fetch(session, User, somchai), "reset")
    token = signed(app, link_id).split("/")[-1]
    for door in ("reset", "verify"):
        assert client.get(f"/{door}/{token}").status_code == 410


def test_the_token_of_another_person_concerns_only_that_person(
    app: Flask, client: FlaskClient, session: Session, somchai: int
) -> None:
    malee = make.user(session, "malee@example.org", language="en").id
    send(client, "/sign-in", email="malee@example.org", password=PASSWORD)
    page = client.get(signed(app, f"{somchai}.news")).get_data(as_text=True)
    assert "s…@example.org" in page
    send(client, signed(app, f"{somchai}.news"))
    assert wishes(session, malee) == USUAL
    assert wishes(session, somchai) == [AT_ONCE, AT_ONCE, ON_SITE]


def test_it_only_ever_turns_off(app: Flask, machine: FlaskClient, session: Session, somchai: int) -> None:
    actions.choose(session, somchai, somchai, dict.fromkeys(queries.USUAL, ON_SITE))
    session.commit()
    for what in ("powers", "tasks", "news", "digest"):
        machine.post(signed(app, f"{somchai}.{what}"), data=ONE_CLICK | {"delivery": "at-once"})
    assert wishes(session, somchai) == [ON_SITE] * 3


def test_without_a_form_of_ours_nothing_else_can_be_sent(
    app: Flask, machine: FlaskClient, somchai: int
) -> None:
    assert machine.post("/inbox/preferences", data=ONE_CLICK).status_code == 403
    assert machine.post("/sign-in", data=ONE_CLICK).status_code == 403
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert machine.post(signed(app, f"{somchai}.news"), headers=cross).status_code == 403


def test_it_lasts_a_year_from_the_day_the_letter_was_written(
    app: Flask, machine: FlaskClient, session: Session, somchai: int
) -> None:
    way = way_of(app, session, somchai, "a-task")
    for days, status in ((366, 410), (364, 200)):
        with clock.stopped(clock.now() + timedelta(days=days)):
            assert machine.post(way, data=ONE_CLICK).status_code == status


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("a-post", "it is about your posts"),
        ("a-task", "something is due from you"),
        ("welcome", "always come"),
    ],
)
def test_every_mail_says_why_it_came_and_where_to_change_that(
    app: Flask, session: Session, somchai: int, template: str, why: str
) -> None:
    actions.write(session, somchai, template, number=1)
    session.commit()
    mail = delivered(app)[-1]
    can_be_changed = template != "welcome"
    for words in (text(mail), html(mail)):
        assert why in words
        assert ("http://127.0.0.1:8000/inbox/preferences" in words) is can_be_changed
        assert ("/unsubscribe/" in words) is can_be_changed
    assert (mail["List-Unsubscribe"] is not None) is can_be_changed
    assert mail["List-Unsubscribe-Post"] is None, "RFC 8058 wants https"


def test_one_click_is_offered_where_the_site_is_safe(app: Flask, session: Session, somchai: int) -> None:
    site = create_app(config(public_url="https://example.org"))
    paper: Stationery = site.extensions["stationery"]
    letter = Letter(id=7, user_id=somchai, template="welcome", language="en", given={}, path="")
    letter.created_at = clock.now()
    assert compose(paper, letter).stop_url == ""
    paper = Stationery(app.jinja_env, paper.signer, paper.site, paper.site_name)
    letter.template, letter.given = "a-task", {"number": 1}
    assert compose(paper, letter).stop_url.startswith("https://example.org/unsubscribe/")
