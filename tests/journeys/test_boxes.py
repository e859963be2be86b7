"""A ballot box in the browser: every page of it clean, a receipt looked up with and without a script."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from govapp.accounts.models import User
from govapp.ballotbox.actions import bundles
from govapp.ballotbox.models import Openings
from govapp.core.db import Database
from govapp.ledger import codes
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.journeys.conftest import WIDTHS, Visit, scrolls_sideways, violations
from tests.journeys.hall import Hall, clean, come


@dataclass
class Counted:
    site: Site
    code: str


@pytest.fixture(scope="module")
def counted(site: str, folder: Path) -> Iterator[Counted]:
    """A box on the server of the journeys that was opened and counted."""
    database = Database(f"sqlite:///{folder}/site.db")
    box = boxes.opened(database, folder, voters=40, title="คำถามสมมติของการทดสอบ")
    cast = [box.cast(voter).code for voter in box.voters[:30]]
    box.end()
    for audience in Openings:
        with box.begin() as session:
            bundles.make(session, box.keys, box.box_id, audience)
    yield Counted(box, cast[0])
    database.engine.dispose()


@pytest.mark.parametrize("path", ["", "/look-up", "/observe"])
@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_of_a_box_are_clean(visit: Visit, counted: Counted, path: str, language: str) -> None:
    for width, scheme in ((360, "light"), (1280, "dark")):
        page = visit(f"/boxes/{counted.site.box_id}{path}", width=width, language=language, scheme=scheme)
        assert violations(page) == []
        assert not scrolls_sideways(page)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_voter_looks_a_receipt_up(visit: Visit, counted: Counted, width: int, javascript: bool) -> None:
    start = f"/boxes/{counted.site.box_id}"
    page = visit(start, width=width, javascript=javascript)
    page.fill("#code", counted.code[:-1])
    page.locator("#look-up-form button").click()
    page.locator(".error-summary").get_by_text("The code has 12 letters").wait_for()
    assert page.input_value("#code") == counted.code[:-1]
    page.fill("#code", codes.grouped(counted.code, 4).lower())
    page.locator("#look-up-form button").click()
    page.locator("#found").get_by_text("it was counted").wait_for()
    page.get_by_text("Proof that the entry is in the log").click()
    page.locator("#look-up-form pre").wait_for()
    assert counted.code not in page.url
    assert page.url.endswith(start if javascript else f"{start}/look-up")
    if javascript:
        assert violations(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize(("width", "language"), [(360, "th"), (1280, "en")])
def test_the_page_of_auditors_is_clean(
    visit: Visit, site: str, folder: Path, counted: Counted, width: int, language: str
) -> None:
    hall = Hall(folder)
    with hall.database.read() as session:
        auditor = session.scalars(select(User.id).where(User.email == "parichat@demo.example.org")).one()
    page = come(visit, site, hall, auditor, width=width, language=language)
    page.goto(f"/boxes/{counted.site.box_id}/audit")
    assert page.locator("h1").is_visible()
    clean(page)
    hall.database.engine.dispose()
