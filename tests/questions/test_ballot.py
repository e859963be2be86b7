"""The ballot page: one secret ballot a person, whatever is pressed how often, and not a trace beside it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from govapp.accounts.models import User, WebSession
from govapp.ballotbox.actions import paper
from govapp.ballotbox.models import Cast
from govapp.ballotbox.queries import casting
from govapp.core import clock
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.questions.views import ballot
from tests import make
from tests.make import PASSWORD
from tests.questions import asked
from tests.questions.asked import Asked
from tests.statements import CASTS, noted, written

CODE = re.compile(r'<p class="serial">([0-9A-Z-]+)</p>')
TICKET = re.compile(r'name="ticket"[^>]*value="([^"]+)"')


@pytest.fixture
def question(own_app: Flask, database: Database) -> Asked:
    return asked.question(database, own_app.extensions["keys"])


def voter(app: Flask, number: int = 0) -> FlaskClient:
    """A browser of somebody on the list, who speaks English."""
    client = app.test_client()
    client.set_cookie("language", "en")
    assert make.post(client, "/sign-in", email=asked.email(number), password=PASSWORD).status_code == 303
    return client


def form(client: FlaskClient, question: Asked, answer: str = "yes") -> dict[str, str]:
    """What the page has a browser send."""
    body = client.get(question.path).get_data(as_text=True)
    found = TICKET.search(body)
    assert found, body
    return {"csrf_token": make.csrf(client, question.path), "ticket": found[1], "answer": answer}


def cast_count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Cast)) or 0


def test_a_ballot_gets_a_receipt_and_can_be_changed(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    assert "Your ballot is not in the box yet." in client.get(question.path).get_data(as_text=True)
    answer = client.post(question.path, data=form(client, question))
    code = CODE.search(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert code
    assert answer.headers["Cache-Control"] == "no-store"
    again = client.get(question.path).get_data(as_text=True)
    assert "A ballot of yours is in the box." in again
    assert code[1] in again
    changed = client.post(question.path, data=form(client, question, "no")).get_data(as_text=True)
    assert "It took the place of the one before." in changed
    assert code[1] not in changed


def test_the_same_form_twice_is_one_ballot_with_one_receipt(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    sent = form(client, question)
    first, second = (client.post(question.path, data=sent).get_data(as_text=True) for _ in range(2))
    assert CODE.findall(first) == CODE.findall(second) != []
    assert "You sent this form before: what you chose the first time is in the box." in second
    assert cast_count(question.site.database) == 1


def test_two_windows_cannot_overwrite_each_other_unseen(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    here, there = form(client, question, "yes"), form(client, question, "no")
    assert client.post(question.path, data=there).status_code == 200
    refused = client.post(question.path, data=here)
    body = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "Your ballot was changed in another window" in body
    assert re.search(r'value="yes" checked', body)
    sent = here | {"ticket": TICKET.findall(body)[0]}
    assert client.post(question.path, data=sent).status_code == 200


@pytest.mark.parametrize("spoilt", ["", "x", "{0}x", "other"])
def test_a_form_with_another_ticket_casts_nothing_and_keeps_the_answer(
    own_app: Flask, question: Asked, spoilt: str
) -> None:
    client = voter(own_app)
    sent = form(client, question)
    other = form(voter(own_app, 1), question)["ticket"]
    sent["ticket"] = other if spoilt == "other" else spoilt.format(sent["ticket"])
    answer = client.post(question.path, data=sent)
    body = answer.get_data(as_text=True)
    assert (answer.status_code, cast_count(question.site.database)) == (422, 0)
    assert "This form was open for too long." in body
    assert re.search(r'value="yes" checked', body)


def test_a_ticket_ends_after_half_an_hour(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    sent = form(client, question)
    with clock.stopped(clock.now() + timedelta(minutes=30, seconds=1)):
        assert client.post(question.path, data=sent).status_code == 422
    assert cast_count(question.site.database) == 0
    assert client.post(question.path, data=sent).status_code == 200  # the control: it was the time alone


def test_nothing_is_written_about_a_voter_but_the_sealed_ballot(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    with noted(question.site.database.engine) as run:
        sent = form(client, question)
        answer = client.post(question.path, data=sent)
        client.get("/questions")
    assert answer.status_code == 200
    assert written(run) in CASTS


def test_a_vote_of_staff_leaves_no_mark_on_their_sign_in(own_app: Flask, question: Asked) -> None:
    database = question.site.database
    client = own_app.test_client()
    with database.write() as session:
        person = session.get_one(User, question.people[1])
        make.give(session, person)
        secret = make.second_factor(session, person)
    assert make.post(client, "/sign-in", email=asked.email(1), password=PASSWORD).status_code == 303
    assert make.post(client, "/sign-in/code", code=make.code(secret)).status_code == 303

    def used_at() -> list[Any]:
        with database.read() as session:
            return list(session.scalars(select(WebSession.used_at).order_by(WebSession.id)))

    before = used_at()
    with clock.stopped(clock.now() + timedelta(minutes=5)):
        assert client.post(question.path, data=form(client, question)).status_code == 200
        assert used_at() == before


def test_pages_of_a_ballot_ask_as_much_for_everybody(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    counts = []
    for answer in ("yes", "no", "abstain"):
        with noted(question.site.database.engine) as run:
            client.get(question.path)
        counts.append(len([each for each in run if each.lstrip().startswith("SELECT")]))
        client.post(question.path, data=form(client, question, answer))
    assert len(set(counts)) == 1
    assert counts[0] <= 11


@pytest.mark.parametrize(("answer", "status"), [("", 422), ("maybe", 422), ("yes,no", 422)])
def test_another_answer_is_none(own_app: Flask, question: Asked, answer: str, status: int) -> None:
    client = voter(own_app)
    assert client.post(question.path, data=form(client, question, answer)).status_code == status
    assert cast_count(question.site.database) == 0


def test_who_is_not_on_the_list_has_no_ballot(own_app: Flask, question: Asked) -> None:
    with question.site.database.write() as session:
        make.user(session, "stranger@example.org")
        session.commit()
    client = own_app.test_client()
    client.set_cookie("language", "en")
    make.post(client, "/sign-in", email="stranger@example.org", password=PASSWORD)
    refused = client.get(question.path)
    assert refused.status_code == 404
    assert "You are not on the roll of this vote." in refused.get_data(as_text=True)


def test_without_its_key_the_server_takes_no_ballots(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    sent = form(client, question)
    (name,) = [each for each in question.site.keys.names() if each.endswith(".slot")]
    kept = question.site.keys.read(name)
    assert kept is not None
    question.site.keys.destroy(name)
    refused = client.post(question.path, data=sent)
    assert refused.status_code == 503
    assert "Voting is not available on this server" in refused.get_data(as_text=True)
    assert name not in question.site.keys.names()  # never a new one
    question.site.keys.make(name, bytes(32))
    assert client.post(question.path, data=sent).status_code == 503
    question.site.keys.put(name, kept)
    assert client.post(question.path, data=sent).status_code == 200


def test_a_voter_on_paper_casts_nothing_online(own_app: Flask, question: Asked) -> None:
    client, site = voter(own_app), question.site
    sent = form(client, question)
    with site.begin() as session:
        id_ = ballot.queries.paper(session, question.id, question.people[0]).voter
        paper.lock_for_paper(session, site.keys, site.box_id, id_)
    refused = client.post(question.path, data=sent)
    assert refused.status_code == 409
    assert "You vote on paper" in refused.get_data(as_text=True)


def test_after_closing_a_voter_sees_that_their_ballot_counts(own_app: Flask, question: Asked) -> None:
    client, other, site = voter(own_app), voter(own_app, 1), question.site
    sent = form(client, question)
    client.post(question.path, data=sent)
    site.close()
    assert "it counts" in client.get(question.path).get_data(as_text=True)
    assert client.post(question.path, data=sent).status_code == 409
    site.finish()
    assert "a ballot is counted as yours" in client.get(question.path).get_data(as_text=True)
    assert "You did not take part." in other.get(question.path).get_data(as_text=True)


def test_more_than_ten_ballots_a_minute_wait(own_app: Flask, question: Asked) -> None:
    client = voter(own_app, 2)
    for _ in range(10):
        assert client.post(question.path, data=form(client, question)).status_code == 200
    assert client.post(question.path, data=form(client, question)).status_code == 429


def test_a_cast_leaves_no_entry_in_the_log(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    with question.site.database.read() as session:
        before = session.scalar(select(func.count()).select_from(AuditEntry))
    client.post(question.path, data=form(client, question))
    with question.site.database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == before
        stored = casting.stored(session, question.site.keys, question.site.box_id, question.site.voters[0])
        assert stored is not None


def test_a_form_of_another_site_casts_nothing(own_app: Flask, question: Asked) -> None:
    client = voter(own_app)
    sent = form(client, question)
    forged = {name: value for name, value in sent.items() if name != "csrf_token"}
    assert client.post(question.path, data=forged).status_code == 403
    assert client.post(question.path, data=sent | {"csrf_token": "x"}).status_code == 403
    assert cast_count(question.site.database) == 0
    assert client.post(question.path, data=sent).status_code == 200  # the control
