"""Trying the demo: being the secretary, then her successor, on a phone and at a desk."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visit, scrolls_sideways, violations

BANNER = ".demo a"


def check(page: Page) -> None:
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url


def be(page: Page, given_name: str) -> None:
    page.locator(BANNER).click()
    page.wait_for_url("**/demo**")
    page.locator("li", has_text=given_name).get_by_role("button").click()
    page.wait_for_url("**/desk")


@pytest.mark.parametrize("language", ["th", "en"])
def test_being_one_and_then_the_other(visit: Visit, language: str) -> None:
    for width, scheme in ((360, "light"), (1280, "dark")):
        page = visit("/sign-in", width=width, language=language, scheme=scheme)
        check(page)
        page.locator("main .notice a").click()
        page.wait_for_url("**/demo**")
        check(page)
        be(page, "วิภา")
        assert page.locator(".who").inner_text() == "นางสาววิภา สายธารสมมติ"
        assert page.locator("tr.mark").count() == 2, "two duties are late"
        check(page)
        page.goto("/account/prove?next=/posts/give")
        check(page)
        page.locator("main .notice button").click()
        page.wait_for_url("**/posts/give")
        be(page, "ก้องภพ")
        assert page.locator(".who").inner_text() == "นายก้องภพ ฟ้ากว้างสมมติ"
        check(page)
        page.locator("main .notice a").click()
        page.locator("main", has_text="ศูนย์ดูแลผู้สูงอายุกลางวัน").wait_for()
        assert page.locator("main form").count() == 0, "he is not confirmed yet"
        page.locator(BANNER).click()
        page.wait_for_url("**/demo")
        assert page.locator("li", has_text="ก้องภพ").get_by_role("button").count() == 0
        check(page)


def test_without_a_script_and_with_the_keyboard(visit: Visit) -> None:
    page = visit("/demo", width=360, javascript=False)
    page.locator("li", has_text="มานพ").get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    assert page.locator(".who").inner_text() == "นายมานพ ใจเย็นสมมติ"
