"""A round in the language of its reader, from the home page to the reasons of its result.

What is translated is told so; what is not is Thai, and says that it is.
"""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from govapp.ballotbox.models import BallotBox, Elector
from govapp.budgeting.models import Round, RoundProject
from govapp.core import migrate
from govapp.core.db import Database
from govapp.editions import queries as editions
from govapp.editions.rules import passes
from govapp.editions.rules.passes import Pass, Way
from govapp.editions.views.at_hand import PASS
from govapp.notifications.models import Letter
from tests import make, reading
from tests.editions.planned import BAHT, draft
from tests.editions.test_publishing import Voted, voted

NORTH, SOUTH = "เขตเหนือ", "เขตใต้"
TRANSLATIONS = {
    "en": {"title": "Our budget", "description": "What it is about.", "districts": {NORTH: "North"}},
    "fr": {"title": "Notre budget"},  # no language of the ballot
}
WORDS = ("Our budget · North", f"Our budget · {SOUTH}", "What it is about.", "Ramp", "Not steep.", "Pavilion")
DRAFTS = [
    draft(
        "1",
        title="ทางลาด",
        cost_satang=400 * BAHT,
        district=NORTH,
        description="ลาดไม่ชัน",
        categories=("ถนน",),
        place="หน้าตลาด",
        translations={"en": {"title": "Ramp", "categories": ["Roads"], "description": "Not steep."}},
    ),
    draft("2", title="ห้องสมุด", cost_satang=400 * BAHT, district=NORTH, categories=("ถนน", "เด็ก")),
    draft(
        "3", title="ศาลา", cost_satang=500 * BAHT, district=SOUTH, translations={"en": {"title": "Pavilion"}}
    ),
]


def round_of(database: Database, folder: Path, is_over: bool = True) -> Voted:
    budgets = {NORTH: 500 * BAHT, SOUTH: 600 * BAHT}
    ballots = [["1", "3"]] * 40 + [["2", "3"]] * 30
    given = {"drafts": DRAFTS, "languages": ["th", "en"], "translations": TRANSLATIONS}
    return voted(database, folder, ballots, budgets, is_over, **given)


@pytest.fixture
def over(database: Database, tmp_path: Path) -> Voted:
    found = round_of(database, tmp_path)
    found.run_jobs()
    return found


def reader(app: Flask, spoken: str = "en") -> FlaskClient:
    client = app.test_client()
    client.set_cookie("language", spoken)
    return client


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def pages(over: Voted) -> list[str]:
    """Of a round that is over, for everybody."""
    with over.site.database.read() as session:
        edition = editions.show(session, over.id)
        rounds = [f"/rounds/{each.round_id}" for each in edition.envelopes]
        projects = session.execute(select(RoundProject.round_id, RoundProject.id)).all()
        roll = edition.roll_id
    return [
        *("/", "/editions", "/rounds", "/boxes", "/rolls", f"/rolls/{roll}"),
        *(f"/editions/{over.id}{more}" for more in ("", "/how-to-vote", "/projects/1", "/projects/2")),
        *(f"/boxes/{over.site.box_id}{more}" for more in ("", "/look-up", "/observe")),
        *rounds,
        *(f"{each}/compare" for each in rounds),
        *(f"/rounds/{round_id}/projects/{id_}" for round_id, id_ in projects),
    ]


def test_every_page_says_what_of_it_is_thai(own_app: Flask, over: Voted) -> None:
    client = reader(own_app)
    wrong = {path: reading.unmarked(read(client, path)) for path in pages(over)}
    # A round is named by its title and its district: half of it may be translated.
    assert {words.rstrip(" ·") for found in wrong.values() for words in found} == {f"Our budget · {SOUTH}"}


def test_what_is_translated_is_told_in_the_language_of_the_reader(own_app: Flask, over: Voted) -> None:
    client, thai = reader(own_app), reader(own_app, "th")
    with over.site.database.read() as session:
        north, south = (each.round_id for each in editions.show(session, over.id).envelopes)
        ids = {code: id_ for code, id_ in session.execute(select(RoundProject.code, RoundProject.id))}
        roll = editions.show(session, over.id).roll_id
    told = {
        "/": ["Our budget · North", f"Our budget · {SOUTH}"],
        f"/editions/{over.id}": ["See the result of North", "<dt>North</dt>", f'<dt lang="th">{SOUTH}</dt>'],
        f"/editions/{over.id}/projects/1": ["<dd>North</dd>", "Ramp"],
        "/boxes": ["Our budget"],
        f"/boxes/{over.site.box_id}": [
            "<h1>Our budget</h1>",
            "<h3>North</h3>",
            f'<h3 lang="th">{SOUTH}</h3>',
        ],
        f"/boxes/{over.site.box_id}/look-up": ["Our budget"],
        f"/rounds/{north}": ["Our budget · North", ">Ramp</a>", "Roads", '<option value="เด็ก" lang="th">'],
        f"/rounds/{north}?q=not+steep": ["1 of 2 projects", ">Ramp</a>"],
        f"/rounds/{north}/projects/{ids['1']}": ["<h1>Ramp</h1>", "Not steep.", "Roads", "<dd>North</dd>"],
        f"/rounds/{north}/projects/{ids['2']}": ['<h1 lang="th">ห้องสมุด</h1>', "Roads"],
        f"/rounds/{south}/projects/{ids['3']}": ["Pavilion", f'<dd lang="th">{SOUTH}</dd>'],
        f"/rolls/{roll}": ["Our budget", ">North</th>", "Everybody of 16 years and more"],
    }
    for path, words in told.items():
        page = read(client, path)
        assert [each for each in words if each not in page] == [], path
        in_thai = read(thai, path)
        assert [each for each in words if each in in_thai] == [], path


