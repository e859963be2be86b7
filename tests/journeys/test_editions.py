"""A budget round in a browser: an officer plans it from a template, a citizen looks at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, clean, come

TABLE = "รหัส,ชื่อโครงการ,งบประมาณ,หมวด\n1,ทางลาดสมมติ,400000,ถนน\n2,ห้องสมุดสมมติ,700000,เด็ก\n"
PARTS = "details money calendar ballot projects voters rehearsal lessons call-off throw-away".split()


@pytest.fixture
def hall(site: str, folder: Path) -> Iterator[Hall]:
    hall = Hall(folder)
    yield hall
    hall.database.engine.dispose()


def press(page: Page) -> None:
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator("main form button.btn").first.click()


@pytest.mark.parametrize(("width", "language"), [(360, "th"), (1280, "en")])
def test_a_round_is_planned_and_looked_at(
    visit: Visit, site: str, hall: Hall, width: int, language: str
) -> None:
    officer, _people = hall.people(f"e{width}{language}")
    how = {"width": width, "language": language}
    staff = come(visit, site, hall, officer, **how)
    staff.goto("/editions/new")
    staff.check("[name=begin][value=quarter]")
    press(staff)
    assert staff.locator(".error-summary").is_visible()
    clean(staff)
    title = f"รอบสมมติ {width}"
    staff.fill("#title", title)
    press(staff)
    staff.wait_for_url("**/plan")
    plan = staff.url
    clean(staff)
    for part in PARTS:
        staff.goto(f"{plan}/{part}")
        clean(staff)
    staff.goto(f"{plan}/money")
    staff.fill("#budget", "๑,๐๐๐,๐๐๐")
    press(staff)
    staff.goto(f"{plan}/import")
    file = {"name": "p.csv", "mimeType": "text/csv", "buffer": TABLE.replace("700000", "?").encode()}
    staff.set_input_files("#file", file)
    press(staff)
    assert staff.locator("table").first.is_visible()
    clean(staff)
    staff.set_input_files("#file", file | {"buffer": TABLE.encode()})
    press(staff)
    staff.wait_for_url("**/plan/projects")
    clean(staff)
    staff.goto(f"{plan}/publish")
    clean(staff)
    press(staff)
    staff.wait_for_url(plan)

    citizen = visit("/editions", **how)
    clean(citizen)
    citizen.get_by_role("link", name=title).click()
    citizen.locator(".card").nth(1).wait_for()
    assert citizen.locator(".card").count() == 2
    assert citizen.locator(".timeline > li").count() == 8
    clean(citizen)
    citizen.locator("#filter-q").fill("ห้องสมุด")
    citizen.wait_for_url("**q=*")
    citizen.locator(".card").nth(1).wait_for(state="detached")
    citizen.locator(".card a").click()
    citizen.wait_for_url("**/projects/2")
    clean(citizen)
