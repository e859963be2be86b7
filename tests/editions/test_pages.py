"""The pages for everybody: what happens now and next, projects, the calendar feed; drafts are nobody's."""

import io
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core import clock, share_pictures
from govapp.core.files.kinds import Kind, Upload
from govapp.core.key_folder import KeyFolder
from govapp.editions.actions import planning, projects
from govapp.editions.actions.planning import Details
from govapp.editions.actions.projects import Picture
from govapp.editions.models import Binding, Edition, Eligibility, PhaseKind
from govapp.editions.rules import calendar
from govapp.editions.rules.calendar import Span
from govapp.editions.views import story
from tests import make, statements
from tests.ballotbox import boxes
from tests.editions import planned
from tests.editions.planned import BAHT, draft


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


@pytest.fixture
def made(session: Session, officer: User) -> Edition:
    drafts = [
        draft("1", title="ทางลาดหน้าตลาด", categories=("คนพิการ", "ถนน"), description="ลาดไม่ชัน"),
        draft("2", title="ห้องสมุดเด็ก", categories=("เด็ก",), place="วัดเหนือ"),
        draft("3", title="ศาลาริมน้ำ", description="มีที่นั่ง", translations={"en": {"title": "Pavilion"}}),
    ]
    return planned.edition(session, officer, drafts=drafts, languages=["th", "en"])


def test_a_draft_is_seen_by_nobody_but_those_who_plan_it(
    client: FlaskClient, session: Session, officer: User
) -> None:
    draft_ = planned.edition(session, officer, is_published=False)
    paths = [f"/editions/{draft_.id}{more}" for more in ("", "/projects/1", "/calendar.ics")]
    assert [client.get(path).status_code for path in paths] == [404] * 3
    assert draft_.title not in text(client, "/editions")
    make.enter(client, session, officer)
    assert [client.get(path).status_code for path in paths] == [200] * 3


def test_the_page_moves_on_by_the_clock(client: FlaskClient, made: Edition) -> None:
    vote = calendar.of_kind(made.phases, PhaseKind.VOTE)
    assert vote is not None
    path = f"/editions/{made.id}"
    assert "Now: Getting to know the projects" in text(client, path)
    assert "Next: Voting" in text(client, path)
    with clock.stopped(vote.starts_at):
        assert "the ballot box is not open yet" in text(client, path)
    with clock.stopped(vote.ends_at):
        assert "Now: Objections" in text(client, path)
    with clock.stopped(vote.ends_at + timedelta(days=9)):
        assert "This round is over" in text(client, path)
        assert "Earlier rounds" in text(client, "/editions")


def test_while_the_box_takes_ballots_the_page_leads_there(
    client: FlaskClient, session: Session, officer: User, keys: KeyFolder, made: Edition
) -> None:
    boxes.open_for_votes(planned.ready(session, officer, made, keys))
    session.commit()
    assert f"/editions/{made.id}/vote" not in text(client, f"/editions/{made.id}")
    vote = calendar.of_kind(made.phases, PhaseKind.VOTE)
    assert vote is not None
    with clock.stopped(vote.starts_at):
        assert f'href="/editions/{made.id}/vote"' in text(client, f"/editions/{made.id}")


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ("2026-12-15T17:00Z", "2026-12-30T17:00Z", "16–30 Dec 2026"),
        ("2026-12-13T09:00Z", "2026-12-16T09:00Z", "13 Dec 2026, 16:00 – 16 Dec 2026, 16:00"),
        ("2026-12-13T09:00Z", "2026-12-16T17:00Z", "13 Dec 2026, 16:00 – 16 Dec 2026"),
        ("2026-12-16T09:00Z", "2026-12-16T17:00Z", "16 Dec 2026, 16:00–24:00"),
        ("2026-12-15T17:00Z", "2026-12-16T09:00Z", "16 Dec 2026, 00:00–16:00"),
        ("2026-12-15T17:00Z", "2026-12-16T17:00Z", "16 Dec 2026"),
    ],
)
def test_a_time_says_no_day_twice(app: Flask, starts: str, ends: str, said: str) -> None:
    span = Span(PhaseKind.OPENING, datetime.fromisoformat(starts), datetime.fromisoformat(ends))
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert story.when(span).replace("\u00a0", " ") == said


