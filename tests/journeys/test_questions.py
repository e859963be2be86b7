"""A secret question in a browser: an officer puts it, a voter answers, looks the receipt up, changes it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
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
from tests import make
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.journeys.conftest import Visit, scrolls_sideways, violations

WORDS = "เห็นชอบให้ทาสีสะพานสมมติใหม่หรือไม่"


class Hall:
    """The database of the server, and who is in it."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder}/site.db"
        self.database, self.config = (
            Database(url),
            Config(database_url=url, instance=str(folder), worker=False),
        )

    def people(self, name: str) -> tuple[int, list[int]]:
        """An officer, and thirty citizens of whom the first three keep keys."""
        with self.database.write() as session:
            place = by_code(session, "x-saichon-buengsakhon")
            assert place is not None
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


@pytest.fixture
def hall(site: str, folder: Path) -> Iterator[Hall]:
    hall = Hall(folder)
    yield hall
    hall.database.engine.dispose()


def come(visit: Visit, site: str, hall: Hall, user_id: int, **how: Any) -> Page:
    page = visit("/", **how)
    page.context.add_cookies([{"name": "session", "value": hall.cookie(user_id), "url": site}])
    return page


def clean(page: Page) -> None:
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url


def press(page: Page) -> None:
    page.locator("main form button.btn").first.click()


@pytest.mark.parametrize(
    ("width", "language", "javascript"), [(360, "th", True), (1280, "en", True), (360, "th", False)]
)
def test_a_question_is_put_and_answered(
    visit: Visit, site: str, hall: Hall, width: int, language: str, javascript: bool
) -> None:
    name = f"q{width}{language}{javascript}".lower()
    officer, people = hall.people(name)
    how = {"width": width, "language": language}
    staff = come(visit, site, hall, officer, **how)
    staff.goto("/questions/new")
    clean(staff)
    staff.fill("#words", WORDS)
    staff.fill("#voters", f"nobody@example.org {name}-1@example.org")
    press(staff)
    assert "nobody@example.org" in staff.locator(".error-summary").inner_text()
    assert staff.input_value("#words") == WORDS
    clean(staff)
    staff.fill("#voters", "\n".join(f"{name}-{number}@example.org" for number in range(30)))
    press(staff)
    staff.wait_for_url("**/boxes/*/run")
    box_id = int(staff.url.split("/")[-2])
    hall.open_box(box_id, officer, people)

    look = clean if javascript else lambda _page: None  # axe is a script
    voter = come(visit, site, hall, people[5], **how, javascript=javascript)
    voter.goto("/questions")
    look(voter)
    voter.locator("main a", has_text=WORDS).click()
    assert voter.locator(".notyet").is_visible()
    look(voter)
    press(voter)
    assert voter.locator(".error-summary").is_visible()
    look(voter)
    voter.locator("#answer-0").focus()
    voter.keyboard.press("Space")
    press(voter)
    first = voter.locator(".serial").inner_text()
    look(voter)
    voter.goto(f"/boxes/{box_id}")
    voter.locator("main form input.input").first.fill(first.lower().replace("-", " "))
    voter.locator("main form button.btn").first.click()
    look(voter)
    voter.goto(f"/boxes/{box_id}/question")
    assert first in voter.locator(".notyet").inner_text()
    voter.locator("#answer-1").check()
    press(voter)
    assert voter.locator(".serial").inner_text() != first
    look(voter)
