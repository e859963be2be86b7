"""The pages of posts: what they say to mistakes, and what they cost."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import handover, posts
from govapp.accounts.models import User, WebSession
from govapp.accounts.models.posts import Grant, Role
from govapp.core import clock
from govapp.core.files.keeping import StoredFile
from tests import make
from tests.accounts.test_posts import Offices, given, terms
from tests.statements import of_page

FORM = {
    "role": "provincial-secretary",
    "area": "x-1",
    "email": "clerk@example.org",
    "first": "1 ต.ค. 2569",
    "last": "๓๐ กันยายน ๒๕๗๐",
    "document": "คำสั่งสมมติที่ 1/2569",
}


@pytest.fixture
def offices(session: Session) -> Offices:
    return Offices(session)


@pytest.fixture
def giver(client: FlaskClient, session: Session, offices: Offices) -> FlaskClient:
    make.enter(client, session, offices.first)
    return client


def proposals(session: Session, user: User) -> list[Grant]:
    return list(session.scalars(select(Grant).where(Grant.user_id == user.id)))


def test_a_post_is_proposed_with_a_copy_of_its_order(
    giver: FlaskClient, session: Session, offices: Offices
) -> None:
    png = make.png()
    data: dict[str, Any] = {**FORM, "copy": (BytesIO(png), "order.png")}
    assert make.post(giver, "/posts/give", **data).status_code == 303
    (grant,) = proposals(session, offices.clerk)
    assert (grant.document, grant.document_name) == (FORM["document"], "order.png")
    assert session.scalars(select(StoredFile.id)).all() == [grant.document_id]
    answer = giver.get(f"/grants/{grant.id}/document")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"area": "nowhere"}, "No place of the kind this post needs"),
        ({"area": "เมืองทดสอบ"}, "Several places fit. Write the code of one of them: x-1"),
        ({"area": "x-1-1"}, "No place of the kind this post needs"),
        ({"email": "nobody@example.org"}, "no account with the address nobody@example.org"),
        ({"email": "first@example.org"}, "Nobody gives a post to themselves"),
        ({"first": "32/1/2569"}, "There is no such day"),
        ({"last": "1 ต.ค. 2560"}, "The last day must not be before the first"),
        ({"document": ""}, "Enter the number of the order"),
        ({"role": "king"}, "Not a valid choice"),
        ({"copy": b"MZ not a picture"}, "PDF"),
    ],
)
def test_mistakes_are_told_and_nothing_typed_is_lost(
    giver: FlaskClient, session: Session, offices: Offices, change: dict[str, Any], says: str
) -> None:
    brought = {name: (BytesIO(typed), "order.pdf") for name, typed in change.items() if name == "copy"}
    answer = make.post(giver, "/posts/give", **FORM | change | brought)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in body
    for name, typed in (FORM | change).items():
        if name not in ("role", "copy"):
            assert f'value="{typed}"' in body, name
    assert proposals(session, offices.clerk) == []


def test_mistakes_stand_in_the_order_of_the_page(giver: FlaskClient) -> None:
    page = make.post(giver, "/posts/give", role="provincial-secretary").get_data(as_text=True)
    summary, fields = page.split('<form method="post" enctype')
    listed = re.findall(r'<li><a href="#([a-z]+)', summary)
    assert listed[0] == "area"
    assert listed == sorted(listed, key=lambda name: fields.index(f'id="{name}"'))


def test_a_form_of_giving_takes_no_field_it_does_not_have(giver: FlaskClient, offices: Offices) -> None:
    assert make.post(giver, "/posts/give", **FORM, confirmed_by_id="1").status_code == 400


def test_refusing_and_ending_need_a_reason(giver: FlaskClient, session: Session, offices: Offices) -> None:
    grant = posts.propose(session, offices.second, Role.SECRETARY, offices.province, terms(offices.clerk))
    session.commit()
    page = f"/grants/{grant.id}"
    assert "Write a reason" in make.post(giver, page, deed="refuse").get_data(as_text=True)
    assert make.post(giver, page, deed="refuse", reason="ย้าย").status_code == 303
    assert make.post(giver, page, deed="confirm").status_code == 409


def test_deciding_asks_for_a_fresh_proof_and_lets_a_form_be_finished(
    giver: FlaskClient, session: Session, offices: Offices
) -> None:
    page = "/posts/give"
    token = make.csrf(giver, page)
    for minutes, status, onward in ((6, 303, "/posts/"), (31, 303, "/account/prove")):
        for sitting in session.scalars(select(WebSession)):
            sitting.proved_at = clock.now() - timedelta(minutes=minutes)
        session.commit()
        assert giver.get(page).location.startswith("/account/prove?next=/posts/give")
        sent = giver.post(page, data={**FORM, "csrf_token": token})
        assert (sent.status_code, sent.location.startswith(onward)) == (status, True)
    assert len(proposals(session, offices.clerk)) == 1


def test_a_duty_without_a_title_is_told_on_the_page_of_the_post(
    client: FlaskClient, session: Session, offices: Offices
) -> None:
    grant = given(session, offices, offices.clerk, Role.SECRETARY, offices.province)
    make.enter(client, session, offices.clerk)
    page = f"/posts/{grant.post_id}"
    answer = make.post(client, f"{page}/duties", page, title="", notes="ไม่ลืม")
    assert answer.status_code == 422
    assert "Write what is to be done" in answer.get_data(as_text=True)
    assert "ไม่ลืม" in answer.get_data(as_text=True)


def test_desks_and_lists_cost_the_same_however_much_stands_on_them(
    client: FlaskClient, session: Session, offices: Offices
) -> None:
    grant = given(session, offices, offices.clerk, Role.SECRETARY, offices.province)
    make.enter(client, session, offices.clerk)
    pages = ("/desk", "/posts", f"/posts/{grant.post_id}", f"/posts/{grant.post_id}/hand-over")

    def more(count: int) -> dict[str, int]:
        for number in range(count):
            handover.add_duty(session, offices.clerk, grant.post_id, f"งานที่ {count}-{number}")
            place = make.area(session, f"x-1-{count}-{number}", parent=offices.province)
            officer = make.user(session, f"officer-{count}-{number}@example.org")
            posts.propose(session, offices.first, Role.OFFICER, place, terms(officer))
        session.commit()
        return {page: of_page(session, client, page) for page in pages}

    assert more(2) == more(9)
