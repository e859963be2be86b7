"""A citizen opens an account: form, letter, confirmation, sign-in, inbox; and forgets the password."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Administrator, Visit, scrolls_sideways, violations
from tests.mail import link, read, text
from tests.make import PASSWORD, code

NEW = "ข้าวเหนียวมะม่วงสุก"


def clean(page: Page) -> None:
    assert violations(page) == []
    assert not scrolls_sideways(page)


def way_in_the_letter(page: Page, email: str, purpose: str) -> str:
    """The link to verify or reset that was sent to the address, from the folder that the page names."""
    folder = Path(page.locator(".notice code").inner_text())
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for letter in map(read, folder.glob("*.eml")):
            if letter["To"] == email and f"/{purpose}/" in text(letter):
                return link(letter)
        time.sleep(0.1)
    raise AssertionError(f"no letter came to {email}")


def send(page: Page, **typed: str) -> None:
    for field, value in typed.items():
        page.fill(f"#{field}", value)
    page.locator("main form button").click()


@pytest.mark.parametrize(("language", "javascript"), [("th", True), ("en", False)])
def test_a_citizen_opens_an_account(visit: Visit, language: str, javascript: bool) -> None:
    email = f"citizen-{language}@example.org"
    page = visit("/sign-in", width=360, language=language, javascript=javascript)
    page.locator("main a[href='/sign-up']").click()
    send(page, given_name="x", email="nonsense", password="short")
    assert page.locator(".error-summary li").count() == 3
    if javascript:
        clean(page)
    page.check("#agrees")
    send(page, title="นาง", given_name="ประชาชน", family_name="คนหนึ่ง", email=email, password=PASSWORD)
    page.wait_for_url("**/sign-up/sent")
    way = way_in_the_letter(page, email, "verify")
    page.goto(way)
    if javascript:
        clean(page)
    send(page, password=PASSWORD)
    page.wait_for_url("**/sign-in")
    assert page.locator(".notice.good").count() == 1
    send(page, email=email, password=PASSWORD)
    page.goto("/inbox")
    assert page.locator(".entries li").count() == 1
    assert page.locator(".masthead b", has_text="1").count() == 1
    if javascript:
        clean(page)
    page.locator("main form button").first.click()
    page.wait_for_url("**/inbox")
    assert page.locator(".masthead .tools b").count() == 0
    page.goto(way)
    assert page.locator("main a.btn").get_attribute("href") == "/sign-up"


def test_a_citizen_forgets_the_password(visit: Visit) -> None:
    page, email = visit("/sign-up", width=360, language="th"), "forgets@example.org"
    page.check("#agrees")
    send(page, given_name="ขี้ลืม", email=email, password=PASSWORD)
    page.wait_for_url("**/sign-up/sent")
    way_in_the_letter(page, email, "verify")  # before that there is no account
    page.goto("/forgot")
    clean(page)
    send(page, email=email)
    page.wait_for_url("**/forgot/sent")
    clean(page)
    page.goto(way_in_the_letter(page, email, "reset"))
    clean(page)
    send(page, password=NEW)
    page.wait_for_url("**/sign-in")
    send(page, email=email, password=NEW)
    page.wait_for_url("**/desk")
    assert page.locator(".who").count() == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_administrators_see_the_letters(visit: Visit, administrator: Administrator, width: int) -> None:
    email, secret = administrator(f"letters{width}")
    page = visit("/staff/letters", width=width, language="th")
    send(page, email=email, password=PASSWORD)
    page.wait_for_url("**/sign-in/code**")
    send(page, code=code(secret))
    page.wait_for_url("**/staff/letters")
    clean(page)
