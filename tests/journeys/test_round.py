"""A whole round in a browser, by the people who would do it: from last year's plan to the verified result."""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from govapp.accounts.models import User
from govapp.ballotbox.models import Status
from govapp.core import dates
from tests import make
from tests.editions import planned
from tests.journeys.clockwork import Ahead
from tests.journeys.conftest import ROOT, Visit, serving
from tests.journeys.hall import PASSPHRASE, Hall, clean, press, sheets_of, type_sheets
from tests.journeys.town import (
    DESK,
    LAST_YEAR,
    PHONE,
    PROJECTS,
    THAI_DIGITS,
    THIS_YEAR,
    VOTERS,
    Town,
    a_year_ago,
    cast,
    choose,
    in_hours,
    others_vote,
    roll_file,
    send_file,
    until,
)
from tests.openid.server import OpenIdServer
from tests.postgres import free_port


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """A server where ThaID is set up, and whose clock can be moved on."""
    port = free_port()
    server = OpenIdServer(f"http://127.0.0.1:{port}/sign-in/thaid/back")
    try:
        with serving(folder, port, "tests.journeys.clockwork:serve()", **server.settings()) as address:
            yield address
    finally:
        server.stop()


@pytest.fixture
def town(visit: Visit, site: str, folder: Path) -> Iterator[Town]:
    town = Town(visit, site, Hall(folder), Ahead(folder))
    town.officer, town.people = town.hall.people("round")
    with town.hall.database.write() as session:
        officer = session.get_one(User, town.officer)
        last = planned.edition(session, officer, budgets={"": 1_000_000_00}, spans=a_year_ago())
        last.title = LAST_YEAR
        session.commit()
    yield town
    town.hall.database.engine.dispose()


def plan(town: Town, staff: Page) -> None:
    """From last year's round: its dates, this year's projects, and everybody can see it."""
    staff.goto("/editions/mine")
    clean(staff, "mine")
    staff.goto("/editions/new")
    staff.check("[name=begin][value=copy]")
    staff.fill("#title", THIS_YEAR)
    press(staff)
    staff.wait_for_url("**/plan")
    town.edition_id = int(staff.url.split("/")[-2])
    clean(staff, "plan-copied")
    staff.goto(f"{town.here}/plan/calendar")
    town.vote_ends = in_hours(2)
    for name in ("vote_last", "objections_first"):
        staff.fill(f"#{name}_day", dates.long_date(town.vote_ends, "th"))
        staff.fill(f"#{name}_time", f"{dates.local(town.vote_ends):%H.%M}".translate(THAI_DIGITS))
    clean(staff, "calendar")
    press(staff)
    staff.wait_for_url("**/plan")
    staff.goto(f"{town.here}/plan/import")
    send_file(staff, "projects.csv", PROJECTS.encode())
    staff.wait_for_url("**/plan/projects")
    staff.goto(f"{town.here}/plan/publish")
    press(staff)
    staff.wait_for_url("**/plan")


def bring_voters(town: Town, staff: Page) -> str:
    """3,000 people from a file, and a code for each; that of the first, as the letter would say it."""
    staff.goto(f"{town.here}/plan/voters")
    press(staff)
    staff.goto(f"{town.here}/plan/voters")
    staff.locator("main .actions a.btn").click()
    staff.wait_for_url("**/staff/rolls/*")
    clean(staff, "roll-empty")
    roll = staff.url
    staff.goto(f"{roll}/bring")
    send_file(staff, "people.csv", roll_file())
    take_over = staff.locator("form[action$=apply] button")
    take_over.wait_for()
    assert "3,000" in staff.locator("main").inner_text()
    clean(staff, "roll-checked")
    take_over.click()
    staff.locator("form[action$=apply]").wait_for(state="detached")
    staff.locator("main a.btn", has_text="กลับ").wait_for()
    clean(staff, "roll-applied")
    staff.goto(f"{roll}/codes")
    staff.check("[name=form][value=merge]")
    press(staff)
    save = staff.locator("form[action*='/batches/'] button")
    save.wait_for(timeout=60_000)
    clean(staff, "codes")
    with staff.expect_download() as saved:
        save.click()
    letters = list(csv.DictReader(io.StringIO(saved.value.path().read_text("utf-8-sig"))))
    assert len(letters) == VOTERS
    letter = next(each for each in letters if each["name"].endswith("000001"))
    assert letter["url"] == f"{town.site}{town.here}/how-to-vote"
    return letter["code"]


