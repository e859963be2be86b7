"""The ballot of a budget in a browser: left and found again, by the keyboard, and without JavaScript."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from govapp.core import cipher
from govapp.core.db import Database
from govapp.core.key_folder import KeyFolder
from govapp.counting.ballots import BallotKind
from govapp.rolls.queries import VOTER_KEY
from tests.editions import made
from tests.editions.made import Made
from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, clean


@pytest.fixture
def hall(site: str, folder: Path) -> Iterator[Hall]:
    hall = Hall(folder)
    yield hall
    hall.database.engine.dispose()


def enter(
    visit: Visit, hall: Hall, edition: Made, number: int, language: str, javascript: bool = True
) -> Page:
    """By the code of a letter."""
    key = cipher.key_for(VOTER_KEY, hall.config.signing_key())
    with hall.database.write() as session:
        code = made.code(session, edition, number, key)
    page = visit(edition.path, width=360, language=language, javascript=javascript)
    if javascript:
        clean(page)
    page.fill("#code", code.lower())
    page.locator("form[action$=code] button.btn").click()
    page.wait_for_url("**/vote")
    return page


def edition_of(database: Database, folder: Path, kind: BallotKind) -> Made:
    return made.edition(database, KeyFolder(folder / "keys"), kind, projects=8, pictures=True)


def test_what_was_chosen_is_kept_on_the_device_until_it_is_cast(
    visit: Visit, hall: Hall, folder: Path
) -> None:
    edition = edition_of(hall.database, folder, BallotKind.KNAPSACK)
    page = enter(visit, hall, edition, 0, "th")
    clean(page)
    for pick in page.locator(".pick input").all():
        pick.check()
    assert page.locator(".meter.over").is_visible()
    page.locator(".meter .btn").click()
    page.locator(".error-summary a").first.wait_for()
    clean(page)
    for number, pick in enumerate(page.locator(".pick input").all()):
        pick.set_checked(number < 2)
    page.locator(".meter .btn").click()
    page.wait_for_url("**/review")
    clean(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(edition.path)
    assert asked == ["beforeunload"]
    assert page.locator("#restored").is_visible()
    assert page.locator(".pick input:checked").count() == 2
    assert edition.site.rev(edition.site.voters[0]) == 0
    page.locator(".meter .btn").click()
    page.locator(".meter.cast .btn").click()
    page.locator(".serial").wait_for()
    clean(page)
    page.goto(edition.path)
    assert page.locator(".notice.good").is_visible()
    assert page.locator(".pick input:checked").count() == 0
    assert asked == ["beforeunload"]


def test_ranks_are_given_with_the_keyboard_alone(visit: Visit, hall: Hall, folder: Path) -> None:
    edition = edition_of(hall.database, folder, BallotKind.ORDINAL)
    page = enter(visit, hall, edition, 1, "en")
    clean(page)
    add = page.locator("[data-step=add]")
    for number in (3, 0):
        add.nth(number).focus()
        page.keyboard.press("Enter")
    assert str(page.evaluate("document.activeElement.dataset.step")) == "up"
    page.keyboard.press("Enter")
    ranks = [each.input_value() for each in page.locator("[name=number]").all()]
    assert (ranks[0], ranks[3]) == ("1", "2")
    page.locator("[name=number]").first.press("Tab")
    page.locator(".meter .btn").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")
    clean(page)
    page.locator(".meter.cast .btn").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cast")
    assert page.locator(".serial").is_visible()


def test_points_are_given_without_javascript(visit: Visit, hall: Hall, folder: Path) -> None:
    edition = edition_of(hall.database, folder, BallotKind.CUMULATIVE)
    page = enter(visit, hall, edition, 2, "th", javascript=False)
    fields = page.locator("[name=number]")
    fields.nth(0).fill("๕")
    fields.nth(1).fill("x")
    page.locator(".meter .btn").click()
    page.locator(".error-summary").wait_for()
    assert fields.nth(0).input_value() == "๕"
    fields.nth(1).fill("")
    page.locator(".meter .btn").click()
    page.locator(".meter.cast .btn").click()
    page.locator(".serial").wait_for()
