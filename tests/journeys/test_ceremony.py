"""A box from its key-holders to the signed record, in a browser, by the people who would do it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Page

from govapp.accounts.actions import sign_in
from govapp.accounts.models import User
from govapp.accounts.models.posts import Role
from govapp.accounts.rules.posts import posts_of
from govapp.app import create_app
from govapp.areas.queries import by_code
from govapp.ballotbox.actions import casting, closing, setup
from govapp.ballotbox.actions.setup import Plan
from govapp.ballotbox.rules.tickets import Ticket
from govapp.config import Config
from govapp.core import clock
from govapp.core.db import Database
from govapp.core.key_folder import KeyFolder
from tests import make
from tests.ballotbox.boxes import QUESTION
from tests.journeys.conftest import Visit, violations
from tests.journeys.hall import PASSPHRASE, SHOTS, clean, press, sheets_of, type_sheets


@dataclass
class Town:
    """An officer, three citizens who keep keys, and a box for thirty people."""

    database: Database
    keys: KeyFolder
    config: Config
    box_id: int
    voters: list[str]
    officer: int
    holders: list[int]

    @property
    def here(self) -> str:
        return f"/boxes/{self.box_id}"

    def vote(self) -> None:
        for number, voter in enumerate(self.voters):
            with self.database.write.begin() as session:
                ballot = "yes" if number % 3 else "no"
                casting.cast(session, self.keys, Ticket.new(self.box_id, voter, 0), ballot)

    def end(self) -> None:
        """As the worker closes it when its time is over, and the officer finishes it."""
        with clock.stopped(clock.now() + timedelta(hours=2)), self.database.write.begin() as session:
            closing.close(session, self.keys, None, self.box_id)
            closing.finish(session, self.keys, session.get_one(User, self.officer), self.box_id)

    def cookie(self, user_id: int) -> str:
        """Of a person who has just proved who they are."""
        with self.database.write.begin() as session:
            person = session.get_one(User, user_id)
            token = sign_in.open_sign_in(session, person, timedelta(hours=1), "")
        app = create_app(self.config)
        app.extensions["database"].engine.dispose()
        serializer: Any = app.session_interface
        return str(serializer.get_signing_serializer(app).dumps({"sign_in": token}))


@pytest.fixture
def town(site: str, folder: Path) -> Iterator[Callable[..., Town]]:
    database = Database(f"sqlite:///{folder}/site.db")
    config = Config(database_url=f"sqlite:///{folder}/site.db", instance=str(folder), worker=False)

    def new(name: str, voters: int = 30) -> Town:
        with database.write() as session:
            place = by_code(session, "x-saichon-buengsakhon")
            assert place is not None
            officer = make.staff(session, Role.OFFICER, place, f"{name}-officer@example.org")
            make.second_factor(session, officer, config.signing_key())
            people = [
                make.user(session, f"{name}-holder-{n}@example.org", given_name=f"กรรมการ{n}")
                for n in (1, 2, 3)
            ]
            now = clock.now()
            times = (now - timedelta(minutes=1), now + timedelta(hours=1))
            plan = Plan("question", f"ปรับปรุงสวนริมบึง ({name})", {"": QUESTION}, *times, chair_id=people[0].id)
            post = next(post for post in posts_of(officer) if post.role is Role.OFFICER)
            box = setup.prepare(session, officer, post, plan, "vote.example.org")
            roll = [setup.new_voter() for _ in range(voters)]
            setup.set_electorate(session, officer, box.id, [(voter, "") for voter in roll])
            session.commit()
            keys = KeyFolder(config.box_keys)
            return Town(database, keys, config, box.id, roll, officer.id, [each.id for each in people])

    yield new
    database.engine.dispose()


def come(visit: Visit, site: str, town: Town, user_id: int, **how: Any) -> Page:
    page = visit("/", **how)
    page.context.add_cookies([{"name": "session", "value": town.cookie(user_id), "url": site}])
    return page


@pytest.mark.parametrize("width", [360, 1280])
def test_a_box_is_opened_in_public(visit: Visit, site: str, town: Callable[..., Town], width: int) -> None:
    place = town(f"park-{width}")
    how = {"width": width, "language": "th"}
    staff = come(visit, site, place, place.officer, **how)
    staff.goto("/desk")
    staff.locator("main a[href$='/run']").first.click()
    clean(staff, "run-begin")
    staff.locator("main .actions a.btn").click()
    for field, number in (("first", 1), ("second", 2), ("third", 3)):
        staff.fill(f"#{field}", f"park-{width}-holder-{number}@example.org")
    clean(staff, "holders")
    press(staff)
    staff.locator("main .actions a.btn").click()
    staff.fill("#passphrase", PASSPHRASE)
    staff.fill("#again", PASSPHRASE + "x")
    press(staff)
    clean(staff, "sheets-mistake")
    staff.fill("#passphrase", PASSPHRASE)
    staff.fill("#again", PASSPHRASE)
    press(staff)
    sheets = sheets_of(staff)
    clean(staff, "sheets")
    staff.emulate_media(media="print")
    assert staff.locator(".sheet-paper:visible").count() == 1
    assert staff.locator("h1:visible, .masthead:visible").count() == 0
    with pikepdf.open(BytesIO(staff.pdf(prefer_css_page_size=True))) as paper:
        assert len(paper.pages) == 1
    staff.emulate_media(media="screen")
    staff.locator("main .actions a.btn").click()

    for user_id in place.holders:
        keeper = come(visit, site, place, user_id, **how)
        keeper.goto("/boxes/mine")
        keeper.locator("main a", has_text="ปรับปรุงสวน").click()
        keeper.locator("main .actions a.btn").click()
        clean(keeper, "receive")
        press(keeper)
        assert keeper.locator(".tag.done").count() == 1
    clean(keeper, "received")
    keeper.goto(place.here + "/trial")
    type_sheets(keeper, sheets[2].replace("1. ", "1. x", 1), sheets[0])
    assert keeper.locator(".error-summary li").count() == 1
    assert keeper.input_value("#sheet_2").split() == sheets[0].split()
    clean(keeper, "trial-mistake")
    type_sheets(keeper, sheets[2], sheets[0])
    keeper.wait_for_url("**/run")

    staff.goto(place.here + "/run")
    clean(staff, "run-ready")
    staff.locator("main .actions a.btn").click()
    clean(staff, "open")
    press(staff)
    staff.wait_for_url("**/run")
    place.vote()
    place.end()
    staff.reload()
    staff.locator("main .actions a.btn").click()
    clean(staff, "destroy")
    press(staff)
    keeper.goto(place.here + "/run")
    keeper.locator("main .actions a.btn").click()
    clean(keeper, "cosign")
    press(keeper)
    staff.reload()
    staff.locator("main .actions a.btn").click()
    clean(staff, "ceremony")
    type_sheets(staff, sheets[0], sheets[1])
    staff.locator("#result").wait_for()
    assert "เห็นชอบ" in staff.locator("tr.mark").inner_text()
    assert staff.locator(".told > div:visible").count() == 1
    clean(staff, "opened")
    record = staff.locator("main a[href$='/record']").get_attribute("href")
    answer = staff.request.get(record or "")
    assert answer.ok
    assert answer.headers["content-type"] in ("application/pdf", "text/html; charset=utf-8")
    staff.goto(f"{record}?view=html")
    assert violations(staff) == []
    if SHOTS:
        staff.screenshot(path=f"{SHOTS}/record-{width}.png", full_page=True)


def test_without_javascript_too(visit: Visit, site: str, town: Callable[..., Town]) -> None:
    place = town("plain")
    how = {"width": 360, "language": "en", "javascript": False}
    staff = come(visit, site, place, place.officer, **how)
    staff.goto(place.here + "/key-holders")
    for field, number in (("first", 1), ("second", 2), ("third", 3)):
        staff.fill(f"#{field}", f"plain-holder-{number}@example.org")
    press(staff)
    staff.goto(place.here + "/sheets")
    staff.fill("#passphrase", PASSPHRASE)
    staff.fill("#again", PASSPHRASE)
    press(staff)
    sheets = sheets_of(staff)
    for user_id in place.holders:
        keeper = come(visit, site, place, user_id, **how)
        keeper.goto(place.here + "/key")
        press(keeper)
    keeper.goto(place.here + "/trial")
    type_sheets(keeper, sheets[0], sheets[2])
    staff.goto(place.here + "/run/open")
    press(staff)
    place.vote()
    place.end()
    staff.goto(place.here + "/run/destroy")
    press(staff)
    keeper.goto(place.here + "/cosign")
    press(keeper)
    staff.goto(place.here + "/ceremony")
    type_sheets(staff, sheets[1], sheets[2])
    staff.locator("#result").wait_for()
    assert staff.locator(".told > div:visible").count() == 1
    assert "In favour" in staff.locator("tr.mark").inner_text()


def test_a_small_box_is_opened_by_two(visit: Visit, site: str, town: Callable[..., Town]) -> None:
    place = town("room", voters=7)
    how = {"width": 360, "language": "th"}
    staff = come(visit, site, place, place.officer, **how)
    chair = come(visit, site, place, place.holders[0], **how)
    for step in ("sheets", "run/open"):
        staff.goto(f"{place.here}/{step}")
        clean(staff, "room-" + step.replace("/", "-"))
        press(staff)
    place.vote()
    staff.goto(place.here + "/run/close")
    clean(staff, "room-close")
    press(staff)
    for page, name in ((chair, "room-first"), (staff, "room-second")):
        page.goto(place.here + "/run")
        page.locator("main .actions a.btn").click()
        clean(page, name)
        press(page)
    clean(staff, "room-opened")
    assert "เห็นชอบ" in staff.locator("tr.mark").inner_text()
