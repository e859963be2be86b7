"""The pages on which an officer plans: nothing typed is lost, mistakes say how they are mended."""

import html
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.ballotbox.actions import closing
from govapp.core import clock, dates
from govapp.core.jobs import work_all
from govapp.core.key_folder import KeyFolder
from govapp.editions import queries, rules
from govapp.editions.actions import planning
from govapp.editions.models import Edition, Stage
from govapp.editions.queries import due
from govapp.rolls import actions as rolls
from tests import make, statements
from tests.ballotbox import boxes
from tests.core import samples
from tests.editions import planned

DAY = timedelta(days=1)
PROJECT = {"title": "x", "cost": "5", "district": ""}


@pytest.fixture
def desk(client: FlaskClient, session: Session, officer: User) -> FlaskClient:
    """The officer's browser."""
    make.enter(client, session, officer)
    return client


def said(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def day(ahead: int) -> str:
    return dates.short_date(clock.now() + ahead * DAY).replace("\u00a0", " ")


def send(desk: FlaskClient, path: str, **typed: Any) -> Any:
    return make.post(desk, path, **typed)


def test_called_off_nothing_is_left_to_do(desk: FlaskClient, session: Session, officer: User) -> None:
    plan = f"/editions/{planned.edition(session, officer).id}/plan"
    left = ("Still missing before voting", "Call the round off")
    assert [words in said(desk.get(plan)) for words in left] == [True, True]
    send(desk, f"{plan}/call-off", reason="งบประมาณถูกตัด")
    seen = said(desk.get(plan))
    assert [words in seen for words in ("งบประมาณถูกตัด", *left)] == [True, False, False]
    money = said(desk.get(f"{plan}/money"))
    assert ("nothing here can be changed" in money, "Write it down" in money) == (True, False)


def test_from_nothing_to_a_published_round(desk: FlaskClient, session: Session, officer: User) -> None:
    post = planned.post_of(officer)
    begun = send(desk, "/editions/new", post=post.id, title="รอบแรก", fiscal_year_be="๒๕๗๐", begin="nothing")
    (edition,) = session.scalars(select(Edition)).all()
    plan = f"/editions/{edition.id}/plan"
    assert (begun.status_code, begun.location) == (303, plan)
    send(desk, f"{plan}/money", how="districts", districts="เหนือ, 1,000,000\nใต้\t๕๐๐,๐๐๐ บาท\nเขต 1 200000")
    vote, opening = (day(5), "8.00", day(9), "16.00"), (day(10), "", day(10), "")
    answer = send(desk, f"{plan}/calendar", **times(vote=vote, opening=opening))
    assert answer.status_code == 303
    project = {
        "title": "ทางลาด",
        "cost": "1,500.-",
        "code": "1",
        "district": "เหนือ",
        "categories": "ถนน, เด็ก",
    }
    assert send(desk, f"{plan}/projects/new", **project).status_code == 303
    checked = said(desk.get(f"{plan}/publish"))
    assert "เหนือ 1,000,000" in checked
    assert send(desk, f"{plan}/publish").location == plan
    session.expire_all()
    assert edition.stage is Stage.PUBLISHED
    assert {each.district: each.budget_satang for each in edition.envelopes} == {
        "เหนือ": 100_000_000,
        "ใต้": 50_000_000,
        "เขต 1": 20_000_000,
    }
    assert queries.project(session, edition.id, "1").cost_satang == 150_000
    tasks = said(desk.get(plan))
    assert "“ใต้” has a budget, but no project." in tasks
    assert "Nobody is on the roll yet." in tasks


def times(**given: tuple[str, str, str, str]) -> dict[str, str]:
    parts = ("first_day", "first_time", "last_day", "last_time")
    return {
        f"{kind}_{part}": value
        for kind, values in given.items()
        for part, value in zip(parts, values, strict=True)
    }


@pytest.mark.parametrize(
    ("page", "typed", "words"),
    [
        ("details", {"title": "", "fiscal_year_be": "2570"}, "Give the round a name"),
        ("details", {"title": "x", "fiscal_year_be": "70"}, "Write the year in four figures"),
        ("details", {"title": "x", "binding": "binding"}, "Write down the resolution"),
        ("details", {"title": "x", "eligibility": "own"}, "Write down who may vote"),
        ("money", {"how": "whole", "budget": ""}, "Enter the budget in baht"),
        ("money", {"how": "whole", "budget": "-5"}, "less than nothing"),
        ("money", {"how": "whole", "budget": "ห้าล้าน"}, "is not a number"),
        ("money", {"how": "districts", "districts": "เหนือ"}, "Line 1: write the name"),
        ("money", {"how": "districts", "districts": "ก, 5\nก, 6"}, "English name stands here twice"),
        ("money", {"how": "districts", "districts": ""}, "Enter 1 to 100 districts"),
        (
            "money",
            {"how": "districts", "districts": "ก = North, 5\nข = North, 6"},
            "English name stands here twice",
        ),
        ("money", {"how": "districts", "districts": "ตำบล ก\tหมู่ที่ 1\t5"}, "Line 1: the English name is"),
        ("money", {"how": "districts", "districts": f"ก = {'N' * 101}, 5"}, "longer than 100 letters"),
        ("money", {"how": "districts", "districts": f"ก{' = a' * 4_000}, 5"}, "longer than 100"),
        ("ballot", {"kind": "approval", "least": "5", "most": "3"}, "cannot be smaller than the least"),
        ("ballot", {"kind": "ordinal", "preset": "phragmen"}, "does not suit the kind"),
        ("ballot", {"kind": "cumulative", "most_points": ""}, "Enter how many points"),
        ("ballot", {"kind": "scoring", "most_points": "5", "sum_points": "3"}, "cannot be fewer"),
        ("ballot", {"preset": "most-votes", "threshold": "5"}, "“Most votes first” has no “Votes that a"),
        ("ballot", {"preset": "threshold", "increment": "5"}, "raises the share of a voter”: leave it empty"),
        ("ballot", {"preset": "threshold", "threshold": ""}, "Enter how many votes a project needs"),
        ("ballot", {"preset": "threshold", "threshold": "0"}, "Enter a number from 1 to 1,000,000."),
        ("ballot", {"preset": "threshold", "threshold": "ห้า"}, "is not a number"),
        ("ballot", {"preset": "threshold", "threshold_basis_points": ""}, "at least, or what share"),
        ("ballot", {"preset": "threshold", "threshold_basis_points": "0"}, "a percentage from 0.01 to 100."),
        ("ballot", {"preset": "threshold", "threshold_basis_points": "๑๐๐.๐๑ %"}, "from 0.01 to 100."),
        ("ballot", {"preset": "threshold", "threshold_basis_points": "ครึ่ง"}, "is not a number"),
        (
            "ballot",
            {"preset": "most-votes", "threshold_basis_points": "5"},
            "must be chosen”: leave it empty",
        ),
        (
            "ballot",
            {"preset": "threshold", "threshold": "40", "threshold_basis_points": "5"},
            "Enter a number of votes or a share, not both",
        ),
        (
            "ballot",
            {"kind": "scoring", "preset": "threshold", "threshold_basis_points": "5"},
            "A share is for ballots without points or ranks: enter how many points instead.",
        ),
        ("ballot", {"preset": "equal-shares", "increment": "0"}, "Enter an amount from 0.01"),
        ("calendar", times(vote=("99 เมษา", "", "", "")), "Write a date such as"),
        ("calendar", times(vote=("", "", "5 ม.ค. 2570", "")), "Enter on which day it begins"),
        ("calendar", times(vote=("5 ม.ค. 2570", "", "", "")), "Enter on which day the last phase ends"),
        ("calendar", times(vote=("5 ม.ค. 2570", "", "4 ม.ค. 2570", "")), "the end must come after"),
        (
            "calendar",
            times(ideas=("5 ม.ค. 2570", "", "9 ม.ค. 2570", ""), vote=("8 ม.ค. 2570", "", "10 ม.ค. 2570", "")),
            "Voting must not begin before Ideas has ended",
        ),
        ("projects/new", {"title": "x", "cost": "0", "code": "8", "district": ""}, "more than 0 baht"),
        ("projects/new", {"title": "x", "cost": "5", "code": "a/b", "district": ""}, "Use only letters"),
        (
            "projects/new",
            {"title": "x", "cost": "5", "code": "1", "district": ""},
            "Another project has the number 1",
        ),
        (
            "projects/1",
            {"title": "x", "cost": "5", "code": "2", "district": ""},
            "Another project has the number 2",
        ),
        (
            "projects/1",
            PROJECT | {"code": "1", "categories": "ถนน, เด็ก", "categories_en": "Roads"},
            "Write as many kinds in English as in Thai",
        ),
        ("rehearsal", {"on": "invented", "voters": "5"}, "Enter a number from 10"),
        ("rehearsal", {"on": "past", "voters": "50"}, "There is no past round yet"),
    ],
)
def test_a_mistake_says_how_it_is_mended_and_nothing_is_lost(
    desk: FlaskClient, session: Session, officer: User, page: str, typed: dict[str, str], words: str
) -> None:
    edition = planned.edition(session, officer)
    before = edition.title, len(edition.phases)
    answer = send(desk, f"/editions/{edition.id}/plan/{page}", **typed)
    assert answer.status_code == 422
    assert words in said(answer)
    for value in typed.values():
        assert html.unescape(value) in said(answer)
    session.rollback()
    session.expire_all()
    assert (edition.title, len(edition.phases)) == before


@pytest.mark.parametrize(
    ("line", "name", "english", "satang"),
    [
        ("เขตเหนือ = North, 500,000", "เขตเหนือ", "North", 500_000_00),
        ("เขตเหนือ\tNorth bank, old town\t๕๐๐๐๐๐", "เขตเหนือ", "North bank, old town", 500_000_00),
        ("หมู่ 1 = Village 1 700.50 บาท", "หมู่ 1", "Village 1", 700_50),
        ("เขตเหนือ = 500,000", "เขตเหนือ", "", 500_000_00),  # money is never taken for a name
        ("เขตเหนือ =, 500", "เขตเหนือ", "", 500_00),
        ("เขต ก, ข: 500", "เขต ก, ข", "", 500_00),
        ("  เขต   ก  =  North \u00a0 bank , 500", "เขต ก", "North bank", 500_00),
        ("เขต ก \t\t 500", "เขต ก", "", 500_00),
    ],
)
def test_a_district_has_its_english_name_beside_the_thai_one(
    desk: FlaskClient, session: Session, officer: User, line: str, name: str, english: str, satang: int
) -> None:
    edition = planned.edition(session, officer, languages=["th", "en"], is_published=False)
    path = f"/editions/{edition.id}/plan/money"
    assert send(desk, path, how="districts", districts=line).status_code == 303
    session.expire_all()
    assert edition.budgets == {name: satang}
    assert edition.translations == ({"en": {"districts": {name: english}}} if english else {})
    field = html.unescape(desk.get(path).get_data(as_text=True))
    assert (f"{name} = {english}, " in field) == bool(english)
    plan = desk.get(f"/editions/{edition.id}/plan").get_data(as_text=True)
    assert (f"Districts without a name in English: {name}." in plan) == (not english)


def test_names_of_districts_and_other_words_are_typed_apart(
    desk: FlaskClient, session: Session, officer: User
) -> None:
    edition = planned.edition(session, officer, is_published=False)
    plan = f"/editions/{edition.id}/plan"
    words = {"title_en": "Round", "resolution_en": "Resolution 7", "eligibility_words_en": "Also guests"}
    details = {"title": "รอบ", "fiscal_year_be": "2570", "binding": "reasoned", "eligibility": "residents-16"}
    send(desk, f"{plan}/money", how="districts", districts="เหนือ = North, 5\nใต้ = South, 6")
    send(desk, f"{plan}/details", **details, **words)
    session.expire_all()
    told = {"title": "Round", "resolution": "Resolution 7", "eligibility_words": "Also guests"}
    assert edition.translations == {"en": told | {"districts": {"เหนือ": "North", "ใต้": "South"}}}
    send(desk, f"{plan}/money", how="districts", districts="เหนือ = North, 5")
    session.expire_all()
    assert edition.translations == {"en": told | {"districts": {"เหนือ": "North"}}}
    copied = planning.copy(session, officer, planned.post_of(officer), edition.id, "ปีหน้า", 2571)
    assert copied.translations == {"en": {"eligibility_words": "Also guests", "districts": {"เหนือ": "North"}}}


def test_the_numbers_of_the_rule_are_typed_and_said(
    app: Flask, desk: FlaskClient, session: Session, officer: User, keys: KeyFolder
) -> None:
    edition = planned.edition(session, officer)
    plan = f"/editions/{edition.id}/plan"
    typed = {"kind": "approval", "least": "1", "most": "3", "openings": "public"}
    assert send(desk, f"{plan}/ballot", **typed, preset="threshold", threshold="๑,๒๐๐").status_code == 303
    session.expire_all()
    assert edition.rule == rules.counting_rule("threshold", {"threshold": 1200})
    assert 'value="1200"' in said(desk.get(f"{plan}/ballot"))
    words = "A project needs at least 1,200 votes."
    for page in (f"{plan}/publish", f"/editions/{edition.id}"):
        assert words in said(desk.get(page)), page
    planned.ready(session, officer, edition, keys)
    session.commit()
    assert "only 30 people are on the roll" in said(desk.get(plan))
    assert send(desk, f"{plan}/ballot", **typed, preset="equal-shares", increment="25.50").status_code == 303
    session.expire_all()
    assert (edition.rule["increment"], edition.rule["threshold"]) == (2550, 0)
    assert edition.box is not None
    assert edition.box.draft["contests"][""]["rule"] == edition.rule
    words = "the share of every voter by 25.50"
    assert words in said(desk.get(f"/editions/{edition.id}"))
    send(desk, f"{plan}/rehearsal", on="invented", voters="50")
    work_all(app.extensions["database"], app.extensions["tasks"])
    assert words in said(desk.get(f"{plan}/rehearsal"))
    send(desk, f"{plan}/ballot", **typed, preset="equal-shares", increment="7")
    page = said(desk.get(f"{plan}/rehearsal"))
    assert words in page
    assert "the rule of this round is another one by now" in page


def test_a_share_of_the_ballots_is_typed_said_and_copied(
    app: Flask, desk: FlaskClient, session: Session, officer: User
) -> None:
    edition, post_id = planned.edition(session, officer), planned.post_of(officer).id
    source, plan = edition.id, f"/editions/{edition.id}/plan"
    typed = {"kind": "approval", "least": "1", "most": "3", "openings": "public", "preset": "threshold"}
    forged = typed | {"preset": "no-such", "kind": "no-such", "threshold_basis_points": "5"}
    assert send(desk, f"{plan}/ballot", **forged).status_code == 422
    unread = said(send(desk, f"{plan}/ballot", **typed, threshold_basis_points="ครึ่ง"))
    assert "Mend one thing before going on" in unread
    assert send(desk, f"{plan}/ballot", **typed, threshold_basis_points="๒.๕ %").status_code == 303
    session.expire_all()
    assert edition.rule == rules.counting_rule("threshold", {"threshold_basis_points": 250})
    form = said(desk.get(f"{plan}/ballot"))
    assert 'name="threshold_basis_points" type="text" value="2.5"' in form
    words = "A project must be chosen on at least 2.5% of all ballots."
    for page in (f"{plan}/publish", f"/editions/{edition.id}"):
        assert words in said(desk.get(page)), page
    send(desk, f"{plan}/rehearsal", on="invented", voters="50")
    work_all(app.extensions["database"], app.extensions["tasks"])
    assert "2.5% of all ballots: here on 2 of 50." in said(desk.get(f"{plan}/rehearsal"))
    assert "perhaps none will be" not in said(desk.get(plan))
    send(desk, f"{plan}/ballot", **typed, threshold_basis_points="50")
    assert "on at least 50% of all ballots: perhaps none will be." in said(desk.get(plan))
    new = {"post": post_id, "title": "ปีหน้า", "fiscal_year_be": "2571", "begin": "copy", "source": source}
    begun = send(desk, "/editions/new", **new)
    assert 'value="50"' in said(desk.get(f"{begun.location}/ballot"))


def test_ballots_that_the_rule_cannot_count_are_not_rehearsed_on(
    desk: FlaskClient, session: Session, officer: User
) -> None:
    edition = planned.edition(session, officer)
    edition.rule = rules.counting_rule("threshold", {"threshold_basis_points": 250})
    ranked = make.round_(session, make.pb(vote_type="ordinal"))
    answer = send(desk, f"/editions/{edition.id}/plan/rehearsal", on="past", voters="50", round=ranked.id)
    assert answer.status_code == 422
    assert "cannot count ballots of that kind" in said(answer)
    assert queries.latest_rehearsal(session, edition) is None


def test_a_new_round_needs_what_it_begins_with(desk: FlaskClient, session: Session, officer: User) -> None:
    post, path = planned.post_of(officer), "/editions/new"
    typed = {"post": post.id, "title": "รอบ", "fiscal_year_be": "2570"}
    assert "Choose what to begin with" in said(send(desk, path, **typed))
    assert "Enter the day on which the round begins" in said(send(desk, path, **typed, begin="year"))
    assert send(desk, path, **typed, begin="year", first_day="1 ต.ค. 2569").status_code == 303
    (first,) = session.scalars(select(Edition)).all()
    copied = send(desk, path, **typed, begin="copy", source=first.id)
    session.expire_all()
    assert copied.status_code == 303
    assert session.scalars(select(Edition.copied_from_id).order_by(Edition.id)).all() == [None, first.id]


def bring(desk: FlaskClient, edition: Edition, content: bytes, name: str = "p.csv") -> Any:
    path = f"/editions/{edition.id}/plan/import"
    token = make.csrf(desk, path)
    return desk.post(path, data={"csrf_token": token, "file": (io.BytesIO(content), name)})


def test_a_file_is_taken_whole_or_not_at_all(desk: FlaskClient, session: Session, officer: User) -> None:
    edition = planned.edition(session, officer, codes=["1"])
    bad = bring(desk, edition, "รหัส,ชื่อโครงการ,งบประมาณ\n5,ดี,100\n6,แพง,ไม่รู้\n".encode())
    assert bad.status_code == 422
    assert "Nothing was brought in: one row must be mended." in said(bad)
    assert "“ไม่รู้” is not a number" in said(bad)
    assert [each.code for each in queries.projects(session, edition.id)] == ["1"]
    good = "รหัส,ชื่อโครงการ,งบประมาณ\n1,ใหม่,100\n6,หก,7\n".encode("cp874")
    assert bring(desk, edition, good).status_code == 303
    titles = {each.code: each.title for each in queries.projects(session, edition.id)}
    assert titles == {"1": "ใหม่", "6": "หก"}
    assert bring(desk, edition, make.pb(), "x.pb").status_code == 303
    assert len(queries.projects(session, edition.id)) == 6
    taken = desk.get(f"/editions/{edition.id}/plan/projects.csv")
    assert bring(desk, edition, taken.data).status_code == 303  # the table that was taken can be sent again


def test_what_a_file_has_no_column_for_stays(desk: FlaskClient, session: Session, officer: User) -> None:
    english = {"en": {"title": "Ramp", "place": "Pond", "categories": ["Roads"]}}
    whole = planned.draft(
        "1", description="เดิม", place="บึง", categories=("ถนน",), source="x", translations=english
    )
    edition = planned.edition(session, officer, drafts=[whole])
    assert bring(desk, edition, "รหัส,ชื่อโครงการ,งบประมาณ\n1,ใหม่,100\n".encode()).status_code == 303
    session.expire_all()
    found = queries.project(session, edition.id, "1")
    assert (found.title, found.cost_satang, found.description, found.source) == ("ใหม่", 10_000, "เดิม", "x")
    assert found.translations == english
    more = 'รหัส,ชื่อโครงการ,งบประมาณ,รายละเอียด,หมวด,title_en\n1,ใหม่,100,,"ถนน,เด็ก",New\n'
    assert bring(desk, edition, more.encode()).status_code == 303
    session.expire_all()
    assert (found.description, found.place, found.categories) == ("", "บึง", ["ถนน", "เด็ก"])
    assert found.translations == {"en": {"title": "New", "place": "Pond"}}


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 no zip", b"META\nkey;value\n", b"\0\0"])
def test_a_file_that_is_no_table(desk: FlaskClient, session: Session, officer: User, content: bytes) -> None:
    assert bring(desk, planned.edition(session, officer), content).status_code == 422


def test_once_voting_is_open_every_page_says_so_and_changes_nothing(
    desk: FlaskClient, session: Session, officer: User, keys: KeyFolder
) -> None:
    edition = planned.edition(session, officer)
    boxes.open_for_votes(planned.ready(session, officer, edition, keys))
    session.commit()
    plan = f"/editions/{edition.id}/plan"
    for page in "details money calendar ballot projects projects/new projects/1 import".split():
        assert "nothing here can be changed any more" in said(desk.get(f"{plan}/{page}")), page
    answer = send(desk, f"{plan}/money", how="whole", budget="7")
    assert answer.status_code == 422
    assert "cannot be changed any more" in said(answer)
    session.expire_all()
    assert edition.envelopes[0].budget_satang == 100_000
    assert f"/boxes/{edition.box_id}/run" in said(desk.get(plan))


def test_a_rehearsal_is_counted_by_a_worker(
    app: Flask, desk: FlaskClient, session: Session, officer: User
) -> None:
    edition = planned.edition(session, officer)
    path = f"/editions/{edition.id}/plan/rehearsal"
    assert send(desk, path, on="invented", voters="50").status_code == 303
    assert "of the work" in said(desk.get(path)) or "% done" in said(desk.get(path))
    work_all(app.extensions["database"], app.extensions["tasks"])
    session.expire_all()
    page = said(desk.get(path))
    assert "50 invented voters, seed" in page
    assert "rule of this round" in page
    past = make.round_(session)
    name = past.name
    assert send(desk, path, on="past", voters="50", round=past.id).status_code == 303
    work_all(app.extensions["database"], app.extensions["tasks"])
    session.expire_all()
    assert name in said(desk.get(path))


def test_what_waits_stands_on_the_desk(desk: FlaskClient, session: Session, officer: User) -> None:
    post = planned.post_of(officer)
    planned.edition(session, officer, is_published=False)
    planned.edition(session, officer)
    assert [matter.words for matter in due.due(session, post)] == [due.MAKE_READY, due.UNFINISHED]
    with clock.stopped(clock.now() + 99 * DAY):
        assert due.LESSONS in [matter.words for matter in due.due(session, post)]
    assert "รอบทดสอบ 2570" in said(desk.get("/desk"))


def test_as_many_questions_for_many_projects(desk: FlaskClient, session: Session, officer: User) -> None:
    few = planned.edition(session, officer, codes=["1"])
    many = planned.edition(session, officer, codes=[str(number) for number in range(1, 30)])
    for page in ("", "/projects", "/publish", "/rehearsal"):
        counts = {
            statements.of_page(session, desk, f"/editions/{each.id}/plan{page}") for each in (few, many)
        }
        assert len(counts) == 1, page
        assert max(counts) <= 16, page


def test_the_roll_is_made_and_its_numbers_are_seen(
    desk: FlaskClient, session: Session, officer: User, keys: KeyFolder
) -> None:
    edition = planned.edition(session, officer)
    path = f"/editions/{edition.id}/plan/voters"
    assert "Everybody of 16 years" in said(desk.get(path))
    assert send(desk, path).status_code == 303
    session.expire_all()
    assert edition.roll_id is not None
    assert "Nobody is on the roll yet." in said(desk.get(path))


def test_from_the_plan_to_the_ballot_box(
    desk: FlaskClient, session: Session, officer: User, keys: KeyFolder
) -> None:
    edition = planned.edition(session, officer)
    path = f"/editions/{edition.id}/plan/ready"
    assert "Before the vote can be opened" in said(desk.get(path))
    planned.fill(session, officer, edition, 30)
    assert "Before the vote can be opened" not in said(desk.get(path))
    answer = send(desk, path)
    session.expire_all()
    assert answer.location == f"/boxes/{edition.box_id}/run"
    assert edition.roll_id is not None
    rolls.reopen(session, officer, edition.roll_id)
    session.commit()
    voters = f"/editions/{edition.id}/plan/voters"
    assert "The roll was corrected" in said(desk.get(voters))
    assert send(desk, voters).status_code == 303
    assert "The roll was corrected" not in said(desk.get(voters))


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = f"""<workbook xmlns="{SHEETS}" xmlns:r="{samples.OFFICE}"><sheets>
<sheet name="a" sheetId="1" r:id="rs"/></sheets></workbook>"""


def sheet(*rows: tuple[str | int, ...]) -> bytes:
    """An Excel file with one sheet."""
    cells = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    parts = {
        "xl/workbook.xml": WORKBOOK,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEETS}"><sheetData>{cells}</sheetData></worksheet>',
    }
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    types = f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}"/>'
    return samples.xlsx(parts, types, samples.relation("worksheet", "worksheets/sheet1.xml", id_="rs"))


def cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def test_an_excel_file(desk: FlaskClient, session: Session, officer: User) -> None:
    edition = planned.edition(session, officer, codes=["1"])
    content = sheet(("รหัส", "ชื่อโครงการ", "งบประมาณ"), (7, "ทางลาด", 1500), ("ก-8", "ศาลา", "๒,๐๐๐"))
    answer = bring(desk, edition, content, "p.xlsx")
    assert answer.status_code == 303, said(answer)
    costs = {each.code: each.cost_satang for each in queries.projects(session, edition.id)}
    assert costs == {"1": 30_000, "7": 150_000, "ก-8": 200_000}


def test_a_draft_is_thrown_away_after_a_question(desk: FlaskClient, session: Session, officer: User) -> None:
    edition = planned.edition(session, officer, is_published=False)
    plan = f"/editions/{edition.id}/plan"
    assert f"{plan}/throw-away" in said(desk.get(plan))
    send(desk, f"{plan}/rehearsal", on="invented", voters="50")
    planned.fill(session, officer, edition, 7)
    page = said(desk.get(f"{plan}/throw-away"))
    assert ">3</dd>" in page
    assert ">7</dd>" in page
    assert send(desk, f"{plan}/throw-away").location == "/editions/mine"
    assert desk.get(plan).status_code == 404
    new = planned.edition(session, officer)  # SQLite gives it the number of the draft
    assert "of the work" not in said(desk.get(f"/editions/{new.id}/plan/rehearsal"))
    assert "% done" not in said(desk.get(f"/editions/{new.id}/plan/rehearsal"))
    assert "throw-away" not in said(desk.get(f"/editions/{new.id}/plan"))
    refused = send(desk, f"/editions/{new.id}/plan/throw-away")
    assert refused.status_code == 409
    assert "it can only be called off" in said(refused)