def claim(town: Town, staff: Page) -> Page:
    """Somebody is not on the roll, says so, and an officer puts them on it."""
    malee = town.visit(town.here, **PHONE)
    clean(malee, "public-campaign")
    malee.locator("main a[href^='/rolls/']").click()
    malee.locator("main .actions a.btn").first.click()
    town.thaid(malee, "malee")
    clean(malee, "not-on-the-roll")
    malee.locator("main a[href$='/claim']").click()
    malee.fill("#words", "ย้ายเข้ามาอยู่ริมบึงตั้งแต่ปีก่อน")
    clean(malee, "claim")
    press(malee)
    clean(malee, "claimed")
    staff.goto(malee.url.replace("/rolls/", "/staff/rolls/"))
    staff.locator("main .notice a").click()
    staff.locator("main a[href*='/claims/']").click()
    staff.check("[name=accepted][value=yes]")
    staff.fill("#why", "ตรวจทะเบียนบ้านแล้ว")
    clean(staff, "claim-decide")
    press(staff)
    malee.reload()
    assert malee.locator(".notice.good").count() == 1
    clean(malee, "on-the-roll-now")
    return malee


def make_keys(town: Town, staff: Page) -> list[str]:
    """The vote is made ready: three key-holders, their sheets, a trial, and the box is opened for votes."""
    staff.goto(f"{town.here}/plan/ready")
    clean(staff, "ready")
    press(staff)
    staff.wait_for_url("**/boxes/*/run")
    town.box_id = int(staff.url.split("/")[-2])
    staff.locator("main .actions a.btn").click()
    for name, number in (("first", 0), ("second", 1), ("third", 2)):
        staff.fill(f"#{name}", f"round-{number}@example.org")
    press(staff)
    staff.goto(f"/boxes/{town.box_id}/sheets")
    staff.fill("#passphrase", PASSPHRASE)
    staff.fill("#again", PASSPHRASE)
    press(staff)
    sheets = sheets_of(staff)
    for user_id in town.people[:3]:
        keeper = town.sign_in(user_id, **PHONE)
        keeper.goto(f"/boxes/{town.box_id}/key")
        press(keeper)
    keeper.goto(f"/boxes/{town.box_id}/trial")
    type_sheets(keeper, sheets[1], sheets[2])
    keeper.wait_for_url("**/run")
    staff.goto(f"/boxes/{town.box_id}/run/open")
    press(staff)
    staff.wait_for_url("**/run")
    assert town.status() is Status.OPEN
    return sheets


def vote(town: Town, staff: Page, malee: Page, code: str) -> Page:
    """By ThaID, by code, at a station; one changes their mind, one has no right, one waits too long."""
    somchai = town.visit(town.here, **PHONE)
    clean(somchai, "public-vote")
    somchai.locator("main a.btn[href$='/vote']").click()
    clean(somchai, "door")
    town.thaid(somchai, "somchai")
    somchai.wait_for_url("**/vote")
    clean(somchai, "ballot")
    choose(somchai, "1", "3")
    clean(somchai, "review")
    first = cast(somchai)
    clean(somchai, "receipt")
    somchai.goto(f"{town.here}/vote")
    assert somchai.locator(".notice.good").is_visible()
    choose(somchai, "2")
    assert cast(somchai) != first

    by_code = town.visit(f"{town.here}/how-to-vote", **PHONE)
    by_code.fill("#code", code.lower())
    by_code.locator("form[action$=code] button.btn").click()
    by_code.wait_for_url("**/vote")
    choose(by_code, "1", "2")
    cast(by_code)
    clean(by_code, "receipt-code")
    by_code.locator("form[action$=finish] button").click()
    by_code.locator(".notice.good").wait_for()

    at_station(town, staff)

    boonmi = town.visit(f"{town.here}/how-to-vote", **PHONE)
    town.thaid(boonmi, "boonmi")
    boonmi.wait_for_url("**/how-to-vote")
    assert boonmi.locator("main .notice.warn").is_visible()
    clean(boonmi, "door-not-on-the-roll")
    boonmi.locator("main a[href*='/rolls/']").first.click()
    clean(boonmi, "roll-frozen")

    malee.goto(f"{town.here}/vote")
    choose(malee, "4")
    return malee


