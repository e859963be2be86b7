"""The public pages of a box, at every point of its life."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from govapp.ballotbox import wording
from govapp.ballotbox.actions import closing, notices
from govapp.ballotbox.models import BallotBox, Openings, Status
from govapp.ballotbox.queries.log import Place
from govapp.ballotbox.views import public, story
from govapp.core import clock
from govapp.ledger import codes, receipts
from govapp.verifier.verify import verify
from tests import statements
from tests.ballotbox import boxes, pages
from tests.ballotbox.pages import words

LOOK_UP = "Code on your receipt"
PROMISES = (  # what the box does not protect against
    "power over the server",
    "selling their vote",
    "taken over your phone",
    "odd pattern",
    "steals the key",
    "quiet hour",
    "reference implementation",
    "Disks keep copies",
    "Belenios",
)


def look_up(client: FlaskClient, box_id: int, code: str, **headers: str) -> Any:
    data = {"csrf_token": pages.token(client, f"/boxes/{box_id}/look-up"), "code": code}
    return client.post(f"/boxes/{box_id}/look-up", data=data, headers=headers)


def test_the_list_before_any_vote_says_what_to_do_next(client: FlaskClient) -> None:
    page = words(client.get("/boxes"))
    assert "No vote was opened yet" in page
    assert "read how the ballot box works" in page


def test_the_list_shows_what_was_opened_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app, cast=3)
    with site.begin() as session:
        hidden = boxes.setup.prepare(
            session,
            site.officer(session),
            session.get_one(BallotBox, site.box_id).post,
            boxes.Plan("question", "ยังไม่เปิด", {"": boxes.QUESTION}, clock.now(), clock.now() + boxes.LATER),
            boxes.HOST,
        )
        closing.annul(session, site.officer(session), hidden.id, "ผิดเรื่อง")
    page = words(client.get("/boxes"))
    assert "คำถามสมมติ" in page
    assert "ballots in the box: 3" in page
    assert "ยังไม่เปิด" not in page


def test_how_it_works_is_ten_sentences_with_pictures_and_says_what_it_cannot_do(client: FlaskClient) -> None:
    answer = client.get("/boxes/how-it-works")
    html = answer.get_data(as_text=True)
    told = html.split('<ol class="how">')[1].split("</ol>")[0]
    sentences = [each.split("</p>")[0] for each in told.split("<p>")[1:]]
    assert len(sentences) == told.count('<svg class="boxart"') == 10
    assert all(each.count(".") == 1 and each.endswith(".") for each in sentences), sentences
    page = words(answer)
    for promise in PROMISES:
        assert promise in page
    assert "on a vote of 300 people they read 69 ballots with one copy from a quiet hour" in page


def test_a_box_in_preparation_is_not_there_but_for_those_who_take_part(
    app: Flask, client: FlaskClient
) -> None:
    site = boxes.prepared(app.extensions["database"], pages.folder(app))
    for path in ("", "/look-up", "/observe", "/configuration.json", "/checkpoint", "/checkpoints.atom"):
        assert client.get(f"/boxes/{site.box_id}{path}").status_code == 404, path
    assert pages.known(app, site).get(f"/boxes/{site.box_id}").status_code == 404
    with site.begin() as session:
        holder = site.second(session)
    page = words(pages.known(app, site, holder).get(f"/boxes/{site.box_id}"))
    assert "This vote is being prepared. It is not public yet." in page


def test_an_open_box_tells_how_many_ballots_there_are_and_no_more(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app, cast=60)
    page = words(client.get(f"/boxes/{site.box_id}"))
    assert "Voting is open until" in page
    assert "People who may vote 60" in page
    assert "Ballots in the box 60" in page
    assert "Took part" not in page
    assert "Votes for each" not in page
    with site.begin() as session:
        config_hash = session.get_one(BallotBox, site.box_id).config_hash
    assert config_hash is not None
    assert " ".join(config_hash.hex()[at : at + 4] for at in range(0, 64, 4)) in page
    assert "vote.example.org/box/" in page
    assert "60 entries" not in page, "nothing was published but the configuration"
    assert "1 entry" in page


def test_a_small_box_says_that_it_publishes_at_close(app: Flask, client: FlaskClient) -> None:
    assert "This box is small." in words(client.get(f"/boxes/{pages.opened(app, 30).box_id}"))


def test_a_larger_one_does_not(app: Flask, client: FlaskClient) -> None:
    assert "This box is small." not in words(client.get(f"/boxes/{pages.opened(app, 50).box_id}"))


def test_a_room_box_has_no_log_and_no_receipts(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app, 6, cast=5)
    page = words(client.get(f"/boxes/{site.box_id}"))
    assert "So few may vote that only the result is published" in page
    assert "Ballots in the box 5" in page
    assert LOOK_UP not in page
    assert "so small that it has no public log" in words(client.get(f"/boxes/{site.box_id}/look-up"))
    assert "so small that it has no public log" in words(client.get(f"/boxes/{site.box_id}/observe"))
    for path in ("checkpoint", "checkpoints.atom", "proof?from=1&to=1"):
        assert client.get(f"/boxes/{site.box_id}/{path}").status_code == 404
    other = pages.token(client, "/sign-in")
    sent = {"csrf_token": other, "code": codes.make(receipts.LETTERS)}
    assert client.post(f"/boxes/{site.box_id}/look-up", data=sent).status_code == 409


@pytest.mark.parametrize(("voters", "told"), [(6, True), (5, False)])
def test_a_room_box_tells_totals_or_the_outcome_alone(
    app: Flask, client: FlaskClient, voters: int, told: bool
) -> None:
    site = pages.opened(app, voters, cast=5)
    site.close()
    with site.begin() as session:
        boxes.opening.ask_to_open(session, site.officer(session), site.box_id)
    with site.begin() as session:
        boxes.opening.open_room(session, site.keys, site.second(session), site.box_id)
    page = words(client.get(f"/boxes/{site.box_id}"))
    assert ("Votes for each" in page) is told
    assert ("no numbers are told" in page) is not told
    assert ("People who took part 5" in page) is told
    assert ("took part: 5" in words(client.get("/boxes"))) is told


def test_what_is_voted_on_is_read_from_the_frozen_configuration(app: Flask, client: FlaskClient) -> None:
    site = boxes.opened(
        app.extensions["database"], pages.folder(app), voters=30, kind="budget", contests={"": pages.BUDGET}
    )
    with site.begin() as session:
        asked = notices.ask(session, site.officer(session), site.box_id, "ที่ดินมีข้อพิพาท", item="p2")
    assert "ที่ดินมีข้อพิพาท" not in words(client.get(f"/boxes/{site.box_id}")), "one person is not enough"
    with site.begin() as session:
        notices.publish(session, site.keys, site.second(session), asked.id)
    answer = client.get(f"/boxes/{site.box_id}")
    page = words(answer)
    assert "Each ballot names 1 to 2 projects, all alike. Budget: 100,000 baht." in page
    assert "ทางเดินสมมติ &lt;b&gt; – 60,000 baht" in page
    assert "p2 – 50,000 baht withdrawn" in page
    assert "Withdrawn from the vote: p2 ที่ดินมีข้อพิพาท" in page


def test_a_vote_that_was_stopped_says_why(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app)
    with site.begin() as session:
        closing.annul(session, site.officer(session), site.box_id, "บัญชีผู้มีสิทธิผิด")
    page = words(client.get(f"/boxes/{site.box_id}"))
    assert "What was cast is never opened" in page
    assert page.count("บัญชีผู้มีสิทธิผิด") == 2, "above all, and as the last step"


def test_each_step_says_what_happens_now_and_next(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app, cast=3, objection_hours=1)
    seen = []

    def look() -> None:
        seen.append(words(client.get(f"/boxes/{site.box_id}")))

    look()
    with clock.stopped(clock.now() + boxes.LATER):
        look()
    site.close()
    look()
    with boxes.later(site, timedelta(hours=9)) as session:
        closing.finish(session, site.keys, site.officer(session), site.box_id)
    look()
    site.destroy()
    look()
    site.open()
    look()
    for page, told in zip(
        seen,
        (
            "Voting is open until",
            "No ballot is taken any more, and the box is being closed.",
            "Objections are heard until",
            "Next, the key that joins names and ballots is destroyed.",
            "Nobody can tell any more whose a ballot is.",
            "The ballots were opened and counted.",
        ),
        strict=True,
    ):
        assert told in page
        assert page.count("This step") == (0 if page is seen[-1] else 1)


def test_a_counted_box_shows_result_bundle_and_verdict(app: Flask, client: FlaskClient) -> None:
    site = pages.ended(app)
    page = words(client.get(f"/boxes/{site.box_id}"))
    assert "I agree 27 most votes" in page
    assert "I do not agree 13 fewer votes" in page
    assert "People who took part 40" in page
    assert "Our own verifier found nothing wrong" in page
    assert f"govapp verify box-{site.box_id}.zip --key key.txt" in page
    answer = client.get(f"/boxes/{site.box_id}/bundle.zip")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="box-{site.box_id}.zip"'
    assert verify(answer.data).holds
    assert b"audit.json" not in answer.data, "salts and numbers of changes are for auditors"


def test_small_districts_are_not_told(app: Flask, client: FlaskClient) -> None:
    sizes = {"ก": 60, "ข": 40, "ค": 30}
    roll = {f"{name}{number}": name for name, size in sizes.items() for number in range(size)}
    site = boxes.opened(
        app.extensions["database"],
        pages.folder(app),
        voters=roll,
        contests=dict.fromkeys("กขค", boxes.QUESTION),
    )
    for voter in [v for v in site.voters if v[0] == "ก"][:40] + [v for v in site.voters if v[0] == "ข"][:20]:
        site.cast(voter)
    site.cast("ค1")
    assert "By district" not in words(client.get(f"/boxes/{site.box_id}")), "not while it is open"
    site.end()
    page = words(client.get(f"/boxes/{site.box_id}"))
    assert "ก 60 40" in page
    assert "ข 40 not told" in page, "else the smallest could be reckoned from the sum"
    assert "ค 30 not told" in page
    assert "Only 1 ballots were cast here" in page


@pytest.mark.parametrize("answer", list(Place))
def test_a_receipt_is_looked_up(app: Flask, client: FlaskClient, answer: Place) -> None:
    site = pages.opened(app, 60)
    kept = [site.cast(voter).code for voter in site.voters[:55]]
    site.cast(site.voters[0], "no")
    if answer is not Place.NOT_YET:
        site.end() if answer is not Place.LOGGED else site.close()
    code = {Place.NOT_COUNTED: kept[0], Place.UNKNOWN: codes.make(receipts.LETTERS)}.get(answer, kept[1])
    found = look_up(client, site.box_id, codes.grouped(code).lower())
    page = words(found)
    wanted = {
        Place.LOGGED: "Your ballot is in the public log: entry",
        Place.NOT_YET: "Ballots that wait for the next batch: 56.",
        Place.COUNTED: "and it was counted.",
        Place.NOT_COUNTED: "It is not the last ballot of its voter, or void.",
        Place.UNKNOWN: "The public log is complete, and this code is not in it.",
    }
    assert found.status_code == 200
    assert wanted[answer] in page
    assert ("Proof that the entry is in the log" in page) is (answer not in (Place.NOT_YET, Place.UNKNOWN))
    assert f'value="{codes.grouped(code).lower()}"' in found.get_data(as_text=True), "what was typed stays"
    assert code not in found.request.url


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter the code on your receipt"),
        ("K7MP-3XA", "The code has 12 letters, and this is 7."),
        ("K7MP-3X*A-9TCV", "There is no “*” in these codes."),
        ("K7MP-3XQA-9TCV", "There is no “Q” in these codes."),
    ],
)
def test_a_typing_error_is_named_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, typed: str, told: str
) -> None:
    site = pages.opened(app)
    answer = look_up(client, site.box_id, typed)
    assert answer.status_code == 422
    assert told in words(answer)
    assert f'value="{typed}"' in answer.get_data(as_text=True)


def test_a_wrong_letter_is_found_by_the_check_letter(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app)
    code = codes.make(receipts.LETTERS)
    other = codes.ALPHABET[(codes.ALPHABET.index(code[3]) + 1) % len(codes.ALPHABET)]
    assert "A letter is mistyped" in words(look_up(client, site.box_id, code[:3] + other + code[4:]))


@pytest.mark.parametrize("is_known", [False, True])
def test_looking_up_writes_nothing(app: Flask, client: FlaskClient, session: Session, is_known: bool) -> None:
    site = pages.opened(app, cast=1)
    visitor = pages.known(app, site) if is_known else client
    pages.token(visitor, f"/boxes/{site.box_id}/look-up")
    code = codes.make(receipts.LETTERS)
    sent = {"csrf_token": pages.token(visitor, f"/boxes/{site.box_id}/look-up"), "code": code}
    session.commit()
    with statements.noted(session) as seen:
        assert visitor.post(f"/boxes/{site.box_id}/look-up", data=sent).status_code == 200
    assert seen
    assert [each for each in seen if not each.startswith("SELECT")] == []


def test_looking_up_many_codes_is_slowed_down_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "LOOK_UPS", public.Pace(most=2, seconds=60))
    site, code = pages.opened(app), codes.make(receipts.LETTERS)
    assert [look_up(client, site.box_id, code).status_code for _try in range(3)] == [200, 200, 429]
    answer = look_up(client, site.box_id, code)
    assert "Wait a minute, and press again." in words(answer)
    assert f'value="{code}"' in answer.get_data(as_text=True)


def test_htmx_gets_the_form_with_its_answer_alone(app: Flask, client: FlaskClient) -> None:
    site = pages.opened(app)
    answer = look_up(client, site.box_id, codes.make(receipts.LETTERS), **{"HX-Request": "true"})
    assert answer.get_data(as_text=True).lstrip().startswith('<div id="look-up-form"')


def test_pages_ask_the_database_as_often_for_many_as_for_few(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    first = pages.ended(app)
    client.get("/boxes")
    path = f"/boxes/{first.box_id}"
    of_list, of_box = statements.of_page(session, client, "/boxes"), statements.of_page(session, client, path)
    with first.begin() as own:
        box = own.get_one(BallotBox, first.box_id)
        copy = {
            c.name: getattr(box, c.name) for c in BallotBox.__table__.columns if c.name not in ("id", "name")
        }
        own.add_all(BallotBox(name=f"{boxes.HOST}/box/{number}", **copy) for number in range(5))
    assert statements.of_page(session, client, "/boxes") == of_list <= 4
    assert statements.of_page(session, client, path) == of_box <= 9


def test_the_navigation_leads_to_votes_and_the_footer_to_how_it_works(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert '<a href="/boxes">Voting</a>' in page
    assert '<a href="/boxes/how-it-works">How the ballot box works</a>' in page
    assert '<a href="/boxes" aria-current="page">Voting</a>' in client.get("/boxes").get_data(as_text=True)


def test_everything_that_can_be_said_has_words() -> None:
    assert set(wording.STATUSES) == set(Status)
    assert set(wording.OPENINGS) == set(wording.AUDIENCES) == set(Openings)
    assert set(story.PLACES) == set(story.PLACE_KINDS) == set(Place)
