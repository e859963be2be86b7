"""The pages of rolls: for the person alone, without a trace; for the officer, with one."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from govapp.accounts.models.people import CitizenNumber
from govapp.ballotbox.models import Elector
from govapp.core import cipher
from govapp.core.audit import AuditEntry
from govapp.core.jobs import work_all
from govapp.rolls.actions import RollPlan, codes
from govapp.rolls.models import RollEntry
from govapp.rolls.models.claims import RollClaim
from govapp.rolls.models.imports import RollImport
from govapp.rolls.views import own
from tests import make, statements
from tests.forms import without_token
from tests.rolls import files, keeping
from tests.rolls.files import DISTRICTS, number, row
from tests.rolls.keeping import FINDING, Office, take


@pytest.fixture
def of(session: Session) -> Office:
    made = keeping.office(session)
    take(session, made, row(1), row(2), row(3, standing="moved"))
    return made


@pytest.fixture(autouse=True)
def fresh_pace() -> None:
    own.CODES._asked.clear()


def new_code(session: Session, of: Office, seed: int) -> str:
    entry = session.scalars(select(RollEntry).where(RollEntry.family_name == f"{seed:06}")).one()
    keys = codes.Keys.of(make.SIGNING_KEY)
    posted = codes.renew(session, make.sign_in(session, of.officer), of.officer, entry.id, keys)
    session.commit()
    return posted.shown


def signed_in(session: Session, client: FlaskClient, seed: int = 0) -> Any:
    user = make.user(session, f"user-{seed}@example.org")
    if seed:
        kept = CitizenNumber(user_id=user.id, sealed="x", last_four=number(seed)[-4:])
        kept.fingerprint = cipher.fingerprint(FINDING, number(seed))
        session.add(kept)
        session.commit()
    make.enter(client, session, user)
    return user


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True)).split())


def test_a_visitor_learns_what_is_public_and_nobodys_standing(client: FlaskClient, of: Office) -> None:
    assert of.roll.title in text(client.get("/rolls"))
    page = text(client.get(f"/rolls/{of.roll.id}"))
    assert "With the code on your letter" in page
    assert "ผู้มีสิทธิ" not in page
    assert "You are" not in page


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        (1, "You are on the roll."),
        (3, "you have moved away"),
        (9, "You are not on this roll"),
        (0, "You are not"),
    ],
)
def test_who_is_signed_in_sees_where_they_stand(
    client: FlaskClient, session: Session, of: Office, seed: int, words: str
) -> None:
    signed_in(session, client, seed)
    page = text(client.get(f"/rolls/{of.roll.id}"))
    assert words in page
    assert (DISTRICTS[1] in page) == (seed in (1, 3))


def test_a_code_says_where_its_holder_stands_and_not_who_it_is(
    client: FlaskClient, session: Session, of: Office
) -> None:
    path, code = f"/rolls/{of.roll.id}", new_code(session, of, 1)
    page = text(make.post(client, path, code=code))
    assert "You are on the roll. Your district: เขตใต้" in page
    assert "000001" not in page
    assert code not in page


def test_wrong_revoked_and_other_rolls_codes_get_the_same_answer(
    client: FlaskClient, session: Session, of: Office
) -> None:
    code = new_code(session, of, 1)
    new_code(session, of, 1)
    other = new_code(session, of, 2)
    second = keeping.actions.make(session, of.officer, of.post, of.area, RollPlan(of.roll.title))
    keeping.actions.announce(session, of.officer, second.id)
    session.commit()
    wrong = codes.make_letters(15)
    answers = [
        without_token(make.post(client, f"/rolls/{roll_id}", code=typed))
        for roll_id, typed in ((second.id, wrong), (second.id, other), (second.id, code))
    ]
    assert {status for status, _location, _body in answers} == {422}
    assert len({body for _status, _location, body in answers}) == 1


@pytest.mark.parametrize(
    ("took_part", "words"), [(True, "and a ballot was counted"), (False, "and no ballot")]
)
def test_after_the_vote_one_sees_whether_a_ballot_was_counted_as_ones_own(
    client: FlaskClient, session: Session, of: Office, took_part: bool, words: str
) -> None:
    path, code = f"/rolls/{of.roll.id}", new_code(session, of, 1)
    keeping.freeze(session, of)
    assert "The vote is over" not in text(make.post(client, path, code=code))
    session.execute(update(Elector).values(took_part=took_part))
    session.commit()
    assert words in text(make.post(client, path, code=code))


def test_looking_oneself_up_writes_nothing(client: FlaskClient, session: Session, of: Office) -> None:
    code = new_code(session, of, 1)
    signed_in(session, client, 1)
    path = f"/rolls/{of.roll.id}"
    token = make.csrf(client, path)
    with statements.noted(session) as seen:
        client.get(path)
        client.post(path, data={"csrf_token": token, "code": code})
    assert [each for each in seen if not each.lstrip().startswith("SELECT")] == []


def test_codes_are_tried_only_so_often(client: FlaskClient, of: Office) -> None:
    path = f"/rolls/{of.roll.id}"
    token = make.csrf(client, path)
    answers = [
        client.post(path, data={"csrf_token": token, "code": codes.make_letters(15)}).status_code
        for _try in range(21)
    ]
    assert answers == [422] * 20 + [429]


def test_a_claim_is_made_on_the_page_and_decided_by_an_officer(
    app: Flask, session: Session, of: Office
) -> None:
    citizen, officer = app.test_client(), app.test_client()
    for client in (citizen, officer):
        client.set_cookie("language", "en")
    signed_in(session, citizen, 9)
    path = f"/rolls/{of.roll.id}/claim"
    form = citizen.get(path).get_data(as_text=True)
    hidden = re.search(r'name="form_token"[^>]*value="([^"]*)"', form)
    assert hidden
    sent = {"wish": "add", "words": "เพิ่งย้ายเข้า", "district": DISTRICTS[0], "form_token": hidden[1]}
    assert make.post(citizen, path, **sent).status_code == 303
    claim = session.scalars(select(RollClaim)).one()
    make.enter(officer, session, of.officer)
    assert "1 claim waits" in text(officer.get(f"/staff/rolls/{of.roll.id}"))
    decided = f"/staff/rolls/claims/{claim.id}"
    assert "Write the reason" in text(make.post(officer, decided, accepted="yes", district="x"))
    answer = make.post(officer, decided, accepted="yes", district=DISTRICTS[0], why="เห็นเอกสารแล้ว")
    assert answer.status_code == 303
    assert "You are on the roll." in text(citizen.get(f"/rolls/{of.roll.id}"))


def test_a_file_is_brought_checked_and_taken_over(app: Flask, session: Session, of: Office) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    path = f"/staff/rolls/{of.roll.id}/bring"
    wrong = files.file(row(8), header=files.HEADER + ",ศาสนา")
    answer = make.post(client, path, file=(io.BytesIO(wrong), "people.csv"))
    assert answer.status_code == 422
    assert "ศาสนา" in text(answer)
    assert session.scalar(select(func.count()).select_from(RollImport)) == 1, "only the fixture's"
    content = files.file(row(8), row(9, number="123"), row(2, given="ใหม่"))
    answer = make.post(client, path, file=(io.BytesIO(content), "people.csv"))
    watch = answer.location
    assert "0% done" in text(client.get(watch))
    tasks = {name: app.extensions["tasks"][name] for name in ("read_roll", "apply_roll")}
    work_all(app.extensions["database"], tasks)
    page = text(client.get(watch))
    assert "Nothing on the roll is changed yet" in page
    assert "this one has 3" in page
    report = client.get(watch + "/rejected.csv").get_data(as_text=True)
    assert "this one has 3" in report
    assert number(9) not in report
    assert make.post(client, watch + "/apply", form_on=watch).status_code == 303
    work_all(app.extensions["database"], tasks)
    assert "The file is taken over" in text(client.get(watch))
    assert session.scalar(select(func.count()).select_from(RollEntry)) == 4


def test_whom_an_officer_looks_for_is_noted_without_a_name(app: Flask, session: Session, of: Office) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    path = f"/staff/rolls/{of.roll.id}/people"
    for typed in (number(1), number(1)[-4:], "000001"):
        assert "000001" in text(make.post(client, path, who=typed))
    assert "Nobody on this roll fits" in text(make.post(client, path, who="ไม่มีใคร"))
    noted = session.scalars(select(AuditEntry).where(AuditEntry.event == "RollSearched")).all()
    assert [entry.details["found"] for entry in noted] == [1, 1, 1, 0]


def test_an_officer_corrects_adds_and_gives_a_code(app: Flask, session: Session, of: Office) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    entry = session.scalars(select(RollEntry).where(RollEntry.family_name == "000001")).one()
    path = f"/staff/rolls/entries/{entry.id}"
    typed = {"given_name": "ผู้มีสิทธิ", "family_name": "แก้แล้ว", "standing": "on", "district": DISTRICTS[1]}
    typed |= {"birth_month": ""}
    assert make.post(client, path, **typed).status_code == 422
    assert make.post(client, path, **typed, why="ตามเอกสาร").status_code == 303
    assert "ตามเอกสาร" in text(client.get(path))
    new = typed | {"citizen_number": number(7), "why": "มาแสดงตัว", "case_number": ""}
    assert make.post(client, f"/staff/rolls/{of.roll.id}/add", **new).status_code == 303
    assert "on the roll already" in text(make.post(client, f"/staff/rolls/{of.roll.id}/add", **new))
    shown = make.post(client, path + "/code")
    assert "shown only now" in text(shown)
    assert make.post(client, path + "/revoke", form_on=path).status_code == 303
    typed |= {"standing": "moved", "why": "ย้ายแล้ว"}
    assert make.post(client, path, **typed).status_code == 303
    assert "May vote → Moved away" in text(client.get(path))


def test_nobody_is_put_on_a_roll_without_a_number(app: Flask, session: Session, of: Office) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    new = {"given_name": "ผู้มีสิทธิ", "standing": "on", "district": DISTRICTS[1]}
    new |= {"birth_month": "", "why": "มาแสดงตัว"}
    answer = make.post(client, f"/staff/rolls/{of.roll.id}/add", **new)
    assert (answer.status_code, "case number of who has none" in text(answer)) == (422, True)


def test_an_age_is_asked_for_together_with_its_day(app: Flask, session: Session, of: Office) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    new = {"post": of.roll.post_id, "title": "บัญชีสมมติ", "minimum_age": "๑๖"}
    answer = make.post(client, "/staff/rolls/new", **new, age_on="")
    assert (answer.status_code, "Enter the day on which" in text(answer)) == (422, True)
    assert make.post(client, "/staff/rolls/new", **new, age_on="1 ธ.ค. 2569").status_code == 303


def test_pages_ask_as_much_of_a_large_roll_as_of_a_small_one(
    app: Flask, session: Session, of: Office
) -> None:
    client = app.test_client()
    make.enter(client, session, of.officer)
    paths = [
        f"/rolls/{of.roll.id}",
        f"/staff/rolls/{of.roll.id}",
        f"/staff/rolls/{of.roll.id}/claims",
        "/rolls",
    ]
    before = [statements.of_page(session, client, path) for path in paths]
    take(session, of, *(row(seed) for seed in range(10, 60)))
    for seed in range(3):
        user = make.user(session, f"more-{seed}@example.org")
        session.add(RollClaim(roll_id=of.roll.id, user_id=user.id, wish="add", words="x"))
    session.commit()
    assert [statements.of_page(session, client, path) for path in paths] == before
