"""The ballot of a budget in a browser: nothing is cast before it is said to be, and nothing is lost."""

import gzip
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from govapp.ballotbox.models import Cast
from govapp.core.db import Database
from govapp.counting.ballots import BallotKind as Kind
from tests import make
from tests.editions import made
from tests.editions.made import Made
from tests.statements import CASTS, noted, written

CODE = re.compile(r'<p class="serial">([0-9A-Z-]+)</p>')
TICKET = re.compile(r'name="ticket"[^>]*value="([^"]+)"')
FIRST_LOAD_BYTES = 150_000
ASKING = {"Accept-Encoding": "gzip, deflate, br, zstd"}  # as browsers do
NOT_YET = "Your ballot is not in the box yet."


@pytest.fixture
def edition(own_app: Flask, database: Database) -> Made:
    return made.edition(database, own_app.extensions["keys"])


def browser(app: Flask, edition: Made, number: int = 0) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("language", "en")
    made.hand_pass(client, edition, number)
    return client


def send(client: FlaskClient, edition: Made, step: str, **typed: Any) -> Any:
    token = {"csrf_token": make.csrf(client, edition.path)}
    return client.post(f"{edition.path}{step}", data=token | typed)


def cast(client: FlaskClient, edition: Made, **typed: Any) -> Any:
    """From the choices to the receipt."""
    checked = send(client, edition, "/review", **typed)
    ticket = TICKET.search(checked.get_data(as_text=True))
    assert ticket, checked.get_data(as_text=True)
    return send(client, edition, "/cast", ticket=ticket[1], **typed)


def cast_count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Cast)) or 0


def test_a_ballot_is_in_the_box_only_after_it_was_cast(own_app: Flask, edition: Made) -> None:
    client, database = browser(own_app, edition), edition.site.database
    page = client.get(edition.path).get_data(as_text=True)
    assert NOT_YET in page
    checked = send(client, edition, "/review", project=["2", "1"]).get_data(as_text=True)
    assert NOT_YET in checked
    assert cast_count(database) == 0
    answer = cast(client, edition, project=["2", "1"])
    assert CODE.search(answer.get_data(as_text=True))
    assert cast_count(database) == 1
    again = client.get(edition.path).get_data(as_text=True)
    assert "A ballot of yours is in the box, and counts." in again
    wrong = send(client, edition, "/review", project=["unknown"]).get_data(as_text=True)
    assert "Your new ballot is not in the box: something must be mended first" in wrong
    for page in (again, wrong, send(client, edition, "/review", project=["3"]).get_data(as_text=True)):
        assert "Your ballot is not in the box" not in page
    assert "checked" not in re.sub(r"data-checked", "", again)


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        (Kind.KNAPSACK, {"project": ["1", "2"]}, ["1", "2"]),
        (Kind.CHOOSE_ONE, {"project": ["3"]}, ["3"]),
        (Kind.ORDINAL, {"project": ["1", "2", "3"], "number": ["๒", "", "1"]}, ["3", "1"]),
        (Kind.CUMULATIVE, {"project": ["1", "2"], "number": ["5", "4"]}, ["1", "2"]),
        (Kind.SCORING, {"project": ["1", "2"], "number": ["5", "0"]}, ["1"]),
    ],
)
def test_every_kind_is_cast(
    own_app: Flask, database: Database, kind: Kind, typed: dict[str, list[str]], shown: list[str]
) -> None:
    edition = made.edition(database, own_app.extensions["keys"], kind)
    client = browser(own_app, edition)
    body = send(client, edition, "/review", **typed).get_data(as_text=True)
    assert re.findall(r'name="project" value="([^"]+)"', body) == shown
    assert CODE.search(cast(client, edition, **typed).get_data(as_text=True))


def test_over_budget_is_explained_and_keeps_the_choices(own_app: Flask, database: Database) -> None:
    edition = made.edition(database, own_app.extensions["keys"], Kind.KNAPSACK)
    client = browser(own_app, edition)
    answer = send(client, edition, "/review", project=["1", "4", "5", "6"])
    body = answer.get_data(as_text=True).replace("\u00a0", " ")
    assert answer.status_code == 422
    assert "more than the budget. Take out one of these, for instance:" in body
    assert len(re.findall(r" checked", body)) == 4
    assert 'class="meter over"' in body


