"""The log on its pages: who did what to which thing, searched and turned over, on both databases."""

import re
from datetime import date, datetime, time, timedelta
from urllib.parse import unquote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from govapp.accounts.events.people import SignedIn, SignedUp
from govapp.accounts.events.posts import DutyAdded, GrantConfirmed, GrantEnded
from govapp.accounts.models import User
from govapp.areas.models import AreaKind
from govapp.core import clock, dates, language
from govapp.core.audit import AuditEntry, record, seal
from govapp.portal import wording
from govapp.portal.queries import audit as log_queries
from tests import make
from tests.forms import send
from tests.portal import log
from tests.statements import noted

NOON = dates.from_local(date(2026, 10, 22), time(12))
FIELDS = {"first": "", "last": "", "event": "", "person": "", "thing": "", "words": ""}


@pytest.fixture
def reader(app: Flask, session: Session) -> FlaskClient:
    return log.reader(app, session, log.auditor(session))


@pytest.fixture
def malee(session: Session) -> User:
    return make.user(session, "malee@example.org", given_name="มาลี", family_name="สมมติ")


def write(session: Session, *told: object, actor: User | None = None, at: datetime = NOON) -> list[int]:
    """The numbers of their entries; nobody reacts, for what they speak of is not there."""
    reactions, session.info["reactions"] = session.info["reactions"], {}
    with clock.stopped(at):
        for event in told:
            record(session, actor.id if actor else None, event)
    session.info["reactions"] = reactions
    session.commit()
    return [entry.id for entry in session.query(AuditEntry).order_by(AuditEntry.id.desc()).limit(len(told))][
        ::-1
    ]


def search(client: FlaskClient, **typed: str) -> str:
    """Where the form leads."""
    answer = send(client, "/audit", **FIELDS | typed)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def rows(page: str) -> list[str]:
    """What each row tells, newest first."""
    return re.findall(r'<th scope="row"><a href="/audit/\d+">(.*?)</a>', page)


def test_a_row_says_who_did_what_when(reader: FlaskClient, session: Session, malee: User) -> None:
    (number,) = write(session, GrantConfirmed(5, 7012, 3), actor=malee)
    page = log.body(reader, "/audit?from=2026-10-22&to=2026-10-22")
    assert rows(page) == ["Confirmed grant 5: user 3 holds post 7012"]
    assert "มาลี สมมติ" in page
    assert f"(user {malee.id})" in page
    assert "22 Oct 2026, 12:00" in page
    malee.given_name, malee.closed_at = "", clock.now()
    malee.title = malee.family_name = malee.password_hash = ""
    malee.email = None
    session.commit()
    assert "Closed account" in log.body(reader, f"/audit/{number}")


def test_nobody_and_the_server_are_told_apart(reader: FlaskClient, session: Session) -> None:
    write(session, SignedUp(9), GrantConfirmed(5, 7012, 3))
    page = log.body(reader, "/audit?from=2026-10-22&to=2026-10-22")
    assert re.findall(r"<span>(a visitor|the site&#39;s server)</span>", page) == [
        "the site&#39;s server",
        "a visitor",
    ]


def test_days_are_typed_as_people_write_them_and_are_days_in_bangkok(
    reader: FlaskClient, session: Session
) -> None:
    midnight = dates.from_local(date(2026, 10, 22), time())
    for number, at in enumerate((midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23))):
        write(session, DutyAdded(number, 1), at=at)
    write(session, DutyAdded(3, 1), at=midnight + timedelta(days=1))
    where = search(reader, first="22 ต.ค. 2569", last="๒๒/๑๐/๒๕๖๙")
    assert where == "/audit?from=2026-10-22&to=2026-10-22"
    page = log.body(reader, where)
    assert rows(page) == ["Wrote down duty 2 of post 1", "Wrote down duty 1 of post 1"]
    assert 'value="22 Oct 2026"' in page, "what was wished for stands in the form"