def test_the_roll_of_a_stopped_vote_is_taken_over_on_the_page_of_voters(
    desk: FlaskClient, session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer)
    site = planned.ready(session, officer, made, keys)
    path, roll_id = f"/editions/{made.id}/plan/voters", made.roll_id
    assert "Take the roll over" not in said(desk.get(path))
    closing.annul(session, officer, site.box_id, "สมมติ")
    session.commit()
    page = said(desk.get(path))
    assert "Access codes of the stopped vote open nothing any more" in page
    assert "Make an empty roll" in page
    assert send(desk, f"{path}/take-over", form_on=path).status_code == 303
    page = said(desk.get(path))
    assert "The roll is taken over" in page
    assert "People on the roll who may vote" in page
    assert (made.roll_id, rules.needs_roll(made)) == (roll_id, False)
    assert send(desk, f"/editions/{made.id}/plan/ready").status_code == 303
    assert made.box_id != site.box_id


MANY = [
    planned.draft("10", title="ค", description="x", categories=("ถนน",), cost_satang=30_000),
    planned.draft("9", title="ง", categories=("ถนน",), cost_satang=90_000),
    planned.draft("ก-2", title="ก", description="x", district="ไกล"),
    planned.draft("100", title="ข", translations={"en": {"title": "Bridge"}}),
]


