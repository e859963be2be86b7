"""A secretary gets a post from two administrators, works, hands over, and the successor finds it all."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Account, Administrator, Visit, scrolls_sideways, violations
from tests.make import PASSWORD, code

DUTY = "ตอบหนังสือเรื่องศูนย์พักกลางวัน ฉบับที่ %s"
WORDS = "แฟ้มรายชื่ออยู่ในตู้ที่ 2"


def clean(page: Page) -> None:
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url


def send(page: Page, button: str = "main form button", **typed: str) -> None:
    for field, value in typed.items():
        page.fill(f"#{field}", value)
    page.locator(button).first.click()


def enter(page: Page, email: str, secret: str) -> None:
    page.goto("/sign-in")
    send(page, email=email, password=PASSWORD)
    page.wait_for_url("**/sign-in/code**")
    send(page, code=code(secret))
    page.wait_for_url("**/desk")


def first_day(page: Page, email: str) -> None:
    """Somebody who just got a post signs in, and is led to set up the second factor."""
    page.goto("/sign-in")
    send(page, email=email, password=PASSWORD)
    page.wait_for_url("**/account/second-factor?**")
    send(page, code=code(page.locator("#secret").inner_text().replace(" ", "")))
    page.locator("#recovery-codes").wait_for()
    page.goto("/desk")


def propose(page: Page, email: str) -> None:
    page.goto("/posts/give")
    clean(page)
    page.check("input[value='provincial-secretary']")
    send(page, area="nowhere at all", email=email, document="คำสั่งสมมติที่ 12/2569")
    assert page.locator(".error-summary li").count() == 1
    assert page.input_value("#email") == email
    clean(page)
    send(page, area="x-saichon")
    page.wait_for_url("**/posts/*")
    clean(page)


def confirm(page: Page, name: str) -> None:
    page.goto("/desk")
    clean(page)
    page.locator("th a[href^='/grants/']", has_text=name).click()
    page.wait_for_url("**/grants/*")
    clean(page)
    page.locator("button[value='confirm']").click()
    page.wait_for_url("**/posts/*")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_post_passes_from_one_person_to_the_next(
    visit: Visit, administrator: Administrator, account: Account, width: int
) -> None:
    first, second = (administrator(f"{name}-giver-{width}") for name in ("first", "second"))
    names = [f"เลขานุการ{width}", f"ผู้รับช่วง{width}"]
    secretary, successor = (account(f"office-{width}-{n}", given_name=name) for n, name in enumerate(names))
    giver, other = (visit("/sign-in", width=width, language="th") for _person in range(2))
    enter(giver, *first)
    enter(other, *second)
    propose(giver, secretary)
    assert giver.locator("button[value='confirm']").count() == 0
    confirm(other, names[0])

    page = visit("/sign-in", width=width, language="th")
    first_day(page, secretary)
    clean(page)
    page.locator("main a", has_text="ตำแหน่งและงานค้าง").first.click()
    page.locator("summary").first.click()
    send(page, "details form button", title=DUTY % width, due_on="๑๕ ธ.ค. ๒๕๙๙")
    page.locator("li", has_text=DUTY % width).wait_for()
    page.locator("a[href$='/hand-over']").click()
    clean(page)
    send(page, words=WORDS, email=successor, document="คำสั่งสมมติที่ 40/2569")
    page.wait_for_url("**/handovers/*")
    clean(page)
    confirm(other, names[1])

    page = visit("/sign-in", width=width, language="th")
    first_day(page, successor)
    clean(page)
    page.locator("a[href^='/handovers/']").first.click()
    page.locator("main", has_text=WORDS).wait_for()
    assert DUTY % width in page.locator("main").inner_text()
    clean(page)
    page.locator("main form button").click()
    page.wait_for_url("**/desk")
    assert page.locator("th a", has_text=DUTY % width).count() == 1


def test_without_javascript_too(visit: Visit, administrator: Administrator, account: Account) -> None:
    email, secret = administrator("plain-giver")
    page = visit("/sign-in", width=360, language="en", javascript=False)
    enter(page, email, secret)
    page.goto("/posts/give")
    page.check("input[value='auditor']")
    send(page, area="TH", email=account("plain-auditor"), document="order 1")
    page.wait_for_url("**/posts/*")
    assert "Waits for a second person" in page.locator("main").inner_text()