def test_what_is_filtered_away_stays_chosen(own_app: Flask, edition: Made) -> None:
    client = browser(own_app, edition)
    answer = send(client, edition, "", project=["1", "2"], place=made.PLACES[0], do="filter")
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert len(re.findall(r" checked", body)) == 2
    hidden = re.findall(r'<li id="p\d+" hidden', body)
    assert len(hidden) == 6


def test_two_projects_are_compared_and_one_alone_is_not(own_app: Flask, edition: Made) -> None:
    client = browser(own_app, edition)
    for one, two, is_compared in (("1", "2", True), ("1", "1", False), ("1", "", False), ("", "", False)):
        body = send(client, edition, "", one=one, two=two, do="compare").get_data(as_text=True)
        assert ("Two projects side by side" in body) == is_compared
        assert ("Choose two different projects" in body) == (not is_compared)
        assert 'id="compared"' in body


def test_a_price_in_the_form_is_refused(own_app: Flask, edition: Made) -> None:
    client = browser(own_app, edition)
    assert send(client, edition, "/review", project=["1"], cost="1").status_code == 400


def test_a_forged_or_foreign_ticket_casts_nothing(own_app: Flask, edition: Made) -> None:
    client, other = browser(own_app, edition), browser(own_app, edition, 1)
    foreign = TICKET.search(send(other, edition, "/review", project=["1"]).get_data(as_text=True))
    assert foreign
    for ticket in ("", "x", foreign[1]):
        answer = send(client, edition, "/cast", project=["1"], ticket=ticket)
        assert answer.status_code == 422
        assert "This form was open for too long." in answer.get_data(as_text=True)
    assert cast_count(edition.site.database) == 0


def test_nothing_is_written_but_the_sealed_ballot(own_app: Flask, edition: Made) -> None:
    client = browser(own_app, edition)
    with noted(edition.site.database.engine) as run:
        assert cast(client, edition, project=["1"]).status_code == 200
        send(client, edition, "/finish")
    assert written(run) in CASTS


def test_without_a_pass_one_is_led_to_the_door(own_app: Flask, edition: Made) -> None:
    client = browser(own_app, edition)
    assert send(client, edition, "/finish").status_code == 303
    answer = client.get(edition.path)
    assert answer.headers["Location"] == f"/editions/{edition.id}/how-to-vote"
    assert "How to vote" in client.get(answer.headers["Location"]).get_data(as_text=True)


def test_the_public_page_of_the_box_leads_to_the_ballot_and_to_the_round(
    own_app: Flask, edition: Made
) -> None:
    client, box = browser(own_app, edition), f"/boxes/{edition.site.box_id}"
    page = client.get(box).get_data(as_text=True)
    for place, there in (("budget", edition.path), ("budget/round", f"/editions/{edition.id}")):
        assert f'href="{box}/{place}"' in page
        assert client.get(f"{box}/{place}").headers["Location"] == there
        assert client.get(f"/boxes/999/{place}").status_code == 404


def test_the_page_is_small_and_asks_little_however_many_projects(own_app: Flask, database: Database) -> None:
    sizes, asked = [], []
    for projects in (8, 160):
        edition = made.edition(database, own_app.extensions["keys"], projects=projects, pictures=True)
        client = browser(own_app, edition)
        client.set_cookie("language", "th")
        client.get(edition.path)  # what is kept of a box is read once in a process
        with noted(database.engine) as run:
            page = client.get(edition.path, headers=ASKING)
        asked.append(len(run))
        assert page.headers["Content-Encoding"] == "gzip"
        sizes.append(len(page.data))
    assert asked[0] == asked[1] <= 12
    others = sum(_weights(client, gzip.decompress(page.data).decode()))
    assert sizes[1] + others <= FIRST_LOAD_BYTES, (sizes, others)


def _weights(client: FlaskClient, page: str) -> list[int]:
    """What a browser fetches with the page before anybody scrolls: its styles, scripts, icons and fonts."""
    found = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    found |= {f"/static/vendor/sarabun-latin-{weight}-normal.woff2?v=5" for weight in (400, 700)}  # figures
    return [len(client.get(each, headers=ASKING).data) for each in sorted(found)]


def test_the_page_is_compressed_only_where_nothing_of_the_request_stands_on_it(
    own_app: Flask, edition: Made
) -> None:
    client, zipped = browser(own_app, edition), ASKING
    assert "Content-Encoding" not in client.get(f"{edition.path}?q=guess", headers=zipped).headers
    token = {"csrf_token": make.csrf(client, edition.path), "q": "guess"}
    assert "Content-Encoding" not in client.post(edition.path, data=token, headers=zipped).headers
