"""A secret question in a browser: an officer puts it, a voter answers, looks the receipt up, changes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, clean, come

WORDS = "เห็นชอบให้ทาสีสะพานสมมติใหม่หรือไม่"


@pytest.fixture
def hall(site: str, folder: Path) -> Iterator[Hall]:
    hall = Hall(folder)
    yield hall
    hall.database.engine.dispose()


def press(page: Page) -> None:
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator("main form button.btn").first.click()


@pytest.mark.parametrize(
    ("width", "language", "javascript"), [(360, "th", True), (1280, "en", True), (360, "th", False)]
)
def test_a_question_is_put_and_answered(
    visit: Visit, site: str, hall: Hall, width: int, language: str, javascript: bool
) -> None:
    name = f"q{width}{language}{javascript}".lower()
    officer, people = hall.people(name)
    how = {"width": width, "language": language}
    staff = come(visit, site, hall, officer, **how)
    staff.goto("/questions/new")
    clean(staff)
    staff.fill("#words", WORDS)
    staff.fill("#voters", f"nobody@example.org {name}-1@example.org")
    press(staff)
    assert "nobody@example.org" in staff.locator(".error-summary").inner_text()
    assert staff.input_value("#words") == WORDS
    clean(staff)
    staff.fill("#voters", "\n".join(f"{name}-{number}@example.org" for number in range(30)))
    press(staff)
    staff.wait_for_url("**/boxes/*/run")
    box_id = int(staff.url.split("/")[-2])
    hall.open_box(box_id, officer, people)

    look = clean if javascript else lambda _page: None  # axe is a script
    voter = come(visit, site, hall, people[5], **how, javascript=javascript)
    voter.goto("/questions")
    look(voter)
    voter.locator("main a", has_text=WORDS).click()
    voter.locator(".notyet").wait_for()
    look(voter)
    press(voter)
    assert voter.locator(".error-summary").is_visible()
    look(voter)
    voter.locator("#answer-0").focus()
    voter.keyboard.press("Space")
    press(voter)
    first = voter.locator(".serial").inner_text()
    look(voter)
    voter.goto(f"/boxes/{box_id}")
    voter.locator("main form input.input").first.fill(first.lower().replace("-", " "))
    voter.locator("main form button.btn").first.click()
    look(voter)
    voter.goto(f"/boxes/{box_id}/question")
    assert first in voter.locator(".notyet").inner_text()
    voter.locator("#answer-1").check()
    press(voter)
    assert voter.locator(".serial").inner_text() != first
    look(voter)
