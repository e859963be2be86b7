"""The ways to a ballot: accounts, codes, a station. None of them writes anything."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from govapp.ballotbox.actions import closing, paper
from govapp.ballotbox.models import Channel
from govapp.ballotbox.queries import casting
from govapp.core import clock, dates
from govapp.core.db import Database
from govapp.core.text import NBSP
from govapp.editions.rules.passes import Way
from govapp.editions.views import door, station
from govapp.rolls import actions as rolls
from govapp.rolls.models import Roll
from govapp.rolls.models.codes import RollCode
from tests import make
from tests.editions import made, planned
from tests.editions.made import Made
from tests.editions.test_vote import NOT_YET, TICKET, cast
from tests.make import PASSWORD
from tests.statements import CASTS, noted, written


@pytest.fixture
def edition(own_app: Flask, database: Database) -> Made:
    return made.edition(database, own_app.extensions["keys"], accounts=2)


@pytest.fixture(autouse=True)
def fresh() -> None:
    """What is counted in memory is counted for the whole process."""
    for pace in (door.PACE, door.ALL, station.PACE):
        pace._asked.clear()


def visitor(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("language", "en")
    return client


def new_code(edition: Made, number: int = 0) -> str:
    with edition.site.database.write() as session:
        return made.code(session, edition, number)


def type_code(client: FlaskClient, edition: Made, code: str, **more: str) -> Any:
    path = f"/editions/{edition.id}/code"
    return make.post(client, path, f"/editions/{edition.id}/how-to-vote", code=code, **more)


def test_a_code_leads_to_the_ballot_of_its_voter_and_writes_nothing(own_app: Flask, edition: Made) -> None:
    client, code = visitor(own_app), new_code(edition)
    with noted(edition.site.database.engine) as run:
        answer = type_code(client, edition, f" {code.lower()} ")
        page = client.get(edition.path).get_data(as_text=True)
    assert answer.headers["Location"] == edition.path
    assert NOT_YET in page
    assert 'data-keep="' in page
    assert written(run) == []
    cast(client, edition, project=["1"])
    assert edition.site.rev(edition.site.voters[0]) == 1


def test_on_a_borrowed_device_and_at_a_station_nothing_is_kept(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    type_code(client, edition, new_code(edition), is_borrowed="y")
    assert "data-keep" not in client.get(edition.path).get_data(as_text=True)
    made.hand_pass(client, edition, way=Way.STATION)
    assert "data-keep" not in client.get(edition.path).get_data(as_text=True)


def test_wrong_revoked_and_foreign_codes_get_one_answer(
    own_app: Flask, database: Database, edition: Made
) -> None:
    other = made.edition(database, own_app.extensions["keys"])
    revoked = new_code(edition, 1)
    with database.write.begin() as session:
        session.execute(delete(RollCode))
    client = visitor(own_app)
    bodies = set()
    for code in (revoked, new_code(other), made.codes.grouped(made.codes.make(15))):
        answer = type_code(client, edition, code)
        assert answer.status_code == 422
        body = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.get_data(as_text=True))
        bodies.add(body.replace(code, ""))
    assert len(bodies) == 1
    assert "This code does not open this vote." in bodies.pop()


def test_a_mistyped_code_is_told_from_a_wrong_one_and_counts_for_nothing(
    own_app: Flask, edition: Made
) -> None:
    client, code = visitor(own_app), new_code(edition)
    spoilt = code[:-1] + ("2" if code[-1] != "2" else "3")
    for _ in range(30):
        assert "A letter is mistyped" in type_code(client, edition, spoilt).get_data(as_text=True)
    assert type_code(client, edition, code).status_code == 303


def test_whole_codes_cannot_be_tried_without_end(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    tries = [type_code(client, edition, made.codes.make(15)).status_code for _ in range(door.PACE.most + 1)]
    assert tries == [422] * door.PACE.most + [429]


def test_a_pass_ends_with_its_code_and_with_its_time(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    type_code(client, edition, new_code(edition))
    assert client.get(edition.path).status_code == 200
    new_code(edition)  # in place of the first
    assert client.get(edition.path).status_code == 303
    made.hand_pass(client, edition)
    assert client.get(edition.path).status_code == 200
    with clock.stopped(clock.now() + timedelta(minutes=31)):
        assert client.get(edition.path).status_code == 303


def test_a_pass_is_renewed_by_every_page_of_the_vote(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    made.hand_pass(client, edition)
    for minutes in (20, 40):
        with clock.stopped(clock.now() + timedelta(minutes=minutes)):
            assert client.get(edition.path).status_code == 200


def test_a_pass_of_one_edition_opens_no_other(own_app: Flask, database: Database, edition: Made) -> None:
    other = made.edition(database, own_app.extensions["keys"])
    client = visitor(own_app)
    made.hand_pass(client, edition)
    assert client.get(other.path).status_code == 303


def test_an_account_on_the_roll_votes_and_another_is_told(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    make.post(client, "/sign-in", email=made.email(1), password=PASSWORD)
    assert NOT_YET in client.get(edition.path).get_data(as_text=True)
    cast(client, edition, project=["1"])
    assert edition.site.rev(edition.site.voters[1]) == 1
    with edition.site.database.write() as session:
        make.user(session, "stranger@example.org")
    stranger = visitor(own_app)
    make.post(stranger, "/sign-in", email="stranger@example.org", password=PASSWORD)
    answer = stranger.get(edition.path, follow_redirects=True).get_data(as_text=True)
    assert "Your account is not found on the roll of this vote." in answer


def test_before_opening_the_door_says_when(own_app: Flask, database: Database) -> None:
    keys = own_app.extensions["keys"]
    edition = made.edition(database, keys, is_open=False, opens_in=timedelta(days=2))
    assert "Voting begins on" in visitor(own_app).get(f"/editions/{edition.id}/how-to-vote").text
    client = visitor(own_app)
    made.hand_pass(client, edition)
    assert client.get(edition.path).status_code == 200


@pytest.fixture
def officer(own_app: Flask, edition: Made) -> FlaskClient:
    with edition.site.database.write() as session:
        person = edition.site.officer(session)
        email, secret = person.email, make.second_factor(session, person)
    client = visitor(own_app)
    assert make.post(client, "/sign-in", email=email, password=PASSWORD).status_code == 303
    assert make.post(client, "/sign-in/code", code=make.code(secret)).status_code == 303
    return client


def find(client: FlaskClient, edition: Made, name: str) -> list[str]:
    """The tokens of who was found."""
    path = f"/editions/{edition.id}/station"
    body = make.post(client, path, name=name).get_data(as_text=True)
    return re.findall(r'name="voter" value="([^"]+)"', body)


def hand_over(client: FlaskClient, edition: Made, token: str, **more: str) -> Any:
    path = f"/editions/{edition.id}/station"
    return make.post(client, f"{path}/person", path, voter=token, name="x", **more)


def test_an_officer_hands_the_device_over_and_takes_it_back(
    own_app: Flask, edition: Made, officer: FlaskClient
) -> None:
    (token,) = find(officer, edition, "2569-000007")
    assert hand_over(officer, edition, token, do="device").status_code == 422  # no document was seen
    with noted(edition.site.database.engine) as run:
        answer = hand_over(officer, edition, token, do="device", paper="card")
        assert answer.headers["Location"] == edition.path
        cast(officer, edition, project=["2"])
    assert written(run) in CASTS
    assert edition.site.rev(edition.site.voters[7]) == 1
    back = f"/editions/{edition.id}/station/hand-back"
    for path in ("/desk", "/", f"/editions/{edition.id}/station", f"/editions/{edition.id}"):
        assert officer.get(path).headers["Location"] == back
    assert make.post(officer, back, password="not this one").status_code == 422
    assert make.post(officer, back, password=PASSWORD).status_code == 303
    assert officer.get(f"/editions/{edition.id}/station").status_code == 200
    assert officer.get(edition.path).status_code == 303  # the officer is not on the roll


def test_a_person_can_vote_on_paper_instead(edition: Made, officer: FlaskClient) -> None:
    voter = edition.site.voters[7]
    edition.site.cast(voter, ["1"])
    (token,) = find(officer, edition, "2569-000007")
    refused = hand_over(officer, edition, token, do="paper", paper="card")
    assert (refused.status_code, edition.site.rev(voter)) == (422, 1)
    answer = hand_over(officer, edition, token, do="paper", paper="card", is_sure="y")
    assert "votes on paper" in answer.get_data(as_text=True)
    with edition.site.database.read() as session:
        stored = casting.stored(session, edition.site.keys, edition.site.box_id, voter)
    assert stored is not None
    assert stored.channel is Channel.PAPER


def test_another_officers_token_and_a_made_up_one_find_nobody(edition: Made, officer: FlaskClient) -> None:
    signer = officer.application.extensions["link_signer"]
    subject = f"{edition.id}/999/{edition.site.voters[0]}"
    other = signer.sign(station.FOUND, subject, clock.now() + station.FOUND_LASTS)
    for token in (other, "x", ""):
        assert hand_over(officer, edition, token, do="device", paper="card").status_code == 303
        assert officer.get("/desk").status_code == 200


def test_a_citizen_cannot_come_to_the_station(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    make.post(client, "/sign-in", email=made.email(0), password=PASSWORD)
    assert client.get(f"/editions/{edition.id}/station").status_code == 403


def test_the_password_that_takes_a_device_back_cannot_be_guessed(edition: Made, officer: FlaskClient) -> None:
    back = f"/editions/{edition.id}/station/hand-back"
    assert officer.get(back).headers["Location"] == f"/editions/{edition.id}/station"  # it has it
    (token,) = find(officer, edition, "2569-000007")
    hand_over(officer, edition, token, do="device", paper="card")
    tries = [make.post(officer, back, password=f"guess {each}").status_code for each in range(6)]
    assert tries == [422] * 5 + [429]


def test_a_withdrawn_project_is_seen_and_cannot_be_chosen(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    made.hand_pass(client, edition)
    made.withdraw(edition, "2")
    page = client.get(edition.path).get_data(as_text=True)
    assert "Withdrawn from the vote: it cannot be chosen" in page
    assert "เหตุสมมติ" in page
    token = {"csrf_token": make.csrf(client, edition.path)}
    answer = client.post(f"{edition.path}/review", data=token | {"project": ["1", "2"]})
    assert answer.status_code == 422
    assert "was withdrawn from the vote. It was taken out of your choices." in answer.text
    assert re.findall(r'value="(\d+)" data-cost="\d+" checked', answer.text) == ["1"]


def test_a_person_who_left_is_told_that_nothing_was_cast(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    made.hand_pass(client, edition)
    token = make.csrf(client, edition.path)
    sent = {"csrf_token": token, "is_early": "y"}
    answer = client.post(f"{edition.path}/finish", data=sent, follow_redirects=True)
    assert "You left without casting: no ballot was put into the box now." in answer.text
    assert edition.site.rev(edition.site.voters[0]) == 0


def test_late_by_a_moment_is_said_and_casts_nothing(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    made.hand_pass(client, edition)
    token = {"csrf_token": make.csrf(client, edition.path)}
    checked = client.post(f"{edition.path}/review", data=token | {"project": "1"})
    ticket = TICKET.search(checked.text)
    assert ticket
    edition.site.close()
    sent = token | {"project": "1", "ticket": ticket[1]}
    answer = client.post(f"{edition.path}/cast", data=sent)
    assert answer.status_code == 409
    assert "The box is closed: no ballot was cast now." in answer.text
    assert edition.site.rev(edition.site.voters[0]) == 0
    assert "Voting is over since" in client.get(f"/editions/{edition.id}/how-to-vote").text


def test_after_the_close_the_door_leads_only_to_what_became_of_a_ballot(
    own_app: Flask, edition: Made
) -> None:
    path, client = f"/editions/{edition.id}/how-to-vote", visitor(own_app)
    assert "At a station" in client.get(path).text
    edition.site.cast(edition.site.voters[0], ["1"])
    edition.site.close()
    page = client.get(path).text
    assert "What became of my ballot?" in page
    assert [word for word in ("Go to the ballot", "At a station", "How to vote") if word in page] == []
    assert "Not on the roll?" in page
    assert type_code(client, edition, new_code(edition)).headers["Location"] == edition.path
    assert "A ballot of yours was in the box when it closed: it counts." in client.get(edition.path).text


def test_after_the_close_voters_see_that_a_ballot_was_counted_as_theirs(
    own_app: Flask, edition: Made
) -> None:
    edition.site.cast(edition.site.voters[0], ["1"])
    edition.site.close()
    client = visitor(own_app)
    make.post(client, "/sign-in", email=made.email(0), password=PASSWORD)
    assert "A ballot of yours was in the box when it closed: it counts." in client.get(edition.path).text
    edition.site.finish()
    edition.site.destroy()
    edition.site.open()
    assert "You took part: a ballot is counted as yours." in client.get(edition.path).text


def test_who_moved_away_is_told_so(own_app: Flask, database: Database) -> None:
    edition = made.edition(database, own_app.extensions["keys"], accounts=1, moved=(0,))
    client = visitor(own_app)
    make.post(client, "/sign-in", email=made.email(0), password=PASSWORD)
    page = client.get(edition.path, follow_redirects=True).text
    assert "The roll says that you have moved away" in page


def test_who_votes_on_paper_cannot_cast_online(own_app: Flask, edition: Made) -> None:
    client = visitor(own_app)
    voter = made.hand_pass(client, edition)
    with edition.site.begin() as session:
        paper.lock_for_paper(session, edition.site.keys, edition.site.box_id, voter)
    assert "You vote on paper" in client.get(edition.path).text


def door_of(client: FlaskClient, edition: Made) -> str:
    page = client.get(f"/editions/{edition.id}/how-to-vote").get_data(as_text=True)
    return " ".join(html.unescape(page).split())


def test_who_is_not_on_a_closed_roll_is_told_that_it_is_too_late_and_whom_to_ask(
    own_app: Flask, database: Database, edition: Made
) -> None:
    with database.read() as session:
        frozen_at = session.get_one(Roll, edition.roll_id).frozen_at
    assert frozen_at is not None
    page = door_of(visitor(own_app), edition)
    assert "It is too late to change the roll for this vote, for everybody and without exception." in page
    assert dates.long_moment(frozen_at, "en").replace(NBSP, " ") in page
    assert "Local officer, " in page
    for hope in ("the office looks into it", ", ask to be added", "still be corrected"):
        assert hope not in page


def test_while_the_roll_is_open_or_the_vote_stopped_something_can_be_done(
    own_app: Flask, database: Database
) -> None:
    keys = own_app.extensions["keys"]
    early = made.edition(database, keys, is_open=False)
    with database.write.begin() as session:
        officer = early.site.officer(session)
        rolls.reopen(session, officer, early.roll_id)
    page = door_of(visitor(own_app), early)
    assert "ask to be added: it can still be corrected" in page
    assert "too late" not in page
    stopped = made.edition(database, keys)
    with database.write.begin() as session:
        closing.annul(session, stopped.site.officer(session), stopped.site.box_id, "สมมติ")
    page = door_of(visitor(own_app), stopped)
    assert "Before that the roll can be corrected once more: tell Local officer, " in page
    assert "too late" not in page


def test_without_a_box_the_door_goes_by_the_calendar(own_app: Flask, database: Database) -> None:
    with database.write() as session:
        officer = make.officer(session, make.area(session))
        spans = {name: planned.spans(timedelta(days=days)) for name, days in (("over", -6), ("to come", 10))}
        ids = {name: planned.edition(session, officer, spans=when).id for name, when in spans.items()}
    pages = {name: visitor(own_app).get(f"/editions/{each}/how-to-vote").text for name, each in ids.items()}
    assert "Voting is over since" in pages["over"]
    assert "Voting begins on" in pages["to come"]
