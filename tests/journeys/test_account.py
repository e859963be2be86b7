"""An administrator's first day with a second factor, and the account pages on a phone."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Administrator, Visit, scrolls_sideways, violations
from tests.make import PASSWORD, code


def press(page: Page) -> None:
    page.locator("main form button").first.click()


def give_password(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    press(page)


def give_code(page: Page, typed: str) -> None:
    page.fill("#code", typed)
    press(page)


def check(page: Page) -> None:
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url


@pytest.mark.parametrize("javascript", [True, False])
def test_setting_up_signing_in_recovering_and_ending(
    visit: Visit, administrator: Administrator, javascript: bool
) -> None:
    email, _no_secret = administrator(f"first-day-{javascript}".lower(), has_app=False)
    page = visit("/sign-in", width=360, javascript=javascript)
    give_password(page, email)
    page.wait_for_url("**/account/second-factor?**")
    page.goto("/rounds")
    page.wait_for_url("**/account/second-factor?**")
    check(page) if javascript else None
    secret = page.locator("#secret").inner_text().replace(" ", "")
    give_code(page, "123")
    assert "This code does not fit" in page.locator(".error-summary").inner_text()
    give_code(page, code(secret))
    page.locator("#recovery-codes").wait_for()
    recovery = page.locator("#recovery-codes code").all_inner_texts()
    assert len(recovery) == 10
    check(page) if javascript else None
    page.locator("main .btn").click()
    page.wait_for_url("**/rounds")
    page.locator(".tools button").click()
    give_password(page, email)
    page.wait_for_url("**/sign-in/code?**")
    check(page) if javascript else None
    give_code(page, code(secret, 1))  # the code of this half minute is used
    page.wait_for_url(lambda url: "sign-in" not in url)

    phone = visit("/sign-in", width=360, javascript=javascript)
    give_password(phone, email)
    give_code(phone, recovery[0])
    phone.wait_for_url(lambda url: "sign-in" not in url)
    other = visit("/sign-in", javascript=javascript)
    give_password(other, email)
    give_code(other, recovery[0])
    assert "This code does not fit" in other.locator(".error-summary").inner_text()

    page.goto("/account/sessions")
    assert page.locator("tbody tr").count() == 2
    check(page) if javascript else None
    page.locator("tbody button").click()
    page.get_by_text("The sign-in is ended.").wait_for()
    phone.goto("/account")
    assert "/sign-in?next=" in phone.url
    page.goto("/account")
    assert page.locator("h1").inner_text() == "Your account"


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_pages_of_an_account_are_clean(visit: Visit, administrator: Administrator, language: str) -> None:
    email, secret = administrator(f"reader-{language}")
    for width, scheme in ((360, "light"), (1280, "dark")):
        page = visit("/sign-in", width=width, language=language, scheme=scheme)
        give_password(page, email)
        page.wait_for_url("**/sign-in/code**")
        check(page)
        give_code(page, code(secret, 0 if width == 360 else 1))
        page.wait_for_url(lambda url: "sign-in" not in url)
        for path in ("", "/second-factor", "/second-factor/recovery-codes", "/second-factor/off"):
            page.goto(f"/account{path}")
            check(page)
        for path in ("/prove", "/password"):
            page.goto(f"/account{path}")
            check(page)
            press(page)
            assert page.locator(".error-summary a").count() > 0
            check(page)
        for path in ("/inbox", "/inbox/preferences", "/staff/letters"):
            page.goto(path)
            check(page)
        page.goto("/account/sessions")
        assert page.locator("html").get_attribute("lang") == language
        check(page)
