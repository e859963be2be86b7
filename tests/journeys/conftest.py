"""A real server with the demo, a real browser, and axe."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from govapp.config import Config
from govapp.core.db import Database
from tests import make
from tests.postgres import free_port

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
WIDTHS = (360, 1280)
TAGS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()  # by itself axe leaves WCAG 2.2 out


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys run in one process, which shares one server and one browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server of the journeys keeps: site.db and secret.key."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def site(folder: Path) -> Iterator[str]:
    """The address of a server as `make run` starts it."""
    with serving(folder, free_port()) as address:
        yield address


@contextmanager
def serving(folder: Path, port: int, app: str = "", **settings: str) -> Iterator[str]:
    """A server with the demo, and with settings such as GOVAPP_SITE_NAME, on this port; its address.

    app: what gunicorn shall serve in place of the site and its demo.
    """
    env = os.environ | {
        "GOVAPP_DATABASE_URL": f"sqlite:///{folder}/site.db",
        "GOVAPP_INSTANCE": str(folder),
        "GOVAPP_BIND": f"127.0.0.1:{port}",
        "GOVAPP_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GOVAPP_DEMO": "0" if app else "1",
    }
    env |= settings
    govapp = [sys.executable, "-m", "govapp"]
    for command in [["migrate"]] if app else [["migrate"], ["demo", "load"]]:
        subprocess.run([*govapp, *command], env=env, cwd=ROOT, check=True)
    options = (f"--bind=127.0.0.1:{port}", "--threads=8", "--no-control-socket", "--log-level=warning")
    gunicorn = [sys.executable, "-m", "gunicorn", *options, app]
    server = subprocess.Popen(gunicorn if app else [*govapp, "serve"], env=env, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address + "/health")
        yield address
    finally:
        server.terminate()
        status = server.wait(15)
    assert status == 0


def wait_for(url: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urlopen(url, timeout=2).read()
            return
        except (URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


Account = Callable[..., str]


@pytest.fixture
def account(site: str, folder: Path) -> Iterator[Account]:
    """account("name"): the e-mail address of a new citizen, who signs in with make.PASSWORD."""
    database = Database(f"sqlite:///{folder}/site.db")

    def new(name: str, **given: Any) -> str:
        with database.write() as session:
            return str(make.user(session, f"{name}@example.org", **given).email)

    yield new
    database.engine.dispose()


Visit = Callable[..., Page]
Administrator = Callable[..., tuple[str, str]]


@pytest.fixture
def administrator(site: str, folder: Path) -> Iterator[Administrator]:
    """administrator("name"): the e-mail address of a new one, and the secret of their second factor.

    Each test makes its own, for a code is good once. has_app=False: the secret is "".
    """
    database = Database(f"sqlite:///{folder}/site.db")

    def new(name: str, has_app: bool = True) -> tuple[str, str]:
        with database.write() as session:
            user = make.admin(session, f"{name}@example.org")
            key = Config(instance=str(folder)).signing_key()
            return user.email, make.second_factor(session, user, key) if has_app else ""

    yield new
    database.engine.dispose()


@pytest.fixture
def visit(site: str, browser: Browser) -> Iterator[Visit]:
    """Open a page: visit("/rounds", width=360, language="th", scheme="dark", javascript=False)."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str, width: int = 1280, language: str = "en", scheme: Any = "light", javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=javascript,
            base_url=site,
        )
        contexts.append(context)
        context.add_cookies([{"name": "language", "value": language, "url": site}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = "Failed to load resource: the server responded with a status of 4"
    assert [text for text in complaints if not text.startswith(expected)] == []


def violations(page: Page) -> list[str]:
    """What axe finds wrong: rule and place."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [f"{v['id']}: {json.dumps(n['target'])}" for v in found["violations"] for n in v["nodes"]]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
