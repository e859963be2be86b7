"""Hostile election files: what they say is shown and never obeyed, and what cannot be kept is refused."""

import csv
import io
import time
import tracemalloc

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from govapp.budgeting import queries
from govapp.core.jobs import JobState, enqueue
from govapp.counting import pabulib
from govapp.counting.pabulib import Malformed, read
from tests import make

SCRIPT = "<script>alert(1)</script>'><img src=x onerror=alert(1)>"
PAGES = ("", "/compare", "/ballots.pb", "/projects.csv", "/round.json", "/trace/used.json")


def csrf(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


@pytest.fixture
def staff(client: FlaskClient, session: Session) -> FlaskClient:
    make.enter(client, session, make.admin(session))
    return client


@pytest.mark.parametrize("text", [SCRIPT, "{{ 7 * 7 }} %s %(x)s {0} {x} 100%", "x" * 3000])
def test_every_field_of_a_file_is_only_shown(client: FlaskClient, session: Session, text: str) -> None:
    short = text[:100]
    meta = {key: text for key in ("description", "unit", "country", "instance", "subunit", "rule", "comment")}
    projects = [(short, 10, text, text, text[:500]), ("b", 20, "b", "", ""), ("c", 980, text, "", "")]
    made = make.round_(session, make.pb(votes=[short, short, "b", "c"], projects=projects, **meta))
    project = client.get(f"/rounds/{made.id}").get_data(as_text=True).split("/projects/")[1].split('"')[0]
    for page in (*PAGES, f"/projects/{project}"):
        answer = client.get(f"/rounds/{made.id}{page}")
        assert answer.status_code == 200, page
        if answer.mimetype == "text/html":
            body = answer.get_data(as_text=True)
            assert "<script>alert" not in body
            assert "<img" not in body
            assert "49" not in body.split("<main")[1].split("</main>")[0] or "7 * 7" not in text
        else:
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for page in ("/", f"/rounds?q={SCRIPT}"):
        assert "<script>alert" not in client.get(page).get_data(as_text=True)


def test_the_message_of_a_failed_import_is_only_shown(staff: FlaskClient, session: Session) -> None:
    job = enqueue(session, "import_round", {"file_id": 1})
    job.state, job.message = JobState.FAILED, f"x.pb:1: {SCRIPT} 100%% of it"
    session.commit()
    answer = staff.get(f"/staff/rounds/import/{job.id}")
    assert answer.status_code == 200
    assert "&lt;script&gt;" in answer.get_data(as_text=True)
    assert "<script>alert" not in answer.get_data(as_text=True)
    assert "100% of it" in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", [f"{SCRIPT}.pb", "../../etc/passwd", "a\r\nX: 1.pb", "x" * 3000])
def test_the_name_of_a_file_is_only_shown(staff: FlaskClient, name: str) -> None:
    data = {
        "csrf_token": csrf(staff, "/staff/rounds/import"),
        "file": (io.BytesIO(f"{SCRIPT}".encode()), name),
        "area": "0",
    }
    answer = staff.post("/staff/rounds/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "<script>alert" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("start", list("=+-@＝＋－＠"))
def test_no_cell_of_the_csv_is_a_formula(client: FlaskClient, session: Session, start: str) -> None:
    formula = f"{start}1+1"
    made = make.round_(session, make.pb(votes=["a"], projects=[("a", 5, formula, formula, formula)]))
    text = client.get(f"/rounds/{made.id}/projects.csv").get_data(as_text=True).lstrip("\ufeff")
    row = next(csv.DictReader(io.StringIO(text)))
    assert [row["name"], row["categories"], row["district"]] == [f"'{formula}"] * 3


@pytest.mark.parametrize(
    "meta", [{"eligible": "1"}, {"eligible": "9" * 30}, {"fiscal_year_be": "9" * 5000}, {"eligible": "-1"}]
)
def test_numbers_that_make_no_sense_are_left_out(session: Session, meta: dict[str, str]) -> None:
    made = make.round_(session, make.pb(**meta))
    assert (made.eligible, made.fiscal_year_be) == (None, None)


def test_the_number_of_people_who_could_vote_is_kept_where_it_makes_sense(session: Session) -> None:
    assert make.round_(session, make.pb(eligible="9")).eligible == 9


def test_two_places_with_long_names_are_two_places(session: Session) -> None:
    long = "เทศบาล" * 8
    first = make.round_(session, make.pb(unit=f"{long} ก"))
    second = make.round_(session, make.pb(unit=f"{long} ข"))
    assert first.area_id != second.area_id
    assert make.round_(session, make.pb(unit=f"{long} ข", instance="2570")).area_id == second.area_id


def scored(points: int, voters: int) -> bytes:
    head = make.pb(vote_type="scoring", num_votes=str(voters)).decode().split("VOTES\n")[0]
    votes = "".join(f"{number};a;{points}\n" for number in range(voters))
    return f"{head}VOTES\nvoter_id;vote;points\n{votes}".encode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (make.pb(votes=[], projects=[("a,b", 1, "", "", "")]), "comma"),
        (make.pb(votes=[], projects=[("a  b", 1, "", "", "")]), "odd spaces"),
        (make.pb(votes=[], projects=[("a" * 101, 1, "", "", "")]), "letters of project_id: found 101"),
        (make.pb(votes=[], projects=[("a", 1, "", "", "d" * 501)]), "letters of district: found 501"),
        (scored(999_999_999, 3), "points of a project: found 2999999997"),
    ],
)
def test_what_the_tables_cannot_hold_is_refused_with_its_place(content: bytes, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        read(content, "x.pb")


def test_the_largest_sums_are_kept_exactly(session: Session) -> None:
    most = 9_999_999_999_999
    projects = [(code, most, "", "", "") for code in "abc"]
    made = make.round_(session, make.pb(votes=["a,b", "a"], projects=projects, budget=str(most)))
    assert queries.projects(session, made.id)[0].cost_satang == most * 100
    make.round_(session, scored(999_999_999, 2))


def crowd(ballots: int) -> bytes:
    """Every voter another ballot, and from another place."""
    projects = [(f"p{bit}", 1, "", "", "") for bit in range(16)]
    votes = [",".join(f"p{bit}" for bit in range(16) if n >> bit & 1) for n in range(ballots)]
    head = make.pb(votes=votes, projects=projects).decode().split("VOTES\n")[0]
    rows = "".join(f"{n};{vote};n{n}\n" for n, vote in enumerate(votes))
    return f"{head}VOTES\nvoter_id;vote;neighborhood\n{rows}".encode()


def test_a_small_file_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pabulib, "MOST_CELLS", 1000 * 1000)
    assert len(read(crowd(1000), "x.pb").places["neighborhood"]) == 1000
    tracemalloc.start()
    try:
        with pytest.raises(Malformed, match="different places × different ballots: found 4000000"):
            read(crowd(2000), "x.pb")
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_no_file_is_read_in_the_square_of_its_length() -> None:
    columns = ";".join(f"c{number}" for number in range(20_000))
    wide = make.pb(votes=[]).decode().replace("project_id;", f"project_id;{columns};").encode()
    many = [(f"p{number}", 1, "", "", "") for number in range(8_000)]
    twice = make.pb(votes=[",".join(code for code, *_ in many) + ",p7999"], projects=many)
    began = time.process_time()
    with pytest.raises(Malformed, match="columns of PROJECTS: found 20005, the limit is 100"):
        read(wide, "x.pb")
    with pytest.raises(Malformed, match="p7999 twice"):
        read(twice, "x.pb")
    assert time.process_time() - began < 1
