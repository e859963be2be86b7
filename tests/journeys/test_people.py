"""An elder without e-mail: an officer registers her and prints a letter, and she comes in with its code."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Administrator, Visit, scrolls_sideways, violations
from tests.make import PASSWORD, code

TOWN = "บึงสาคร"


def clean(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url


def send(page: Page, **typed: str) -> None:
    for field, value in typed.items():
        page.fill(f"#{field}", value)
    page.locator("main form button").first.click()


def enter(page: Page, email: str, secret: str) -> None:
    send(page, email=email, password=PASSWORD)
    page.wait_for_url("**/sign-in/code**")
    send(page, code=code(secret))


def test_from_the_officers_desk_to_the_elders_first_sign_in(
    visit: Visit, administrator: Administrator
) -> None:
    email, secret = administrator("registrar")
    desk = visit("/staff/people", width=1280, language="th")
    enter(desk, email, secret)
    desk.wait_for_url("**/staff/people")
    clean(desk)
    desk.fill("#search-q", TOWN)
    desk.locator("main .search button").click()
    clean(desk)
    desk.locator(".entries a").first.click()
    clean(desk)
    desk.locator("main .actions a.btn").click()
    send(desk, birth_year="๙๙")
    assert desk.locator(".error-summary li").count() == 4
    clean(desk)
    desk.check("#evidence-2")
    desk.check("#agrees")
    send(desk, title="นาง", given_name="บุญมี", family_name="", birth_year="๒๔๘๐")
    assert "พ.ศ. 2480" in desk.locator(".facts").inner_text().replace("\u00a0", " ")
    clean(desk)
    desk.locator(".facts button").first.click()  # back to the name; nothing typed is lost
    assert desk.input_value("#birth_year") == "๒๔๘๐"
    send(desk, family_name="สมมติ")
    desk.locator("main .actions button").click()
    desk.wait_for_url(lambda url: url.rsplit("/", 1)[1].isdigit())
    assert desk.locator("h1").inner_text() == "นางบุญมี สมมติ"
    clean(desk)
    desk.locator("main .actions a.btn").click()
    clean(desk)
    desk.locator("main form button").click()
    printed = desk.locator(".access-code code").inner_text()
    assert desk.locator("[data-print]").is_visible()
    clean(desk)
    desk.emulate_media(media="print")
    assert not desk.locator(".masthead .tools").is_visible()
    assert desk.locator(".access-code").is_visible()

    phone = visit("/sign-in", width=360, language="th")
    clean(phone)
    phone.locator("main a[href^='/sign-in/access-code']").click()
    clean(phone)
    swapped = printed[1] + printed[0] + printed[2:]
    send(phone, code=swapped if swapped != printed else "2" + printed[1:])
    assert "พิมพ์ผิดหนึ่งตัว" in phone.locator(".error-summary").inner_text()
    clean(phone)
    send(phone, code=printed.lower().replace("-", " "))
    phone.wait_for_url("**/welcome**")
    assert "นางบุญมี สมมติ" in phone.locator("h1").inner_text()
    clean(phone)
    phone.locator("main .actions a").first.click()
    phone.wait_for_url("**/desk")
    for path in ("", "/address", "/consent", "/consent/withdraw", "/data", "/close", "/prove", "/sessions"):
        phone.goto(f"/account{path}")
        assert "/sign-in" not in phone.url
        clean(phone)


@pytest.mark.parametrize(("width", "language"), [(360, "th"), (1280, "en")])
def test_the_privacy_notice_can_be_read(visit: Visit, width: int, language: str) -> None:
    page = visit("/privacy", width=width, language=language)
    assert page.locator("table tbody tr").count() == 7
    clean(page)
    page.goto("/sign-up")
    with page.context.expect_page() as opened:
        page.locator("form a[target]").click()
    assert opened.value.url.endswith("/privacy")
