"""Every page: axe clean, no sideways scroll, both languages, light and dark, with and without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import WIDTHS, Administrator, Visit, scrolls_sideways, violations
from tests.make import PASSWORD, code, pb

PAGES = (
    "/",
    "/rounds",
    "/rounds?q=nothing-like-this",
    "/rounds/rules",
    "/rounds/2",
    "/rounds/2?q=nothing-like-this",
    "/rounds/2/projects/20",
    "/rounds/2/compare",
    "/sign-in",
    "/areas",
    "/areas?q=chiang",
    "/areas/50",
    "/editions",
    "/boxes",
    "/boxes/how-it-works",
    "/sign-up",
    "/sign-up/sent",
    "/forgot",
    "/reset/nonsense",
    "/unsubscribe/nonsense",
    "/styleguide",
    "/styleguide/document?view=html",
    "/no-such-page",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["th", "en"])
def test_a_page_is_clean(visit: Visit, path: str, language: str) -> None:
    for width, scheme in ((360, "light"), (1280, "dark")):
        page = visit(path, width=width, language=language, scheme=scheme)
        assert violations(page) == []
        assert not scrolls_sideways(page)
        assert page.locator("html").get_attribute("lang") == language


def test_axe_can_find_something(visit: Visit) -> None:
    page = visit("/")
    wrong = '<img src="/x.png"><input><button>a</button><button>b</button>'
    page.evaluate("wrong => document.querySelector('main').insertAdjacentHTML('beforeend', wrong)", wrong)
    for small in page.locator("main button:not(.btn)").all():
        small.evaluate("each => { each.style.padding = 0; each.style.fontSize = '9px'; }")
    assert {line.split(":")[0] for line in violations(page)} >= {"image-alt", "label", "target-size"}


@pytest.mark.parametrize("path", ["/", "/rounds/2", "/rounds/2/compare"])
def test_nothing_scrolls_sideways_on_the_smallest_phone(visit: Visit, path: str) -> None:
    assert not scrolls_sideways(visit(path, width=320, language="th"))


def bytes_over_the_wire(page: Page, path: str) -> int:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    loaded: list[int] = []
    session.on("Network.loadingFinished", lambda event: loaded.append(int(event["encodedDataLength"])))
    page.goto(path, wait_until="networkidle")
    return sum(loaded)


@pytest.mark.parametrize("path", ["/", "/rounds/2"])
def test_a_first_visit_is_light(visit: Visit, path: str) -> None:
    page = visit("/health", width=360, language="th")
    assert 20_000 < bytes_over_the_wire(page, path) <= 150_000


@pytest.mark.parametrize("width", WIDTHS)
def test_a_citizen_finds_why_a_project_lost(visit: Visit, width: int) -> None:
    page = visit("/", width=width, language="th")
    page.get_by_role("link", name="ดูผล", exact=False).first.click()
    page.wait_for_url("**/rounds/*")
    lost = page.locator("tr:not(.mark) th a").first
    name = lost.inner_text()
    lost.click()
    page.locator("h1", has_text=name).wait_for()
    assert page.locator(".reason").inner_text()
    page.get_by_role("link", name="อธิบายกติกา").click()
    page.wait_for_url("**/rounds/rules#*")
    rule = page.url.split("#")[1]
    assert page.locator(f"#{rule}").is_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_projects_are_filtered_with_and_without_javascript(visit: Visit, javascript: bool) -> None:
    page = visit("/rounds/2", javascript=javascript)
    everything = page.locator("#projects tbody tr").count()
    page.select_option("#filter-shown", "funded")
    if not javascript:
        page.locator(".filters button").click()
    page.wait_for_url("**shown=funded*")
    page.locator("#projects tbody tr").first.wait_for()
    page.wait_for_timeout(100)
    funded = page.locator("#projects tbody tr").count()
    assert 0 < funded < everything
    assert page.locator("#projects tbody tr.mark").count() == funded
    page.go_back()
    page.wait_for_url(lambda url: "shown" not in url)
    page.wait_for_function(
        "n => document.querySelectorAll('#projects tbody tr').length === n", arg=everything
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_two_rules_are_compared(visit: Visit, javascript: bool) -> None:
    page = visit("/rounds/2/compare", javascript=javascript)
    page.select_option("#rule-b", "most-votes")
    if not javascript:
        page.locator(".filters button").click()
    page.wait_for_url("**b=most-votes*")
    page.get_by_text("Projects with another result").wait_for(state="attached")
    assert page.locator("#comparison").get_by_role("row").count() > 5


def test_a_page_is_shared(visit: Visit) -> None:
    assert visit("/rounds/2", javascript=False).locator("[data-share]").is_hidden()
    page = visit("/rounds/2?shown=funded")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.bring_to_front()  # only the page in front may use the clipboard
    button = page.locator("[data-share]")
    if page.evaluate("'share' in navigator"):
        assert button.is_visible()
        return
    said = button.get_attribute("data-share")
    button.click()
    page.locator("#announcer", has_text=said).wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_change_is_told_once_and_shortly(visit: Visit) -> None:
    page = visit("/rounds/2")
    assert page.locator("#projects[aria-live], #projects [aria-live]").count() == 0
    page.select_option("#filter-shown", "funded")
    page.locator("#announcer", has_text="of 40 projects").wait_for(state="attached")


def test_keyboard_only(visit: Visit) -> None:
    page = visit("/rounds/2")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("#filter-q").focus()
    page.keyboard.type("zzz")
    page.get_by_role("heading", name="No project fits this search").wait_for()
    assert page.evaluate("document.activeElement.id") == "filter-q", "typing is not interrupted"


def test_staff_bring_an_election_in(visit: Visit, administrator: Administrator, tmp_path: Path) -> None:
    email, secret = administrator("importer")
    from_file = tmp_path / "vote.pb"
    page = visit("/staff/rounds/import", language="th")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/sign-in/code?**")
    page.fill("#code", code(secret))
    page.locator("main button").click()
    page.wait_for_url("**/staff/rounds/import")
    from_file.write_bytes(pb().replace(b"a;600", b"a;none"))
    page.set_input_files("#file", from_file)
    page.locator("main button").click()
    assert "vote.pb บรรทัดที่ 17" in page.locator(".error-summary").inner_text()
    assert violations(page) == []
    from_file.write_bytes(pb())
    page.set_input_files("#file", from_file)
    page.locator("main button").click()
    page.locator(".notice.good").wait_for(timeout=60_000)
    page.locator("main .btn").click()
    page.wait_for_url(re.compile(r"/rounds/\d+$"))
    page.get_by_text("ทางเดินริมคลอง").first.wait_for()