def test_kinds_things_and_words(reader: FlaskClient, session: Session) -> None:
    write(session, DutyAdded(1, 7012), GrantEnded(5, 7012, 3), DutyAdded(2, 7013))
    by_kind = log.body(reader, search(reader, event="GrantEnded"))
    assert rows(by_kind) == ["Ended grant 5 of post 7012 to user 3 before its time"]
    with language.use("th"):
        in_thai = wording.thing("post", 7012)
    for typed in ("post 7012", "post7012", in_thai, "Post-๗๐๑๒"):
        assert search(reader, thing=typed) == "/audit?object=post-7012", typed
    assert len(rows(log.body(reader, "/audit?object=post-7012"))) == 2
    by_words = log.body(reader, search(reader, words="before its time"))
    assert rows(by_words) == rows(by_kind)
    everything = search(reader, thing="post 7012", words="duty", event="DutyAdded", first="1/1/2569")
    assert rows(log.body(reader, everything)) == ["Wrote down duty 1 of post 7012"]
    assert "No entry fits this search" in log.body(reader, search(reader, words="elephant"))


@pytest.mark.parametrize("typed", ["malee@example.org", " MALEE@example.org ", "{id}"])
def test_a_person_is_looked_for_by_number_and_the_log_says_so(
    reader: FlaskClient, session: Session, malee: User, typed: str
) -> None:
    write(session, SignedIn(malee.id), actor=malee)
    where = search(reader, person=typed.format(id=malee.id))
    assert where == f"/audit?actor={malee.id}"
    assert log.events(session, "LogSearched") == [{"user_id": malee.id}]
    page = log.body(reader, where)
    assert rows(page) == ["Signed in with the password"]
    assert "malee@example.org" not in page


def test_no_way_around_writing_a_search_for_a_person_down(
    app: Flask, reader: FlaskClient, session: Session, malee: User
) -> None:
    write(session, SignedIn(malee.id), actor=malee)
    for where in (f"/audit?actor={malee.id}", f"/audit?object=user-{malee.id}"):
        page = log.body(reader, where)
        assert rows(page) == []
        assert "Search, and write it down" in page
        assert reader.get(where.replace("/audit", "/audit/export")).location == where
    assert log.events(session, "LogSearched") == []
    assert search(reader, thing=f"user {malee.id}") == f"/audit?object=user-{malee.id}"
    assert len(rows(log.body(reader, f"/audit?object=user-{malee.id}"))) == 2, "with the search itself"
    assert rows(log.body(reader, f"/audit?actor={malee.id}"))
    other = log.reader(app, session, log.auditor(session, "other@example.org"))
    assert rows(log.body(other, f"/audit?actor={malee.id}")) == [], "another reader's word is not one's own"


def test_a_search_is_written_down_anew_after_an_hour(
    reader: FlaskClient, session: Session, malee: User
) -> None:
    search(reader, person=str(malee.id))
    (searched,) = session.query(AuditEntry).filter_by(event="LogSearched")
    searcher = searched.actor_id
    assert log_queries.is_noted(session, searcher, [malee.id])
    assert not log_queries.is_noted(session, searcher, [malee.id, 999])
    assert not log_queries.is_noted(session, 999, [malee.id])
    with clock.stopped(searched.at + log_queries.SEARCH_LASTS):
        assert not log_queries.is_noted(session, searcher, [malee.id])


def test_the_page_that_asks_sends_the_same_wish(reader: FlaskClient, session: Session, malee: User) -> None:
    where = f"/audit?from=2026-10-22&event=SignedIn&actor={malee.id}&object=post-7012&words=signed"
    page = log.body(reader, where)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = reader.post("/audit", data=hidden)
    assert unquote_plus(answer.location) == where


