"""What programs and people outside take from a box: feed, notes, proofs, letters; what is kept of them."""

import hashlib
import json
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import closing as accounts
from govapp.ballotbox.actions import batches
from govapp.ballotbox.models import BallotBox
from govapp.ballotbox.models.log import Checkpoint, Observer
from govapp.ballotbox.queries import personal_data
from govapp.ledger import checkpoints, tree
from govapp.ledger.canonical import from_base64
from govapp.ledger.notes import Key
from govapp.notifications.models import Letter
from tests import make
from tests.ballotbox import pages
from tests.ballotbox.boxes import Site
from tests.ballotbox.pages import words
from tests.portal import log

ATOM = "{http://www.w3.org/2005/Atom}"


def publish(site: Site) -> int:
    with site.begin() as session:
        return batches.publish_batch(session, site.keys, session.get_one(BallotBox, site.box_id))


def press(client: FlaskClient, site: Site, deed: str) -> Any:
    data = {"csrf_token": pages.token(client, f"/boxes/{site.box_id}/observe")}
    return client.post(f"/boxes/{site.box_id}/{deed}", data=data)


def test_the_feed_is_atom_with_the_address_that_people_type(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app, 80, cast=60, title="สนามเด็กเล่น & <ถนน>")
    assert publish(site) == 35
    answer = client.get(f"/boxes/{site.box_id}/checkpoints.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.data)
    base = f"http://127.0.0.1:8000/boxes/{site.box_id}"
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}id") == f"{base}/checkpoints.atom"
    assert feed.findtext(f"{ATOM}title") == "Checkpoints of “สนามเด็กเล่น & <ถนน>”"
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "self": f"{base}/checkpoints.atom",
        "alternate": base,
    }
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        f"{base}/checkpoint?size=36",
        f"{base}/checkpoint?size=1",
    ]
    for entry in [feed, *entries]:
        moment = datetime.fromisoformat(str(entry.findtext(f"{ATOM}updated")))
        assert moment.tzinfo is not None
    note = entries[0].findtext(f"{ATOM}content")
    assert note is not None
    assert client.get(f"/boxes/{site.box_id}/checkpoint").get_data(as_text=True) == note
    config = json.loads(client.get(f"/boxes/{site.box_id}/configuration.json").data)
    found = checkpoints.read(note.encode(), Key.parse(config["log_key"]), config["box"])
    assert found.size == 36


def test_notes_and_configuration_are_to_the_byte(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app)
    path = f"/boxes/{site.box_id}"
    newest = client.get(f"{path}/checkpoint")
    assert newest.content_type == "text/plain; charset=utf-8"
    assert client.get(f"{path}/checkpoint?size=1").data == newest.data
    for size in ("2", "0"):
        assert client.get(f"{path}/checkpoint?size={size}").status_code == 404
    with site.begin() as session:
        box = session.get_one(BallotBox, site.box_id)
        assert hashlib.sha256(client.get(f"{path}/configuration.json").data).digest() == box.config_hash
    assert client.get(f"{path}/bundle.zip").status_code == 404


def test_a_program_checks_that_the_log_only_grew(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app, 80, cast=60)
    publish(site)
    told = json.loads(client.get(f"/boxes/{site.box_id}/proof?from=1&to=36").data)
    proof = tuple(from_base64(each) for each in told["proof"])
    first, last = (from_base64(told[end]["root"]) for end in ("from", "to"))
    assert tree.is_extended(1, 36, first, last, proof)
    assert not tree.is_extended(1, 36, last, last, proof), "the control"
    with site.begin() as session:
        roots = {each.size: each.root for each in session.scalars(select(Checkpoint))}
    assert roots == {1: first, 36: last}


@pytest.mark.parametrize(
    "asked",
    ["", "?from=1", "?from=2&to=1", "?from=0&to=1", "?from=1&to=2", "?from=x&to=1", "?from=-1&to=1"],
)
def test_a_proof_that_cannot_be_given_is_refused_in_words(
    app: Flask, client: FlaskClient, asked: str
) -> None:
    answer = client.get(f"/boxes/{pages.opened(app).box_id}/proof{asked}")
    assert answer.status_code == 422
    assert "two sizes of the log from 1 to 1, the smaller first" in words(answer)


def test_who_follows_gets_every_checkpoint_by_letter(app: Flask, session: Session) -> None:
    site = pages.opened(app, 80, cast=60)
    client = pages.known(app, site)
    assert press(client, site, "follow").status_code == 303
    assert press(client, site, "follow").status_code == 303
    assert "You get every checkpoint of this box." in words(client.get(f"/boxes/{site.box_id}/observe"))
    assert log.events(session, "ObserverChanged") == [
        {"box_id": site.box_id, "user_id": session.scalars(select(Observer.user_id)).one(), "follows": True}
    ]
    publish(site)
    (letter,) = session.scalars(select(Letter).where(Letter.template == "checkpoint"))
    note = session.scalars(select(Checkpoint.note).where(Checkpoint.size == 36)).one()
    assert (letter.given["note"], letter.path) == (note, f"/boxes/{site.box_id}/observe")
    assert "Checkpoint of “คำถามสมมติ”: 36 entries" in words(client.get("/inbox"))
    assert press(client, site, "unfollow").status_code == 303
    assert press(client, site, "unfollow").status_code == 303
    assert len(log.events(session, "ObserverChanged")) == 2
    site.close()
    assert len(session.scalars(select(Letter).where(Letter.template == "checkpoint")).all()) == 1


def test_a_complete_log_is_not_followed_any_more(app: Flask, client: FlaskClient) -> None:
    site = pages.ended(app)
    visitor = pages.known(app, site)
    assert "signs no more checkpoints" in words(visitor.get(f"/boxes/{site.box_id}/observe"))
    token = {"csrf_token": pages.token(visitor, f"/boxes/{site.box_id}/look-up")}
    assert visitor.post(f"/boxes/{site.box_id}/follow", data=token).status_code == 409


def test_a_visitor_is_asked_to_sign_in(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app)
    page = client.get(f"/boxes/{site.box_id}/observe").get_data(as_text=True)
    assert f'href="/sign-in?next=/boxes/{site.box_id}/observe"' in page


def test_a_person_takes_away_what_boxes_know_of_them_and_leaves_nothing(app: Flask, session: Session) -> None:
    site = pages.opened(app)
    citizen = make.user(session, "citizen@example.org")
    press(pages.known(app, site, citizen), site, "follow")
    followed, kept = personal_data.personal_data(session, citizen.id)
    assert (list(followed.rows), list(kept.rows)) == ([{"box": "คำถามสมมติ"}], [])
    (row,) = personal_data.personal_data(session, site.second_id)[1].rows
    assert (row["box"], row["sheet"]) == ("คำถามสมมติ", 1)
    accounts.close(session, make.sign_in(session, citizen))
    assert session.scalars(select(Observer)).all() == []
