"""The log knows people by numbers only, and nothing but record() writes it."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

import govapp
from govapp.accounts.actions import access_codes, citizen_numbers, handover, posts, second_factor
from govapp.accounts.actions.posts import Terms
from govapp.accounts.events.people import LinkOpened
from govapp.accounts.models import User
from govapp.accounts.models.people import Evidence
from govapp.accounts.models.posts import Role
from govapp.accounts.queries.people import by_email
from govapp.accounts.rules.people import Reason
from govapp.areas.models import AreaKind
from govapp.areas.queries import by_code
from govapp.core import clock, dates, doors
from govapp.core.audit import AuditEntry, canonical, record, seal
from govapp.core.names import Name
from tests import make
from tests.accounts.letters import delivered
from tests.forms import send
from tests.mail import link
from tests.portal import log
from tests.test_access import addresses, answer, world

HOUSE = Path(govapp.__file__).parent
TODAY = dates.local_day(clock.now())
NAME, EMAIL, NUMBER = "นพมาศ ลับสุดยอด", "noppamas.secret@example.org", "1101700207366"
PASSWORD, NEW_PASSWORD = "ม้าถูกแบตเตอรี่ลวด", "ข้าวเหนียวมะม่วงสุก"
ELDER, WITNESS = Name("นาง", "บุญเหลือ", "ลับเหมือนกัน"), "ผู้ใหญ่สมหมายรับรอง"
ORDER, REASON, DUTY, WORDS = "คำสั่งลับที่ 9/2569", "ย้ายกลับบ้านเกิด", "ตามคุณป้าสมใจ", "กุญแจอยู่ใต้กระถาง"


def open_account(client: FlaskClient, app: Flask, session: Session) -> Iterator[str]:
    """Signing up, in and out, a second factor, a forgotten password; yields what must stay secret."""
    given_name, family_name = NAME.split()
    answers = {"given_name": given_name, "family_name": family_name, "email": EMAIL, "agrees": "y"}
    assert send(client, "/sign-up", **answers, password=PASSWORD).status_code == 303
    way = link(delivered(app)[-1])
    send(client, way, password=PASSWORD)
    send(client, "/sign-up", **answers, password=PASSWORD)
    send(client, "/sign-in", email=EMAIL, password="wrong " + PASSWORD)
    assert send(client, "/sign-in", email=EMAIL, password=PASSWORD).status_code == 303
    page = client.get("/account/second-factor").get_data(as_text=True)
    secret = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert secret
    app_secret = secret[1].replace(" ", "")
    code = make.code(app_secret)
    codes = send(client, "/account/second-factor", code=code).get_data(as_text=True)
    recovery = re.findall(r"<code>([a-z2-7-]{31})</code>", codes)
    assert len(recovery) == 10
    send(client, "/account", to="/sign-out")
    send(client, "/sign-in", email=EMAIL, password=PASSWORD)
    send(client, "/sign-in/code", code="000000")
    assert send(client, "/sign-in/code", code=recovery[0]).status_code == 303
    send(client, "/account", to="/sign-out")
    send(client, "/forgot", email=EMAIL)
    reset_way = link(delivered(app)[-1])
    assert send(client, reset_way, password=NEW_PASSWORD).status_code == 303
    yield from (NAME, *NAME.split(), EMAIL, PASSWORD, NEW_PASSWORD, app_secret, code, *recovery)
    yield from (way.rpartition("/")[2], reset_way.rpartition("/")[2])


def hold_posts(session: Session) -> Iterator[str]:
    """A register, posts given, refused, ended and handed over, duties; yields what must stay secret."""
    first, second = (make.admin(session, f"{name}.admin@example.org") for name in ("first", "second"))
    place = make.area(session, "x-1", kind=AreaKind.PROVINCE, parent=log.country(session))
    person, heir = by_email(session, EMAIL), make.user(session, "heir@example.org", given_name="ทายาทลับ")
    assert person is not None
    terms = Terms(EMAIL, TODAY, TODAY + timedelta(days=99), ORDER)
    refused = posts.propose(session, first, Role.SECRETARY, place, terms)
    posts.refuse(session, second, refused.id, REASON)
    given = posts.propose(session, first, Role.SECRETARY, place, terms)
    posts.confirm(session, second, given.id)
    session.commit()
    session.refresh(person)
    duty = handover.add_duty(session, person, given.post_id, DUTY, WORDS)
    handover.finish_duty(session, person, duty.id)
    left = [{"words": DUTY, "day": "", "path": "/"}]
    to_heir = Terms("heir@example.org", TODAY, TODAY + timedelta(days=99), ORDER)
    handover.hand_over(session, person, given.post_id, to_heir, WORDS, left)
    posts.end(session, second, given.id, REASON)
    second_factor.reset(session, EMAIL)
    session.commit()
    yield from (ORDER, REASON, DUTY, WORDS, heir.name, "heir@example.org", first.name)
    yield from ("first.admin@example.org", "second.admin@example.org")


def register_somebody(session: Session) -> Iterator[str]:
    """An elder at the officer's desk: number, evidence, access code, a look at the number; yields secrets."""
    town = make.area(session, "x-1-1", parent=by_code(session, "x-1"))
    officer = make.officer(session, town, "officer.secret@example.org")
    elder = make.registered(
        session, officer, town, NUMBER, name=ELDER, evidence_note=WITNESS, evidence=Evidence.OTHER
    )
    code = make.access_code(session, officer, elder)
    why = (Reason.COMPARE, "")
    sitting = make.sign_in(session, officer)
    assert citizen_numbers.see(session, sitting, officer, elder.id, why, make.NUMBER_KEYS) == NUMBER
    found = access_codes.recognise(session, code, make.CODE_KEY)
    assert found
    access_codes.sign_in(session, found, timedelta(hours=1), "")
    session.commit()
    yield from (NUMBER, NUMBER[-4:], ELDER.given, ELDER.family, WITNESS, code)
    yield "officer.secret@example.org"


