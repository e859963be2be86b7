"""People whom an officer enters, and how they are found and corrected."""

import re
import threading
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.accounts.actions import register as actions
from govapp.accounts.actions.citizen_numbers import NumberTaken
from govapp.accounts.models import NameSource, User
from govapp.accounts.models.people import CitizenNumber, Evidence, Registration
from govapp.accounts.queries import consents
from govapp.accounts.queries import register as queries
from govapp.accounts.rules import people as rules
from govapp.areas.models import Area
from govapp.core import citizen_number
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import Denied, NotNow
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from tests import make
from tests.forms import send

NUMBER = "1-2345-67890-12-1"
ANSWERS = {
    "title": "นาง",
    "given_name": "บุญมี",
    "family_name": "",
    "birth_day": "",
    "birth_month": "",
    "birth_year": "๒๔๘๐",
    "citizen_number": "",
    "evidence": "village-head",
    "evidence_note": "",
    "agrees": "y",
}


@pytest.fixture
def officer(session: Session, area: Area) -> User:
    return make.officer(session, area)


@pytest.fixture
def area(session: Session) -> Area:
    return make.area(session)


@pytest.fixture
def desk(client: FlaskClient, session: Session, officer: User) -> FlaskClient:
    """The browser of an officer."""
    make.enter(client, session, officer)
    return client