def test_what_was_typed_wrong_is_told_and_stays(reader: FlaskClient, session: Session) -> None:
    typed = {
        "first": "32/1/2569",
        "person": "nobody@example.org",
        "thing": "elephant 3",
        "words": "kept",
        "event": "GrantEnded",
    }
    answer = send(reader, "/audit", **FIELDS | typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Mend 3 things" in page
    assert all(f'value="{value}"' in page for value in typed.values())
    assert log.events(session, "LogSearched") == []
    backwards = send(reader, "/audit", **FIELDS | {"first": "2/1/2569", "last": "1/1/2569"})
    assert "must not be before the first" in backwards.get_data(as_text=True)
    assert send(reader, "/audit", **FIELDS | {"colour": "blue"}).status_code == 400


def test_pages_follow_each_other_without_gap_or_double(reader: FlaskClient, session: Session) -> None:
    write(session, *(DutyAdded(number, 7012) for number in range(120)))  # all at one moment
    seen: list[str] = []
    where = "/audit?object=post-7012"
    while where:
        page = log.body(reader, where)
        seen += rows(page)
        older = re.search(r'<a href="([^"]+)" rel="next">', page)
        where = older[1].replace("&amp;", "&") if older else ""
        write(session, DutyAdded(999, 7012), at=clock.now())  # what comes meanwhile changes nothing behind
    assert seen == [f"Wrote down duty {number} of post 7012" for number in reversed(range(120))]
    assert "Newest entries" in page


def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(reader: FlaskClient, session: Session) -> None:
    people = [make.user(session, f"{number}@example.org") for number in range(20)]
    write(session, DutyAdded(1, 7011), actor=people[0])
    for person in people:
        write(session, DutyAdded(1, 7012), DutyAdded(1, 7012), actor=person)
    counts = []
    reader.get("/audit")  # the first page of an app asks whether it is a demonstration
    for where in ("/audit?object=post-7011", "/audit?object=post-7012", "/audit?from=2026-10-22"):
        session.expire_all()
        with noted(session) as sent:
            log.body(reader, where)
        assert len([statement for statement in sent if "FROM audit_entries" in statement]) <= 1
        counts.append(len(sent))
    assert set(counts) == {8}


def test_an_entry_is_shown_whole_with_its_seal(reader: FlaskClient, session: Session, malee: User) -> None:
    (number,) = write(session, GrantConfirmed(5, 7012, 3), actor=malee)
    waiting = log.body(reader, f"/audit/{number}")
    assert "Confirmed grant 5: user 3 holds post 7012" in waiting
    assert "waits for its seal" in waiting
    assert f"/audit?actor={malee.id}" in waiting
    assert "/audit?object=post-7012" in waiting
    assert "2026-10-22T05:00:00.000000Z" in waiting
    seal(session)
    session.commit()
    sealed = log.body(reader, f"/audit/{number}")
    assert "Fits" in sealed
    assert re.search(r"\d+ of \d+", sealed)
    assert len(re.findall(r"<code>[0-9a-f]{64}</code>", sealed)) == 2
    assert reader.get("/audit/999999999").status_code == 404


@pytest.mark.parametrize("query", ["actor=x", "event=x", "object=x", "from=x", "to=x"])
def test_an_address_that_makes_no_sense_shows_nothing_else(reader: FlaskClient, query: str) -> None:
    assert "does not have" in log.body(reader, f"/audit?{query}", 422)
    assert reader.get(f"/audit/export?{query}").status_code == 422


@pytest.mark.parametrize("query", ["before=x", "before=999999999", "before=0", "words=%25(x)s", "words=%ff"])
def test_no_address_is_an_accident(reader: FlaskClient, query: str) -> None:
    assert reader.get(f"/audit?{query}").status_code == 200


def test_auditors_of_an_area_are_told_who_reads_the_log(app: Flask, session: Session) -> None:
    country = log.country(session)
    province = make.area(session, "x-1", kind=AreaKind.PROVINCE, parent=country)
    client = log.reader(app, session, log.auditor(session, place=province))
    assert "read by auditors of the whole country" in log.body(client, "/audit", 403)
    desk = log.body(client, "/desk")
    assert "boxes and rounds of your area" in desk
    assert 'href="/audit' not in desk


def test_auditors_of_the_country_come_to_it_from_their_desk(reader: FlaskClient) -> None:
    desk = log.body(reader, "/desk")
    assert 'href="/audit"' in desk
    assert 'href="/audit/chain"' in desk
    assert "boxes and rounds of your area" not in desk
