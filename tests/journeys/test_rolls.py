"""An officer brings people onto a roll and makes codes; a voter looks whether they are on it, by phone."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from govapp.config import Config
from govapp.core.db import Database
from tests import make
from tests.journeys.conftest import Visit, scrolls_sideways, violations
from tests.make import PASSWORD
from tests.rolls.files import file, row

Officer = tuple[str, str]


@pytest.fixture
def officer(site: str, folder: Path) -> Iterator[Officer]:
    """The address of an officer, and the secret of the second factor."""
    database = Database(f"sqlite:///{folder}/site.db")
    with database.write() as session:
        user = make.officer(session, make.area(session, "x-roll"), "keeper-of-rolls@example.org")
        yield str(user.email), make.second_factor(session, user, Config(instance=str(folder)).signing_key())
    database.engine.dispose()


def clean(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url


def press(page: Page, place: str = "main form button") -> None:
    page.locator(place).first.click()


def test_from_a_file_to_a_code_that_says_where_its_holder_stands(
    visit: Visit, officer: Officer, tmp_path: Path
) -> None:
    email, secret = officer
    desk = visit("/staff/rolls/new", width=1280, language="th")
    desk.fill("#email", email)
    desk.fill("#password", PASSWORD)
    press(desk)
    desk.wait_for_url("**/sign-in/code**")
    desk.fill("#code", make.code(secret))
    press(desk)
    desk.wait_for_url("**/staff/rolls/new")
    clean(desk)
    desk.fill("#title", "งบประมาณแบบมีส่วนร่วม (สมมติ)")
    desk.fill("#districts", "เขตเหนือ\nเขตใต้")
    desk.fill("#minimum_age", "๑๖")
    desk.fill("#age_on", "1 ธ.ค. 2569")
    desk.fill("#residence", "ผู้มีชื่อในทะเบียนบ้านของพื้นที่สมมติ")
    press(desk)
    desk.wait_for_url(lambda url: url.rsplit("/", 1)[1].isdigit())
    clean(desk)
    roll = desk.url
    press(desk, "main .actions a.btn")
    clean(desk)
    people = tmp_path / "people.csv"
    wrong = row(4, district="เขตตะวันตก"), row(5, born="2560"), row(6, number="12345"), row(1)
    people.write_bytes(file(row(1), row(2), row(3, standing="ย้าย"), *wrong))
    desk.set_input_files("#file", people)
    press(desk)
    desk.wait_for_url("**/imports/**")
    desk.locator(".figures").wait_for(timeout=20_000)
    clean(desk)
    press(desk, "main .actions button")
    desk.locator(".notice.good").wait_for(timeout=20_000)
    clean(desk)
    desk.goto(roll)
    clean(desk)
    desk.goto(f"{roll}/people")
    desk.fill("#who", "ผู้มีสิทธิ")
    press(desk, "main form button")
    clean(desk)
    press(desk, "main table a")
    clean(desk)
    strike_a_double(desk, roll)
    desk.goto(roll)
    press(desk, "main form[action$='/announce'] button")
    desk.locator(".notices .good").wait_for()
    clean(desk)
    desk.goto(f"{roll}/codes")
    desk.check("#form-1")
    press(desk, "main form .actions button")
    desk.locator("main table form button").wait_for(timeout=30_000)
    clean(desk)
    with desk.expect_download() as download:
        press(desk, "main table form button")
    lines = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(lines) == 2
    phone = visit(f"/rolls/{roll.rsplit('/', 1)[1]}", width=360, language="th")
    clean(phone)
    phone.fill("#code", lines[0]["code"].lower())
    press(phone)
    assert phone.locator(".notice.good").inner_text().startswith("ท่านมีชื่อในบัญชี")
    clean(phone)
    phone.goto("/rolls")
    clean(phone)
    desk.goto(phone.url + "/" + roll.rsplit("/", 1)[1] + "/claim")
    clean(desk)
    desk.fill("#words", "ย้ายเข้ามาอยู่ในพื้นที่แล้ว")
    press(desk)
    clean(desk)
    desk.goto(f"{roll}/claims")
    clean(desk)
    press(desk, "main table a")
    clean(desk)


def strike_a_double(desk: Page, roll: str) -> None:
    """Put somebody on the roll who stands on it already, see that it is noticed, and strike one entry."""
    desk.goto(f"{roll}/add")
    clean(desk)
    again = {"given_name": "ผู้มีสิทธิ", "family_name": "000001", "case_number": "2569-000123"}
    again |= {"birth_year": "2520", "district": "เขตใต้", "why": "มาแสดงตัวที่สำนักงาน"}
    for name, value in again.items():
        desk.fill(f"#{name}", value)
    press(desk, "main form .actions button")
    desk.wait_for_url("**/entries/*")
    clean(desk)
    desk.goto(f"{roll}/doubles")
    clean(desk)
    press(desk, "main table a")
    desk.wait_for_url("**/double/*")
    clean(desk)
    desk.check("#strike-0")
    desk.fill("#why", "คนเดียวกัน")
    press(desk, "main form .actions button")
    desk.wait_for_url("**/doubles")
    assert desk.locator("main table").count() == 0