def leaks(text: str, secrets: set[str]) -> set[str]:
    """Which of them stand in the text, as words of their own."""
    return {each for each in secrets if re.search(rf"(?<![\w@]){re.escape(each)}(?![\w@])", text)}


def test_nothing_personal_gets_into_the_log_or_onto_its_pages(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    secrets = {*open_account(client, app, session), *hold_posts(session), *register_somebody(session)}
    entries = session.scalars(select(AuditEntry)).all()
    assert len({entry.event for entry in entries}) >= 25
    whole = "\n".join(canonical(entry) for entry in entries)
    assert leaks(whole, secrets) == set()

    person = by_email(session, EMAIL)
    assert person is not None
    number = person.id
    for user in session.scalars(select(User)):  # so that the names of then are not their present ones
        user.given_name, user.family_name = f"ปัจจุบัน{user.id}", ""
    seal(session)
    now_named = {user.id: user.given_name for user in session.scalars(select(User))}
    reader = log.reader(app, session, log.auditor(session))
    send(reader, "/audit", first="", last="", event="", person=EMAIL, thing="", words="")
    pages = [log.body(reader, path) for path in ("/audit", f"/audit?actor={number}", "/audit/chain")]
    pages += [log.body(reader, f"/audit/{entry.id}") for entry in entries]
    files = [send(reader, "/audit/export", kind=kind).get_data(as_text=True) for kind in ("csv", "jsonl")]
    shown = "\n".join(pages)
    assert leaks(shown, secrets - {NUMBER[-4:]}) == set()
    assert now_named[number] in shown, "the name of now is looked up"
    assert leaks("\n".join(files), {*secrets, *now_named.values()}) == set()

    record(session, None, LinkOpened(number, EMAIL, "verify"))
    session.commit()
    assert leaks(send(reader, "/audit/export", kind="csv").get_data(as_text=True), secrets) == {EMAIL}


TABLES = ("audit_entries", "audit_objects", "audit_seals", "audit_verdicts")
ROWS = {"AuditEntry", "AuditObject", "AuditSeal", "AuditVerdict"}
WRITERS = {"insert", "update", "delete"}


def writes(tree: ast.AST) -> set[str]:
    """What a file could change the log with: rows, statements about them, SQL that names their tables."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            about = {part.id for part in node.args if isinstance(part, ast.Name)}
            if name in ROWS or (name in WRITERS and about & ROWS):
                found.add(ast.unparse(node))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            found |= {table for table in TABLES if f" {table}" in node.value}
    return found


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("session.add(AuditEntry(event='x'))", True),
        ("session.execute(update(AuditSeal).values(digest='x'))", True),
        ("session.execute(text(f'DELETE FROM audit_entries WHERE id = {n}'))", True),
        ("session.scalars(select(AuditEntry))", False),
    ],
)
def test_a_second_writer_would_be_found(code: str, caught: bool) -> None:
    assert bool(writes(ast.parse(code))) is caught


def test_only_the_log_itself_writes_the_log() -> None:
    found = {file for file in HOUSE.rglob("*.py") if writes(ast.parse(file.read_text()))}
    assert {str(file.relative_to(HOUSE)) for file in found} == {"core/audit.py"}


class Counting(dict[type, Any]):
    """The reactions of the app, which record() asks for once each time."""

    asked = 0

    def get(self, *of: Any) -> Any:  # type: ignore[override]
        self.asked += 1
        return super().get(*of)


def test_no_page_changes_the_log_but_by_recording(app: Flask, session: Session) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    place = world(session)
    auditor = place.people["auditor of country"]
    assert auditor is not None
    session.info["reactions"] = recorded = Counting(session.info["reactions"])
    sent: list[str] = []

    def listen(*call: Any) -> None:
        if any(table in call[2] for table in TABLES) and not call[2].startswith("SELECT"):
            sent.append(call[2])

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    for page in doors.of(app):
        client = log.reader(app, session, auditor)  # the page before may have signed out
        for address, _values in addresses(page, place):
            for method in page.methods:
                answer(client, session, method, address)
    client = log.reader(app, session, auditor)
    count = session.scalar(select(func.count()).select_from(AuditEntry))
    forms = {"first": "", "last": "", "event": "", "person": "5", "thing": "", "words": ""}
    assert client.post("/audit", data=forms).status_code == 303
    assert client.post("/audit/export", data={"kind": "csv"}).status_code == 200
    event.remove(session.get_bind(), "before_cursor_execute", listen)
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == (count or 0) + 2
    assert {statement.split(" (")[0] for statement in sent} <= {
        "INSERT INTO audit_entries",
        "INSERT INTO audit_objects",
    }
    assert len([statement for statement in sent if "INTO audit_entries" in statement]) == recorded.asked > 2