def hidden(body: str) -> dict[str, str]:
    """What a page carries along in hidden fields."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', body))


def fill_in(desk: FlaskClient, area: Area, **changed: str) -> Any:
    """Open the form, fill it in, go on to the check."""
    path = f"/staff/people/in/{area.id}/new"
    token = re.search(r'name="form_token"[^>]* value="([^"]+)"', desk.get(path).get_data(as_text=True))
    assert token
    return send(desk, path, **ANSWERS | {"form_token": token[1]} | changed)


def confirm(desk: FlaskClient, area: Area, checked: Any, step: str = "confirm") -> Any:
    answers = hidden(checked.get_data(as_text=True))
    return desk.post(f"/staff/people/in/{area.id}/new", data=answers | {"step": step})


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Registration)) or 0


def test_from_the_form_by_way_of_the_check_to_the_register(
    desk: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    checked = fill_in(desk, area)
    body = checked.get_data(as_text=True)
    assert checked.status_code == 200
    assert "Nothing is saved yet" in body
    assert "นางบุญมี" in body
    assert "1937" in body
    assert count(session) == 0
    done = confirm(desk, area, checked)
    assert done.status_code == 303
    person = session.scalars(select(User).where(User.area_id == area.id)).one()
    assert (person.name, person.email, person.name_source) == ("นางบุญมี", None, NameSource.OFFICER)
    assert person.birth_date == PartialDate(1937)
    row = queries.registration(session, person.id)
    assert row is not None
    assert (row.evidence, row.registered_by_id) == (Evidence.VILLAGE_HEAD, officer.id)
    assert re.fullmatch(r"25\d\d-\d{6}", row.case_number or "")
    consent = consents.living(session, person.id)
    assert consent is not None
    assert consent.read_to_by_id == officer.id
    assert row.case_number in desk.get(done.location).get_data(as_text=True)


def test_going_back_to_change_an_answer_loses_nothing(
    desk: FlaskClient, session: Session, area: Area
) -> None:
    checked = fill_in(desk, area, citizen_number=NUMBER, evidence_note="ผู้ใหญ่บ้าน", birth_month="4")
    back = confirm(desk, area, checked, "edit").get_data(as_text=True)
    for kept in (
        'value="บุญมี"',
        f'value="{NUMBER}"',
        "ผู้ใหญ่บ้าน</textarea>",
        'value="village-head" checked',
        'value="๒๔๘๐"',
    ):
        assert kept in back, kept
    assert '<option selected value="4">' in back
    assert "error-summary" not in back
    assert count(session) == 0


def test_a_form_sent_twice_makes_one_person(desk: FlaskClient, session: Session, area: Area) -> None:
    checked = fill_in(desk, area)
    first, second = confirm(desk, area, checked), confirm(desk, area, checked)
    assert first.location == second.location
    assert count(session) == 1


def test_a_number_that_is_known_is_told_without_saying_whose(
    desk: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    known = make.registered(session, officer, area, "1234567890121")
    answer = fill_in(desk, area, given_name="คนอื่น", citizen_number=NUMBER.replace("-", " "))
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search('id="citizen_number-error">[^<]*registered already', body)
    assert known.given_name not in body
    assert 'value="คนอื่น"' in body


def test_a_number_taken_between_check_and_confirmation_is_told_too(
    desk: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    checked = fill_in(desk, area, citizen_number=NUMBER)
    make.registered(session, officer, area, "1234567890121")
    answer = confirm(desk, area, checked)
    assert answer.status_code == 422
    assert "registered already" in answer.get_data(as_text=True)
    assert count(session) == 1
    assert session.scalar(select(func.count()).where(User.area_id == area.id)) == 1


def test_numbers_cannot_be_tried_out_one_after_another(desk: FlaskClient, area: Area) -> None:
    statuses = []
    for number in range(22):
        twelve = f"1{number:011}"
        whole = twelve + str(citizen_number.check_digit(twelve))
        statuses.append(fill_in(desk, area, citizen_number=whole).status_code)
    assert statuses == [200] * 20 + [429] * 2


def test_a_namesake_is_pointed_out(desk: FlaskClient, session: Session, officer: User, area: Area) -> None:
    assert "of this name" not in fill_in(desk, area).get_data(as_text=True)
    make.registered(session, officer, area, name=Name("นางสาว", "บุญมี", ""))
    assert "One person of this name" in fill_in(desk, area).get_data(as_text=True)
    make.registered(session, *elsewhere(session), name=Name("", "บุญมี", ""))
    assert "One person of this name" in fill_in(desk, area).get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("given_name", "", "Enter the given name"),
        ("birth_year", "99", "four figures"),
        ("birth_year", "2600", "Nobody living was born then"),
        ("birth_year", "1860", "Nobody living was born then"),
        ("birth_day", "5", "Choose the month too"),
        ("citizen_number", "1234567890122", "A digit is wrong"),
        ("citizen_number", "123", "this one has 3"),
        ("evidence", "", "Choose how"),
        ("evidence", "rumour", "Choose how|Not a valid choice"),
        ("agrees", "", "Read the privacy notice to the person first"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    desk: FlaskClient, session: Session, area: Area, field: str, value: str, complaint: str
) -> None:
    answer = fill_in(desk, area, **{field: value})
    assert answer.status_code == 422
    where = "birth_year" if field.startswith("birth") else field
    assert re.search(f'id="{where}-error">[^<]*({complaint})', answer.get_data(as_text=True))
    assert count(session) == 0


def test_another_evidence_is_told_in_words(desk: FlaskClient, area: Area) -> None:
    answer = fill_in(desk, area, evidence="other")
    assert re.search('id="evidence_note-error">', answer.get_data(as_text=True))
    assert fill_in(desk, area, evidence="other", evidence_note="ใบสำคัญประจำตัวคนต่างด้าว").status_code == 200


@pytest.mark.parametrize("field", ["name_source", "area_id", "email", "is_admin", "registered_by_id", "born"])
def test_nothing_else_can_be_set_with_the_form(
    desk: FlaskClient, session: Session, area: Area, field: str
) -> None:
    assert fill_in(desk, area, **{field: "1"}).status_code == 400
    assert count(session) == 0


def test_a_citizen_has_no_business_in_the_register(
    client: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    person = make.registered(session, officer, area, "1234567890121")
    citizen = make.user(session)
    assert send(client, "/sign-in", email=citizen.email or "", password=make.PASSWORD).status_code == 303
    own = f"/staff/people/{person.id}"
    for path in ("", f"/in/{area.id}", f"/in/{area.id}/new"):
        assert client.get(f"/staff/people{path}").status_code == 403, path
    for path in ("", "/correct", "/citizen-number", "/access-code"):
        assert client.get(own + path).status_code == 403, path
        token = make.csrf(client, "/account/consent")
        if path:
            assert client.post(own + path, data={"csrf_token": token, "given_name": "x"}).status_code == 403
    assert client.post(f"{own}/access-code/end", data={"csrf_token": token}).status_code == 403
    with pytest.raises(Denied):
        make.registered(session, citizen, area)


def elsewhere(session: Session) -> tuple[User, Area]:
    """The officer of another area, and that area."""
    place = make.area(session, "y", name_th="เมืองอื่น")
    return make.officer(session, place, "elsewhere@example.org"), place


def test_an_officer_of_elsewhere_is_refused(
    desk: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    colleague, other = elsewhere(session)
    person = make.registered(session, colleague, other, "1234567890121")
    assert desk.get(f"/staff/people/in/{area.id}").status_code == 200, "the control"
    for path in (f"in/{other.id}", f"in/{other.id}/new", f"{person.id}", f"{person.id}/correct"):
        assert desk.get(f"/staff/people/{path}").status_code == 403, path
    for path in ("citizen-number", "access-code"):
        assert desk.get(f"/staff/people/{person.id}/{path}").status_code == 403, path
    assert "เมืองอื่น" not in desk.get("/staff/people?q=y").get_data(as_text=True)
    with pytest.raises(Denied):
        actions.correct(session, officer, person.id, Name("", "x"), None, "", make.NUMBER_KEYS)


def test_people_of_an_area_stand_by_given_name_and_are_found(
    desk: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    for title, given in (("นาง", "แก้ว"), ("นาย", "กบ"), ("", "เกด"), ("พระ", "ขวด")):
        make.registered(session, officer, area, name=Name(title, given, "ทดสอบ"))
    make.registered(session, *elsewhere(session), name=Name("", "กบ", "ที่อื่น"))
    body = desk.get(f"/staff/people/in/{area.id}").get_data(as_text=True)
    assert re.findall(r'<a href="/staff/people/\d+">([^<]+)<', body) == [
        "นายกบ ทดสอบ",
        "เกด ทดสอบ",
        "นางแก้ว ทดสอบ",
        "พระขวด ทดสอบ",
    ]
    found, total = queries.in_area(session, area.id, "ทดสอบ เเก้ว")
    assert ([person.given_name for person in found], total) == (["แก้ว"], 1)
    assert queries.in_area(session, area.id, "50%")[1] == 0


def test_an_officer_corrects_and_adds_a_number_once(
    desk: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    person = make.registered(session, officer, area)
    path = f"/staff/people/{person.id}/correct"
    page = desk.get(path).get_data(as_text=True)
    assert 'name="birth_year" type="text" value="1937"' in page
    new = {"given_name": "บุญมา", "birth_year": "2481", "birth_month": "3", "citizen_number": NUMBER}
    assert send(desk, path, **new).status_code == 303
    session.expire_all()
    assert (person.name, person.birth_date) == ("บุญมา", PartialDate(1939, 3))
    kept = queries.citizen_number(session, person.id)
    assert kept is not None
    assert kept.last_four == "0121"
    assert 'name="citizen_number"' not in desk.get(path).get_data(as_text=True)
    with pytest.raises(NotNow, match="has a citizen number already"):
        actions.correct(session, officer, person.id, Name("", "x"), None, "3100600445635", make.NUMBER_KEYS)
    other = make.registered(session, officer, area)
    answer = send(
        desk, f"/staff/people/{other.id}/correct", given_name="x", birth_month="", citizen_number=NUMBER
    )
    assert "registered already" in answer.get_data(as_text=True)
    session.expire_all()
    assert other.given_name == "บุญมี"


def test_what_thaid_stated_no_officer_changes(session: Session, officer: User, area: Area) -> None:
    person = make.user(session, area_id=area.id, name_source=NameSource.THAID)
    with pytest.raises(Denied):
        actions.correct(session, officer, person.id, Name("", "x"), None, "", make.NUMBER_KEYS)


def test_nobody_looks_after_their_own_row(session: Session, officer: User, area: Area) -> None:
    officer.area_id = area.id
    session.commit()
    assert not rules.may_look_after(officer, officer)
    assert not rules.may_look_after(officer, make.user(session)), "who has no area has no officer"


def test_the_log_names_nobody(session: Session, officer: User, area: Area) -> None:
    person = make.registered(
        session, officer, area, "1234567890121", evidence=Evidence.OTHER, evidence_note="ป้าข้างบ้าน"
    )
    actions.correct(session, officer, person.id, Name("", "บุญมา"), None, "", make.NUMBER_KEYS)
    session.commit()
    kept = str([(row.event, row.details) for row in session.scalars(select(AuditEntry))])
    for secret in ("บุญ", "1234567890121", "0121", "ป้า", "1937"):
        assert secret not in kept
    assert "PersonRegistered" in kept


@pytest.mark.parametrize("same", ["number", "form"])
def test_of_many_officers_at_once_one_enters_the_person(database: Database, same: str) -> None:
    with database.write() as session:
        area = make.area(session)
        officer_id, area_id = make.officer(session, area).id, area.id
    start, results = threading.Barrier(4), []

    def run(number: int) -> None:
        values = {"form_token": "one"} if same == "form" else {}
        with database.write() as session:
            officer, area = session.get_one(User, officer_id), session.get_one(Area, area_id)
            citizen_number = "1234567890121" if same == "number" else ""
            session.rollback()
            start.wait()
            try:
                results.append(make.registered(session, officer, area, citizen_number, **values).id)
            except NumberTaken:
                results.append("taken")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 1
        assert session.scalar(select(func.count()).select_from(CitizenNumber)) == (same == "number")
        assert session.scalar(select(func.count()).select_from(User)) == 2
    expected = 1 if same == "form" else 2
    assert (len(results), len(set(results))) == (4, expected)


def test_a_picture_of_the_evidence_is_kept_cleaned_and_seen_by_officers_only(
    desk: FlaskClient, session: Session, officer: User, area: Area
) -> None:
    person = make.registered(session, officer, area)
    page = f"/staff/people/{person.id}/evidence"
    assert desk.get(f"{page}/scan").status_code == 404
    brought = {"scan": (BytesIO(make.png()), "../../บัตร.png")}
    assert make.post(desk, page, **brought).status_code == 303
    kept = desk.get(f"{page}/scan")
    assert kept.data.startswith(b"\x89PNG")
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert make.post(desk, page, scan=(BytesIO(b"MZ"), "card.png")).status_code == 422
    colleague, _other = elsewhere(session)
    desk.delete_cookie("session")
    make.enter(desk, session, colleague)
    assert desk.get(f"{page}/scan").status_code == 403