def at_station(town: Town, staff: Page) -> None:
    staff.goto(f"{town.here}/plan")
    staff.locator("main a[href$='/station']").click()
    staff.fill("#name", "ผู้มีสิทธิ 000007")
    press(staff)
    clean(staff, "station-found")
    staff.locator("form[action$=person] button").click()
    staff.check("[name=paper][value=card]")
    clean(staff, "station-check")
    staff.locator("button[name=do][value=device]").click()
    staff.wait_for_url("**/vote")
    choose(staff, "1", "3")
    cast(staff)
    staff.goto("/desk")
    staff.wait_for_url("**/hand-back")
    staff.goto(f"{town.here}/vote")
    staff.goto(f"{town.here}/station/hand-back")
    clean(staff, "hand-back")
    staff.fill("#password", make.PASSWORD)
    press(staff, "form[action$=hand-back] button")
    staff.wait_for_url("**/station")


def end(town: Town, late: Page) -> None:
    """The time is over: a ballot that comes then is refused, and the box closes by itself."""
    town.ahead.move_to(town.vote_ends)
    late.locator(".meter.cast .btn").click()
    late.locator(".error-summary").wait_for()
    assert late.locator(".serial").count() == 0
    clean(late, "late")
    late.goto(town.here)
    clean(late, "public-objections")
    until(late, lambda: town.status() is Status.CLOSED)


def open_in_public(town: Town, sheets: list[str]) -> None:
    """Objections are over: the box is finished, its key destroyed, and two sheets open it."""
    town.ahead.move_to(town.vote_ends + timedelta(days=3))
    staff, holder = town.sign_in(town.officer, **DESK), town.sign_in(town.people[0], **PHONE)
    for step in ("finish", "destroy"):
        staff.goto(f"/boxes/{town.box_id}/run/{step}")
        press(staff)
        staff.wait_for_url("**/run")
    holder.goto(f"/boxes/{town.box_id}/cosign")
    press(holder)
    staff.goto(f"/boxes/{town.box_id}/ceremony")
    type_sheets(staff, sheets[0], sheets[2])
    staff.locator("#result").wait_for()
    clean(staff, "opened")


def read_the_result(town: Town) -> None:
    anybody = town.visit(town.here, **PHONE)
    result = anybody.locator("main a.btn[href^='/rounds/']")
    until(anybody, lambda: bool(anybody.reload() and result.count()))
    clean(anybody, "public-result")
    result.click()
    clean(anybody, "result")
    assert "3 โครงการได้งบ" in anybody.locator("h1").inner_text()
    rows = anybody.locator("#projects tbody tr").all_inner_texts()
    assert ["ไม่ได้งบ" in row for row in rows] == [False, False, False, True]
    assert all(reason.strip() for reason in anybody.locator("#projects td.long").all_inner_texts())


def verify(town: Town, folder: Path) -> None:
    """Anybody takes the bundle, and checks it with the key of the poster."""
    anybody = town.visit(f"/boxes/{town.box_id}", **PHONE)
    bundle = anybody.locator("a[href$='/bundle.zip']")
    clean(anybody, "box")
    with anybody.expect_download() as saved:
        bundle.click()
    saved.value.save_as(folder / "box.zip")
    (folder / "key.txt").write_text(anybody.locator("code.digest").nth(1).inner_text())
    command = [sys.executable, "-m", "govapp", "verify", "box.zip", "--key", "key.txt"]
    done = subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_whole_round(town: Town, tmp_path: Path) -> None:
    staff = town.sign_in(town.officer, **DESK)
    plan(town, staff)
    code = bring_voters(town, staff)
    malee = claim(town, staff)
    sheets = make_keys(town, staff)
    late = vote(town, staff, malee, code)
    others_vote(town)
    end(town, late)
    open_in_public(town, sheets)
    read_the_result(town)
    verify(town, tmp_path)
