"""Bringing an election in through the page: only staff, only good files, nothing half-imported."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.budgeting.models import Round
from govapp.core.db import Database
from govapp.core.files.keeping import StoredFile
from govapp.core.jobs import Job, work_all
from govapp.wiring import TASKS
from tests import make


def token(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


@pytest.fixture
def staff(client: FlaskClient, session: Session) -> FlaskClient:
    make.enter(client, session, make.admin(session))
    return client


def send(client: FlaskClient, content: bytes, name: str = "vote.pb", area: str = "0"):  # type: ignore[no-untyped-def]
    data = {
        "csrf_token": token(client, "/staff/rounds/import"),
        "file": (io.BytesIO(content), name),
        "area": area,
    }
    return client.post("/staff/rounds/import", data=data, content_type="multipart/form-data")


def test_visitors_are_led_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/staff/rounds/import")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/sign-in?next=%2Fstaff%2Frounds%2Fimport",
    )
    assert client.post("/staff/rounds/import").status_code == 403


def test_a_good_file_becomes_a_job_and_then_a_round(staff: FlaskClient, session: Session, app: Flask) -> None:
    answer = send(staff, make.pb())
    assert answer.status_code == 303
    watch = answer.headers["Location"]
    assert "0% done" in staff.get(watch).get_data(as_text=True)
    work_all(app.extensions["database"], TASKS)
    session.expire_all()
    assert "The election is in." in staff.get(watch).get_data(as_text=True)
    assert session.scalar(select(func.count()).select_from(Round)) == 1


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (make.pb().replace(b"\nVOTES", b"\nBALLOTS"), 0, "VOTES"),
        (make.pb().replace(b"a;600", b"a;0"), 17, "0"),
        (make.pb(votes=["a,zebra"]), 23, "zebra"),
        (make.pb(num_votes="77"), 14, "77"),
        (b"\x00\x01\x02", 1, "expected text"),
        ("META\nkey;value\ndescription;ก".encode("cp874"), 3, "UTF-8"),
    ],
)
def test_a_bad_file_is_explained_and_leaves_nothing(
    staff: FlaskClient, session: Session, content: bytes, line: int, says: str
) -> None:
    answer = send(staff, content)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in body, body
    assert f"vote.pb, line {line}:" in body or not line
    for model in (Round, StoredFile, Job):
        assert session.scalar(select(func.count()).select_from(model)) == 0


def test_the_area_can_be_chosen(staff: FlaskClient, session: Session, app: Flask) -> None:
    place_id = make.area(session).id
    send(staff, make.pb(), area=str(place_id))
    work_all(app.extensions["database"], TASKS)
    assert session.scalars(select(Round)).one().area_id == place_id
    assert send(staff, make.pb(), area="999999").status_code == 422


def test_a_file_over_the_limit_is_413(staff: FlaskClient, app: Flask) -> None:
    csrf = token(staff, "/staff/rounds/import")
    app.config["MAX_CONTENT_LENGTH"] = 100
    data = {"csrf_token": csrf, "file": (io.BytesIO(make.pb()), "x.pb"), "area": "0"}
    assert (
        staff.post("/staff/rounds/import", data=data, content_type="multipart/form-data").status_code == 413
    )


def test_a_killed_import_leaves_nothing_half_done(
    database: Database, own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write.begin() as session:
        user = make.accounts.create_admin(session, "a@example.org", "a", make.PASSWORD)
        make.importing.ask_import(session, user, "x.pb", make.pb())
    with monkeypatch.context() as patch:
        patch.setattr(
            "govapp.budgeting.actions.counting.ask_counts", lambda *_: 1 / 0
        )  # the last step of the import
        work_all(database, TASKS)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 0
