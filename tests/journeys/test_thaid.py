"""A citizen comes with ThaID, changes their mind, comes again; another links it to an account."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from govapp.core.db import Database
from tests import make
from tests.journeys.conftest import Visit, scrolls_sideways, serving, violations
from tests.openid.server import OpenIdServer
from tests.postgres import free_port


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("thaid")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """A server where ThaID is set up."""
    port = free_port()
    server = OpenIdServer(f"http://127.0.0.1:{port}/sign-in/thaid/back")
    try:
        with serving(folder, port, **server.settings()) as address:
            yield address
    finally:
        server.stop()


def clean(page: Page) -> None:
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url


def press_thaid(page: Page) -> None:
    page.locator("form[action='/sign-in/thaid'] button").click()
    page.wait_for_url("**/interaction/*")


def answer(page: Page, login: str = "somchai", do: str = "sign-in") -> None:
    """At the provider."""
    page.select_option("select", login)
    page.locator(f"button[value='{do}']").click()


@pytest.mark.parametrize(("language", "javascript"), [("th", True), ("en", False)])
def test_a_citizen_comes_with_thaid(visit: Visit, language: str, javascript: bool) -> None:
    page = visit("/sign-in?next=/areas", width=360, language=language, javascript=javascript)
    if javascript:
        clean(page)
    press_thaid(page)
    answer(page, do="cancel")
    page.wait_for_url("**/sign-in/thaid/back?**")
    assert page.locator(".who").count() == 0
    if javascript:
        clean(page)
    press_thaid(page)
    answer(page)
    page.wait_for_url("**/areas")
    assert page.locator(".who").inner_text() == "นายสมชาย สมมติ"
    page.goto("/account")
    assert page.locator("[aria-labelledby=thaid] .tag.done").count() == 1
    if javascript:
        clean(page)


def test_a_citizen_with_an_account_links_thaid(visit: Visit, folder: Path) -> None:
    database = Database(f"sqlite:///{folder}/site.db")
    with database.write() as session:
        email = str(make.user(session, "links@example.org").email)
    database.engine.dispose()
    page = visit("/sign-in?next=/account", width=360, language="th")
    page.fill("#email", email)
    page.fill("#password", make.PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url("**/account")
    clean(page)
    page.locator("a[href='/account/thaid']").click()
    page.wait_for_url("**/account/thaid")
    clean(page)
    page.locator("main form button").click()
    page.wait_for_url("**/interaction/*")
    answer(page, "malee")
    page.wait_for_url("**/account")
    assert page.locator(".notice.good").count() == 1
    assert page.locator(".who").inner_text() == "นางมาลี สมมติ"

    other = visit("/sign-in", width=360, language="th")
    press_thaid(other)
    answer(other, "malee")
    other.wait_for_url("**/desk")
    assert other.locator(".who").inner_text() == "นางมาลี สมมติ"