def test_the_ballot_names_the_district_of_its_voter(
    own_app: Flask, database: Database, tmp_path: Path
) -> None:
    on = round_of(database, tmp_path, is_over=False)
    with database.read() as session:
        query = select(Elector.district, Elector.voter_id).where(Elector.box_id == on.site.box_id)
        voters = {district: voter for district, voter in session.execute(query)}
    for district, words in ((NORTH, "<span>North</span>"), (SOUTH, f'<span lang="th">{SOUTH}</span>')):
        client = reader(own_app)
        signer = own_app.extensions["link_signer"]
        with client.session_transaction() as cookie:
            cookie[PASS] = passes.written(signer, Pass.new(on.id, voters[district], Way.STATION))
        vote = f"/editions/{on.id}/vote"
        page = read(client, vote)
        code = "3" if district == SOUTH else "2"
        token = {"csrf_token": make.csrf(client, vote), "project": code}
        review = client.post(f"{vote}/review", data=token).get_data(as_text=True)
        ticket = review.split('name="ticket"')[1].split('value="')[1].split('"')[0]
        receipt = client.post(f"{vote}/cast", data=token | {"ticket": ticket}).get_data(as_text=True)
        assert "Your ballot is in the box" in receipt
        for found in (page, review, receipt):
            assert "Our budget" in found
            assert reading.unmarked(found) == []
        assert words in page
        assert words in review


def test_letters_to_proposers_are_in_every_language(over: Voted) -> None:
    with over.site.database.read() as session:
        letters = session.scalars(select(Letter).where(Letter.template == "project_result")).all()
        (given,) = (letter.given for letter in letters)
    assert given["title"] == {"en": "Pavilion", "th": "ศาลา"}
    assert given["round"] == {"en": f"Our budget · {SOUTH}", "th": f"รอบทดสอบ 2570 · {SOUTH}"}


def test_only_languages_of_the_ballot_are_handed_down(over: Voted) -> None:
    with over.site.database.read() as session:
        box = session.get_one(BallotBox, over.site.box_id)
        edition = editions.show(session, over.id)
        assert set(edition.translations) == {"en", "fr"}
        for each in (box, edition.roll, *session.scalars(select(Round))):
            assert set(each.translations) == {"en"}
        assert [round_.name for round_ in session.scalars(select(Round).order_by(Round.id))] == [
            f"รอบทดสอบ 2570 · {NORTH}",
            f"รอบทดสอบ 2570 · {SOUTH}",
        ]


def test_the_ballots_know_districts_by_their_thai_names_alone(own_app: Flask, over: Voted) -> None:
    client = reader(own_app)
    with over.site.database.read() as session:
        box = session.get_one(BallotBox, over.site.box_id)
        assert set(box.draft["contests"]) == set(box.result["districts"]) == {NORTH, SOUTH}
        north = editions.show(session, over.id).envelopes[0].round_id
    file = read(client, f"/rounds/{north}/ballots.pb")
    assert f"subunit;{NORTH}" in file
    assert "North" not in file


def test_what_is_there_already_is_handed_down_by_the_migration(over: Voted) -> None:
    def told() -> list[tuple[str, dict[str, str]]]:
        with over.site.database.read() as session:
            return [
                (
                    each.name,
                    {name: words for name, words in each.translations["en"].items() if words in WORDS},
                )
                for each in (*session.scalars(select(Round)), *session.scalars(select(RoundProject)))
                if each.translations
            ]

    before = told()
    assert len(before) == 4
    migrate.downgrade(over.site.database.engine, "0018")
    migrate.upgrade(over.site.database.engine)
    assert told() == before
    with over.site.database.read() as session:
        roll = editions.show(session, over.id).roll
        assert roll is not None
        assert roll.translations == {"en": {"title": "Our budget", "districts": {NORTH: "North"}}}


@pytest.mark.parametrize("deed", ["title = 'x'", "draft = '{}'"])
def test_what_a_box_is_called_is_frozen_with_it(over: Voted, deed: str) -> None:
    with pytest.raises(DBAPIError, match="frozen"), over.site.database.write.begin() as session:
        session.execute(text(f"UPDATE ballot_boxes SET {deed}"))
    with over.site.database.write.begin() as session:
        session.execute(text("UPDATE ballot_boxes SET annulled_because = 'x'"))


def test_as_many_questions_for_many_translations(own_app: Flask, over: Voted, statements: list[str]) -> None:
    asked = {}
    for spoken in ("th", "en"):
        client = reader(own_app, spoken)
        for path in pages(over):
            read(client, path)  # the first time something may be made once for all
            before = len(statements)
            read(client, path)
            asked.setdefault(path, []).append(len(statements) - before)
    assert [path for path, numbers in asked.items() if len(set(numbers)) > 1] == []
