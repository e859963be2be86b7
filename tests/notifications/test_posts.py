"""Whom the giving of posts is told to, and in which words."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import handover, posts
from govapp.accounts.models.posts import Role
from govapp.core import language
from govapp.notifications.models import Letter
from govapp.notifications.wording import read
from tests.accounts.test_posts import REASON, Offices, terms


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