@pytest.mark.parametrize(
    ("wish", "codes"),
    [
        ("", ["9", "10", "100", "ก-2"]),
        ("order=title", ["ก-2", "100", "10", "9"]),
        ("order=cost", ["9", "ก-2", "100", "10"]),
        ("order=latest", ["100", "ก-2", "9", "10"]),
        ("order=x&page=99", ["9", "10", "100", "ก-2"]),
        ("q=bridge", ["100"]),
        ("category=ถนน&order=title", ["10", "9"]),
        ("district=ไกล", ["ก-2"]),
        ("lack=budget", ["ก-2"]),
        ("lack=description", ["9", "100"]),
        ("lack=category", ["100", "ก-2"]),
        ("lack=translation", ["9", "10", "ก-2"]),
        ("lack=anything&category=ถนน", ["9", "10"]),
        ("q=nothing", []),
    ],
)
def test_projects_are_looked_through(
    desk: FlaskClient, session: Session, officer: User, wish: str, codes: list[str]
) -> None:
    edition = planned.edition(session, officer, drafts=MANY, languages=["th", "en"])
    page = said(desk.get(f"/editions/{edition.id}/plan/projects?{wish}", headers={"HX-Request": "true"}))
    assert re.findall(r"/plan/projects/([^\"?]+)[\"?]", page) == [quote(code) for code in codes]
    assert f"{len(codes)} of 4 projects" in page


def test_the_list_comes_back_as_it_was(desk: FlaskClient, session: Session, officer: User) -> None:
    codes = [str(number) for number in range(1, 61)]
    edition = planned.edition(session, officer, codes=codes, languages=["th", "en"])
    path = f"/editions/{edition.id}/plan"
    assert f"{path}/projects?lack=translation" in said(desk.get(path))
    second = said(desk.get(f"{path}/projects?lack=translation&order=title&page=2"))
    assert f"{path}/projects/59?lack=translation&order=title" in second
    assert f"{path}/projects?lack=translation&order=title&page=1" in second
    answer = send(desk, f"{path}/projects/59?lack=translation&order=title", **PROJECT, code="59")
    assert answer.location == f"{path}/projects?lack=translation&order=title"
    count = statements.of_page(session, desk, f"{path}/projects?lack=anything")
    assert count == statements.of_page(session, desk, f"{path}/projects?page=2")
