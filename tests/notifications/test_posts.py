"""Whom the giving of posts is told to, and in which words."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import handover, posts
from govapp.accounts.models.posts import Role
from govapp.core import language
from govapp.notifications.models import Letter
from govapp.notifications.wording import read
from tests import make
from tests.accounts.test_posts import REASON, Offices, given, terms


@pytest.fixture
def offices(session: Session) -> Offices:
    return Offices(session)


def told(session: Session, template: str) -> list[Letter]:
    query = select(Letter).where(Letter.template == template).order_by(Letter.id)
    return list(session.scalars(query))


def test_everybody_who_may_confirm_is_asked_and_nobody_else(session: Session, offices: Offices) -> None:
    posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    asked = {letter.user_id for letter in told(session, "post_to_confirm")}
    assert asked == {offices.second.id, offices.third.id}


def test_the_person_hears_of_every_turn(app: Flask, session: Session, offices: Offices) -> None:
    before = len(told(session, "post"))
    grant = posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    posts.confirm(session, offices.second, grant.id)
    session.commit()
    session.refresh(offices.clerk)
    handover.hand_over(session, offices.clerk, grant.post_id, terms(offices.third), "", [])
    posts.end(session, offices.second, grant.id, REASON)
    refused = posts.propose(session, offices.first, Role.OFFICER, offices.town, terms(offices.clerk))
    posts.refuse(session, offices.second, refused.id, REASON)
    letters = told(session, "post")[before:]
    assert [(letter.given["what"], letter.user_id) for letter in letters] == [
        ("given", offices.clerk.id),
        ("handed-over", offices.third.id),
        ("ended", offices.clerk.id),
        ("refused", offices.clerk.id),
    ]
    for letter in [*letters, *told(session, "post_to_confirm")]:
        for code in ("th", "en"):
            with language.use(code):
                words = read(app.extensions["stationery"], letter)
            assert letter.given["post"][code] in words.text
            assert (REASON in words.text) == (letter.given.get("what") in ("ended", "refused"))


def test_the_notice_says_what_became_of_the_proposal(
    client: FlaskClient, session: Session, offices: Offices
) -> None:
    grant = posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    make.enter(client, session, offices.third)
    waits, decided = "Waits for a second person</span>", "In office</span>"

    def shown() -> list[bool]:
        page = client.get("/inbox").get_data(as_text=True)
        return [word in page for word in (waits, decided)]

    assert shown() == [True, False]
    posts.confirm(session, offices.second, grant.id)
    session.commit()
    assert shown() == [False, True]


def test_the_successor_sees_whether_the_handover_counts_by_now(
    client: FlaskClient, session: Session, offices: Offices
) -> None:
    grant = given(session, offices, offices.clerk, Role.SECRETARY, offices.province)
    successor = make.user(session, "next@example.org", language="en")
    handed = handover.hand_over(session, offices.clerk, grant.post_id, terms(successor), "", [])
    session.commit()
    make.enter(client, session, successor)
    page = client.get("/inbox").get_data(as_text=True)
    assert "Waits for a second person</span>" in page
    posts.confirm(session, offices.second, handed.grant_id)
    session.commit()
    page = client.get("/inbox").get_data(as_text=True)
    assert page.count("In office</span>") == 1


def test_who_may_not_see_the_proposal_any_more_is_not_told_of_it(
    client: FlaskClient, session: Session, offices: Offices
) -> None:
    posts.propose(session, offices.first, Role.SECRETARY, offices.province, terms(offices.clerk))
    (mine,) = [grant for grant in offices.third.grants if grant.post.role is Role.ADMINISTRATOR]
    posts.end(session, offices.first, mine.id, REASON)
    session.commit()
    make.enter(client, session, offices.third)
    page = client.get("/inbox").get_data(as_text=True)
    assert "A second person is asked" in page
    assert "Now:" not in page