def test_it_says_what_binds_who_votes_and_how_it_is_counted(client: FlaskClient, made: Edition) -> None:
    page = text(client, f"/editions/{made.id}")
    words = ("The council decides with reasons", "Everybody of 16 years", "Equal Shares", "A lot decides")
    assert [each for each in words if each not in page] == []


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("", {"1", "2", "3"}),
        ("q=ทางลาด", {"1"}),
        ("q=วัดเหนือ", {"2"}),
        ("category=เด็ก", {"2"}),
        ("category=ถนน&q=ลาด", {"1"}),
        ("q=ไม่มีเลย", set()),
        ("district=ไม่มีเลย", set()),
    ],
)
def test_projects_are_searched_and_filtered(
    client: FlaskClient, made: Edition, wish: str, found: set[str]
) -> None:
    page = client.get(f"/editions/{made.id}?{wish}", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert {code for code in "123" if f"/projects/{code}" in page} == found
    assert ("No project fits this search" in page) == (not found)


def test_what_is_not_translated_is_told_in_thai_and_marked_so(
    client: FlaskClient, session: Session, officer: User, made: Edition
) -> None:
    path = f"/editions/{made.id}"
    translations = {"en": {"title": "Our budget 2570", "description": "What it is about."}}
    details = Details("งบ", "เรื่อง", 2570, Binding.ADVISORY, "", Eligibility.RESIDENTS_16, "", translations)
    assert f'<h1 lang="th">{made.title}</h1>' in text(client, path)
    planning.change_details(session, officer, made.id, details)
    session.commit()
    for page in (path, "/editions", "/", f"{path}/projects/3", f"{path}/calendar.ics", f"{path}/how-to-vote"):
        assert "Our budget 2570" in text(client, page), page
    page = text(client, path)
    assert ">Pavilion</a>" in page
    assert '<p class="about" lang="th">มีที่นั่ง</p>' in page
    assert '<span lang="th">วัดเหนือ</span>' in page
    assert '<option value="เด็ก" lang="th">เด็ก</option>' in page
    client.set_cookie("language", "th")
    page = text(client, path)
    assert "Our budget" not in page
    assert "<h1>งบ</h1>" in page
    assert ">ศาลาริมน้ำ</a>" in page
    client.set_cookie("language", "en")
    made.languages = ["th"]  # what was typed in is kept, and not shown
    session.commit()
    assert "Our budget" not in text(client, path)


def test_kinds_are_chosen_by_their_name_in_the_readers_language(
    client: FlaskClient, session: Session, officer: User, made: Edition
) -> None:
    translations = {"en": {"title": "Ramp", "categories": ["Access", "Roads"]}}
    projects.change(
        session,
        officer,
        made.id,
        "1",
        draft("1", categories=("คนพิการ", "ถนน"), translations=translations),
        Picture(),
    )
    projects.add(session, officer, made.id, draft("4", categories=("ถนน",)), Picture())
    session.commit()
    page = text(client, f"/editions/{made.id}?category=ถนน&q=access")
    assert '<option value="ถนน" selected>Roads</option>' in page
    assert '<option value="คนพิการ">Access</option>' in page
    assert "1 of 4 projects" in page


def test_a_project_has_a_page_in_the_readers_language(client: FlaskClient, made: Edition) -> None:
    assert "Pavilion" in text(client, f"/editions/{made.id}/projects/3")
    page = text(client, f"/editions/{made.id}/projects/1")
    assert "ทางลาดหน้าตลาด" in page
    assert "30% of the budget" in page
    assert client.get(f"/editions/{made.id}/projects/99").status_code == 404
    assert client.get(f"/editions/{made.id}/projects/1/picture").status_code == 404


def test_pictures_are_shown_small_and_large(
    client: FlaskClient, session: Session, officer: User, made: Edition
) -> None:
    upload = Upload(
        Kind.PNG, make.png(), thumbnail=b"\xff\xd8\xff small", width_px=8, height_px=8, name="a.png"
    )
    projects.change(session, officer, made.id, "1", draft("1"), Picture("ทางลาด", upload))
    session.commit()
    where = f"/editions/{made.id}/projects/1/picture"
    assert client.get(where).data == make.png()
    assert client.get(f"{where}?small=1").data == b"\xff\xd8\xff small"
    assert 'alt="ทางลาด"' in text(client, f"/editions/{made.id}")


def test_called_off_it_says_why(client: FlaskClient, session: Session, officer: User, made: Edition) -> None:
    feed = f"/editions/{made.id}/calendar.ics"
    assert "BEGIN:VEVENT" in text(client, feed)
    planning.call_off(session, officer, made.id, "งบประมาณถูกตัด")
    session.commit()
    assert "งบประมาณถูกตัด" in text(client, f"/editions/{made.id}")
    assert "BEGIN:VEVENT" not in text(client, feed)
    assert "Earlier rounds" in text(client, "/editions")


def test_lessons_stand_beside_past_rounds(
    client: FlaskClient, session: Session, officer: User, made: Edition
) -> None:
    planning.write_lessons(session, officer, made.id, "เริ่มให้เร็วขึ้น")
    session.commit()
    with clock.stopped(clock.now() + timedelta(days=99)):
        assert "เริ่มให้เร็วขึ้น" in text(client, "/editions")


def test_the_feed_keeps_its_names_when_dates_move(
    client: FlaskClient, session: Session, officer: User, made: Edition
) -> None:
    before = text(client, f"/editions/{made.id}/calendar.ics")
    planning.change_calendar(session, officer, made.id, planned.spans(timedelta(days=11)))
    session.commit()
    after = text(client, f"/editions/{made.id}/calendar.ics")
    names = [line for line in before.splitlines() if line.startswith("UID:")]
    assert len(set(names)) == 4
    assert names == [line for line in after.splitlines() if line.startswith("UID:")]
    begins = [[line for line in feed.splitlines() if line.startswith("DTSTART;")] for feed in (before, after)]
    assert begins[0] != begins[1]
    assert all(line.startswith("DTSTART;TZID=Asia/Bangkok:") for feed in begins for line in feed)


def test_the_feed_is_folded_and_escaped(client: FlaskClient, made: Edition, session: Session) -> None:
    made.title = "รอบ; งบ, " + "ก" * 90
    session.commit()
    feed = client.get(f"/editions/{made.id}/calendar.ics")
    assert feed.content_type == "text/calendar; charset=utf-8"
    lines = feed.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    whole = feed.get_data(as_text=True).replace("\r\n ", "")
    assert "SUMMARY:Voting: รอบ\\; งบ\\, " + "ก" * 90 in whole
    assert (whole.count("BEGIN:VEVENT"), whole.count("END:VEVENT")) == (4, 4)


def test_as_many_questions_for_many_projects_and_editions(
    client: FlaskClient, session: Session, officer: User, made: Edition
) -> None:
    paths = [f"/editions/{made.id}", f"/editions/{made.id}/projects/1", "/editions", "/"]
    in_vote = clock.now() + timedelta(days=12)
    with clock.stopped(in_vote):
        before = [statements.of_page(session, client, path) for path in paths]
    many = [draft(str(number)) for number in range(10, 40)]
    projects.bring_in(session, officer, made.id, many, "0" * 64)
    planning.change_money(session, officer, made.id, {"": BAHT, "N": BAHT, "S": BAHT})
    for _ in range(3):
        planned.edition(session, officer)
    session.commit()
    with clock.stopped(in_vote):
        assert [statements.of_page(session, client, path) for path in paths] == before
    assert max(before) <= 9


@pytest.mark.parametrize("more", ["", "/projects/1"])
def test_a_shared_link_has_a_picture(client: FlaskClient, made: Edition, more: str) -> None:
    where = f"/editions/{made.id}{more}/share.png"
    assert f'property="og:image" content="http://localhost{where}"' in text(
        client, f"/editions/{made.id}{more}"
    )
    with Image.open(io.BytesIO(client.get(where).data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        colours = picture.getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 10  # letters, not only paper


@pytest.mark.parametrize(
    "title", ["", "x", "ก" * 500, "Long words " * 60, "ทางลาดเพื่อทุกคน " * 30, "ปี 2571 = 12%"]
)
def test_any_title_fits_into_the_picture(title: str) -> None:
    size, lines = share_pictures._fitted(title)
    assert len(lines) <= share_pictures.MOST_LINES
    assert share_pictures.draw("", title, title, "").startswith(b"\x89PNG")
    assert all(share_pictures._length(line, size) <= share_pictures.ROOM for line in lines)
