"""Entries leave as a file: safe in a spreadsheet, whole for programs, noted, and not too often."""

import csv
import hashlib
import io
import json
from datetime import date, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from govapp.accounts.events.people import SignedIn
from govapp.accounts.events.posts import DutyAdded
from govapp.accounts.models import WebSession
from govapp.core import clock, dates, language
from govapp.core.audit import AuditEntry, AuditSeal, record, seal
from govapp.core.errors import Denied, TooMany
from govapp.core.spreadsheets import harmless, lines
from govapp.portal import actions
from govapp.portal.queries import audit as queries
from govapp.portal.queries.audit import Wish
from tests import make
from tests.forms import send
from tests.portal import log

NOON = dates.from_local(date(2026, 10, 22), time(12))
DAY = "from=2026-10-22&to=2026-10-22"


@pytest.fixture
def reader(app: Flask, session: Session) -> FlaskClient:
    client = log.reader(app, session, log.auditor(session))
    with clock.stopped(NOON):
        record(session, None, DutyAdded(1, 7012))
        record(session, 99, SignedIn(99, "=HYPERLINK(1)"))
    session.commit()
    return client


def download(client: FlaskClient, kind: str, query: str = DAY) -> str:
    answer = send(client, f"/audit/export?{query}", kind=kind)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.is_streamed
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.get_data(as_text=True))


def test_a_table_that_excel_reads(reader: FlaskClient, session: Session) -> None:
    text = download(reader, "csv")
    assert text.startswith("\ufeffEntry,When,User,")
    head, second, first = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert first[1:6] == [
        "2026-10-22 12:00:00",
        "",
        "DutyAdded",
        "Wrote down duty 1 of post 7012",
        '{"duty_id": 1, "post_id": 7012}',
    ]
    assert second[2:4] == ["99", "SignedIn"]
    assert len(head) == len(first) == 8
    assert log.events(session, "LogExported") == [{"count": 2}]


def test_the_table_speaks_the_language_of_the_page(app: Flask, reader: FlaskClient) -> None:
    reader.set_cookie("language", "th")
    head = download(reader, "csv").splitlines()[0]
    with language.use("th"):
        assert head.startswith("\ufeff" + language.gettext("Entry"))


def test_every_cell_is_harmless_in_a_spreadsheet() -> None:
    assert lines([["=1+1", "+66", "@x", 'a"b', "ก,ข", 5, None]]) == '\'=1+1,\'+66,\'@x,"a""b","ก,ข",5,\r\n'
    assert harmless("-1") == "'-1"


def test_from_the_lines_the_chain_can_be_reckoned_again(reader: FlaskClient, session: Session) -> None:
    seal(session)
    session.commit()
    rows = [json.loads(line) for line in download(reader, "jsonl", "").splitlines()]
    rows = sorted((row for row in rows if row["link"]), key=lambda row: row["link"])
    assert len(rows) == 5
    digest = "0" * 64
    for row in rows:
        entry = {name: row[name] for name in ("id", "at", "actor", "event", "details")}
        words = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(f"{digest}\n{words}".encode()).hexdigest()
        assert row["digest"] == digest
    assert digest == session.scalars(select(AuditSeal.digest).order_by(AuditSeal.id.desc())).first()


def test_only_what_was_wished_for_leaves(reader: FlaskClient) -> None:
    assert len(download(reader, "jsonl", f"{DAY}&object=post-7012").splitlines()) == 1
    assert download(reader, "jsonl", "object=post-7013") == ""


def test_the_page_tells_what_will_leave(reader: FlaskClient) -> None:
    whole = log.body(reader, "/audit/export")
    assert "Download 5 entries" in whole
    send(reader, "/audit", first="", last="", event="", person="99", thing="", words="")
    page = log.body(reader, f"/audit/export?{DAY}&actor=99&event=SignedIn&words=signed")
    assert "Download 1 entry" in page
    told = ("22 Oct 2026", "user 99", "Signed in with …", "signed")
    assert all(f"<dd>{value}</dd>" in page for value in told)


def test_three_an_hour_and_each_is_noted(reader: FlaskClient, session: Session) -> None:
    for _ in range(3):
        download(reader, "jsonl")
    answer = send(reader, f"/audit/export?{DAY}", kind="jsonl")
    assert answer.status_code == 429
    assert "3 times an hour" in answer.get_data(as_text=True)
    assert len(log.events(session, "LogExported")) == 3


def test_each_auditor_has_three_and_an_hour_later_three_more(session: Session) -> None:
    one, other = log.auditor(session), log.auditor(session, "other@example.org")
    start = clock.now()
    with clock.stopped(start):
        for person in (one, one, one, other):
            actions.export(session, person, Wish(), start)
        with pytest.raises(TooMany):
            actions.export(session, one, Wish(), start)
    with clock.stopped(start + timedelta(hours=1)):
        actions.export(session, one, Wish(), start)


def test_it_asks_for_a_fresh_proof(reader: FlaskClient, session: Session) -> None:
    session.execute(update(WebSession).values(proved_at=clock.now() - timedelta(minutes=31)))
    session.commit()
    asked = reader.get(f"/audit/export?{DAY}")
    assert (asked.status_code, asked.location.split("?")[0]) == (303, "/account/prove")
    refused = send(reader, "/audit", to=f"/audit/export?{DAY}", kind="csv")
    assert refused.status_code == 303
    assert log.events(session, "LogExported") == []


def test_a_kind_of_file_that_there_is_not_is_no_download(reader: FlaskClient, session: Session) -> None:
    assert send(reader, f"/audit/export?{DAY}", kind="exe").status_code == 422
    assert log.events(session, "LogExported") == []


def test_the_newest_so_many_leave_and_the_page_says_so(session: Session) -> None:
    auditor = log.auditor(session)
    with clock.stopped(NOON):
        for number in range(5):
            record(session, None, DutyAdded(number, 7012))
    session.commit()
    wish = Wish(thing=("post", 7012))
    assert actions.export(session, auditor, wish, clock.now(), most=3) == 3
    pieces = queries.to_export(session, wish, 3, clock.now())
    assert [row.details["duty_id"] for rows in pieces for row in rows] == [4, 3, 2]
    assert actions.export(session, auditor, wish, NOON) == 0, "entries of that very moment may still come"


def test_nobody_else_takes_it_away(session: Session) -> None:
    person = make.person(session)
    for deed in (
        lambda: actions.export(session, person, Wish(), clock.now()),
        lambda: actions.note_search(session, person, Wish(actor_id=1)),
        lambda: actions.ask_verification(session, person),
    ):
        with pytest.raises(Denied):
            deed()
    assert session.query(AuditEntry).filter(AuditEntry.actor_id == person.id).count() == 0
