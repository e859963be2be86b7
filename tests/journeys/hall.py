"""The database of the journeys' server, and people who are signed in there already."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select

from govapp.accounts.actions import sign_in
from govapp.accounts.models import User
from govapp.accounts.models.posts import Role
from govapp.app import create_app
from govapp.areas.queries import by_code
from govapp.config import Config
from govapp.core.db import Database
from govapp.core.key_folder import KeyFolder
from govapp.questions.models import Question, QuestionVoter
from govapp.wiring import REACTIONS
from tests import make
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.journeys.conftest import Visit, scrolls_sideways, violations

PASSPHRASE = "river stone paper lamp"
SHOTS = os.environ.get("SHOTS", "")


class Hall:
    """The database of the server, and who is in it."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder}/site.db"
        self.database, self.config = (
            Database(url, REACTIONS),
            Config(database_url=url, instance=str(folder), worker=False),
        )

    def people(self, name: str) -> tuple[int, list[int]]:
        """An officer, and thirty citizens of whom the first three keep keys."""
        with self.database.write() as session:
            place = by_code(session, "x-saichon-buengsakhon") or make.area(session)
            officer = make.staff(session, Role.OFFICER, place, f"{name}-asks@example.org")
            make.second_factor(session, officer, self.config.signing_key())
            first = make.user(session, f"{name}-0@example.org")
            names = {"given_name": "ผู้ลงคะแนน", "family_name": "สมมติ", "verified_at": first.verified_at}
            others = [User(email=f"{name}-{each}@example.org", **names) for each in range(1, 30)]
            session.add_all(others)
            session.commit()
            return officer.id, [first.id, *(each.id for each in others)]

    def cookie(self, user_id: int) -> str:
        with self.database.write.begin() as session:
            person = session.get_one(User, user_id)
            token = sign_in.open_sign_in(session, person, timedelta(hours=1), "")
        app = create_app(self.config)
        app.extensions["database"].engine.dispose()
        sessions: Any = app.session_interface
        return str(sessions.get_signing_serializer(app).dumps({"sign_in": token}))

    def open_box(self, box_id: int, officer: int, people: list[int]) -> None:
        with self.database.write() as session:
            asking = session.get_one(User, officer)
            boxes.setup.name_key_holders(session, asking, box_id, people[:3])
            session.commit()
            joined = select(QuestionVoter.voter_id).join(Question, Question.id == QuestionVoter.question_id)
            listed = session.scalars(joined.where(Question.box_id == box_id)).all()
        keys = KeyFolder(self.config.box_keys)
        boxes.open_for_votes(Site(self.database, keys, box_id, list(listed), officer, people[0]))


def come(visit: Visit, site: str, hall: Hall, user_id: int, **how: Any) -> Page:
    page = visit("/", **how)
    page.context.add_cookies([{"name": "session", "value": hall.cookie(user_id), "url": site}])
    return page


def clean(page: Page, name: str = "") -> None:
    """Axe finds nothing, and nothing must be scrolled sideways. name: of its picture in the folder SHOTS."""
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url
    if SHOTS and name:
        page.screenshot(path=f"{SHOTS}/{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]


def press(page: Page, button: str = "main form button.btn") -> None:
    """The last such button, and the page that follows is there."""
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator(button).last.click()


def sheets_of(page: Page) -> list[str]:
    """What stands on the three sheets; each is opened alone."""
    found = []
    for sheet in page.locator("details.sheet").all():
        sheet.locator("summary").click()
        assert page.locator("details.sheet[open]").count() == 1
        words = sheet.locator(".words li").all_inner_texts()
        assert len(words) == 33
        found.append("\n".join(f"{number}. {word}" for number, word in enumerate(words, 1)))
    return found


def type_sheets(page: Page, first: str, second: str, passphrase: str = PASSPHRASE) -> None:
    page.fill("#sheet_1", first)
    page.fill("#sheet_2", second)
    page.fill("#passphrase", passphrase)
    press(page)
