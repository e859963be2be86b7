"""An auditor reads the log, looks for a person, has the chain verified and takes entries away."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page

from govapp.accounts.events.posts import DutyAdded
from govapp.accounts.models.posts import Role
from govapp.areas.queries import by_code
from govapp.config import Config
from govapp.core.audit import record
from govapp.core.db import Database
from tests import make
from tests.journeys.conftest import WIDTHS, Visit, scrolls_sideways, violations
from tests.make import PASSWORD, code

Auditor = Callable[[str], tuple[str, str]]


@pytest.fixture
def auditor(site: str, folder: Path) -> Iterator[Auditor]:
    """auditor("name"): the e-mail address of a new one of the whole country, and the secret of their app."""
    database = Database(f"sqlite:///{folder}/site.db")

    def new(name: str) -> tuple[str, str]:
        with database.write() as session:
            country = by_code(session, "TH")
            assert country is not None
            user = make.staff(session, Role.AUDITOR, country, f"{name}@example.org")
            for number in range(60):
                record(session, user.id, DutyAdded(number, 12))
            session.commit()
            key = Config(instance=str(folder)).signing_key()
            return user.email or "", make.second_factor(session, user, key)

    yield new
    database.engine.dispose()


def enter(page: Page, email: str, secret: str) -> None:
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.locator("main form button").first.click()
    page.fill("#code", code(secret))
    page.locator("main form button").first.click()


@pytest.mark.parametrize("javascript", [True, False])
def test_reading_searching_verifying_and_taking_away(
    visit: Visit, auditor: Auditor, javascript: bool
) -> None:
    email, secret = auditor(f"reader-{javascript}".lower())
    page = visit("/audit", width=360, javascript=javascript)
    enter(page, email, secret)
    page.wait_for_url("**/audit")
    page.fill("#person", email)
    page.fill("#thing", "post 12")
    page.locator(".wishes button").click()
    page.wait_for_url("**/audit?actor=*")
    assert "@" not in unquote(page.url), "no address of a person in the history of the browser"
    assert page.locator("tbody tr").count() == 50
    first = page.locator("tbody th a").first.inner_text()
    page.get_by_role("link", name="Older entries").click()
    page.wait_for_url("**before=*")
    assert page.locator("tbody tr").count() == 10
    page.go_back()
    page.wait_for_url(lambda url: "before" not in url)
    assert page.locator("tbody th a").first.inner_text() == first
    page.locator("tbody th a").first.click()
    page.get_by_role("heading", level=1, name="Wrote down duty 59 of post 12").wait_for()
    page.go_back()
    page.get_by_role("link", name="Download these entries").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("\ufeffEntry,")
    assert text.count("DutyAdded") == 60

    page.goto("/audit/chain")
    page.get_by_role("button", name="Verify now").click()
    page.get_by_text("every sealed entry is as it was").first.wait_for(timeout=60_000)
    assert page.get_by_role("button", name="Verify now").is_visible()


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_pages_of_the_log_are_clean(visit: Visit, auditor: Auditor, language: str) -> None:
    email, secret = auditor(f"clean-{language}")
    page = visit("/desk", language=language)
    enter(page, email, secret)
    page.wait_for_url("**/desk")
    paths = ("/desk", "/audit", "/audit?words=elephant", "/audit?actor=1&event=DutyAdded", "/audit/1")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for path in (*paths, "/audit/chain", "/audit/export"):
            page.goto(path)
            assert violations(page) == [], (path, width)
            assert not scrolls_sideways(page), (path, width)
        page.goto("/audit")
        page.fill("#first", "32/1/2569")
        page.locator(".wishes button").click()
        page.locator(".error-summary").wait_for()
        assert violations(page) == []
        assert page.input_value("#first") == "32/1/2569"
