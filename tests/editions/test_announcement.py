"""The announcement of a result: every project with its reason, and nothing before there is a result."""

import html
import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from govapp.accounts.models import User
from govapp.ballotbox.models import BallotBox
from govapp.budgeting import queries as rounds
from govapp.budgeting.models import Round
from govapp.budgeting.rules import USED
from govapp.core import documents
from govapp.core.db import Database
from govapp.core.text import thai_digits
from tests import make
from tests.editions.planned import BAHT
from tests.editions.test_publishing import CHOSEN, Voted, voted

FEW = "มีผู้ลงคะแนนน้อยมาก"


def officer(app: Flask, over: Voted) -> FlaskClient:
    """The browser of whoever ran the vote."""
    client = app.test_client()
    with over.site.database.write() as session:
        secret = make.second_factor(session, session.get_one(User, over.site.officer_id))
    with over.site.database.read() as session:
        make.enter(client, session, session.get_one(User, over.site.officer_id), secret)
    return client


def announced(client: FlaskClient, over: Voted) -> str:
    answer = client.get(f"/editions/{over.id}/announcement?view=html")
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def test_every_project_stands_in_it_with_its_reason(
    own_app: Flask, database: Database, tmp_path: Path
) -> None:
    over = voted(database, tmp_path, CHOSEN)
    over.run_jobs()
    text = announced(officer(own_app, over), over)
    won, lost = text.split("พร้อมเหตุผล")
    with database.read() as session:
        (round_,) = session.scalars(select(Round)).all()
        outcome = rounds.counts(session, round_)[USED].outcome
    for code in "123":
        row = re.compile(rf"{thai_digits(f'โครงการ {code}')}<br>\S")
        assert bool(row.search(won)) == (code in outcome["funded"])
        assert bool(row.search(lost)) == (code not in outcome["funded"])
    assert thai_digits("32 คน") in text
    assert FEW not in text


def test_where_few_voted_the_outcome_stands_alone(own_app: Flask, database: Database, tmp_path: Path) -> None:
    over = voted(database, tmp_path, CHOSEN, {"ก": 500 * BAHT, "ข": 500 * BAHT})
    over.run_jobs()
    text = announced(officer(own_app, over), over)
    assert text.count(FEW) == 2
    with database.read() as session:
        (funded,) = session.get_one(BallotBox, over.site.box_id).result["districts"]["ข"]["funded"]
    won = text.split("<h2>ข</h2>")[1].split("พร้อมเหตุผล")[0]
    assert thai_digits(f"โครงการ {funded}") in won


def test_it_is_a_pdf_for_those_who_plan_and_for_nobody_else(
    own_app: Flask, database: Database, tmp_path: Path
) -> None:
    assert documents.available()
    over = voted(database, tmp_path, CHOSEN)
    over.run_jobs()
    here = f"/editions/{over.id}/announcement"
    client = officer(own_app, over)
    assert client.get(here).get_data().startswith(b"%PDF")
    assert here in client.get(f"/editions/{over.id}/plan").get_data(as_text=True)
    assert own_app.test_client().get(here).status_code == 303


def test_there_is_none_before_the_box_is_opened(own_app: Flask, database: Database, tmp_path: Path) -> None:
    over = voted(database, tmp_path, CHOSEN, is_over=False)
    client, here = officer(own_app, over), f"/editions/{over.id}/announcement"
    assert client.get(here).status_code == 409
    assert here not in client.get(f"/editions/{over.id}/plan").get_data(as_text=True)


def test_there_is_none_while_the_count_of_the_site_is_not_there(
    own_app: Flask, database: Database, tmp_path: Path
) -> None:
    """Many voted, and nothing may say that few did: the count is still made, or was kept back."""
    over = voted(database, tmp_path, CHOSEN)
    client, here = officer(own_app, over), f"/editions/{over.id}/announcement"
    assert client.get(here).status_code == 409
    over.run_jobs()
    assert client.get(here).status_code == 200
