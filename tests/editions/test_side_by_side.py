"""Two officers change the same part of a plan: the second one sees both, chooses, and loses nothing."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core.audit import record
from govapp.editions import queries, rules
from govapp.editions.actions import planning, projects
from govapp.editions.actions.planning import Details
from govapp.editions.actions.projects import Picture
from govapp.editions.events import EditionChanged
from govapp.editions.models import Binding, Edition, Eligibility, PhaseKind
from govapp.editions.rules.plans import Part
from tests import make
from tests.editions import planned
from tests.editions.planned import BAHT, draft


@pytest.fixture
def made(session: Session, officer: User) -> Edition:
    return planned.edition(session, officer)


class Browser:
    """One officer's: opens a page, and sends the form as it was opened with something else typed in."""

    def __init__(self, client: FlaskClient, made: Edition) -> None:
        self.client, self.plan, self.form = client, f"/editions/{made.id}/plan", dict[str, Any]()

    def open(self, page: str) -> None:
        self.read(self.client.get(f"{self.plan}/{page}"))

    def read(self, answer: Any) -> str:
        """Keep what stands in the form, as a browser does."""
        raw = answer.get_data(as_text=True)
        self.page = html.unescape(raw)
        self.form = {}
        for tag in re.findall(r"<input[^>]*>", raw):
            kind, name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("type", "name", "value"))
            if not name or (kind and kind[1] in ("file",)):
                continue
            if kind and kind[1] in ("radio", "checkbox") and " checked" not in tag:
                continue
            self.form[name[1]] = html.unescape(value[1]) if value else ""
        for name_, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', raw, re.S):
            self.form[name_] = html.unescape(text).replace("\n", "\r\n")
        for name_, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', raw, re.S):
            chosen = re.search(r'<option selected value="([^"]*)"', options)
            self.form[name_] = html.unescape(chosen[1]) if chosen else ""
        return self.page

    def send(self, page: str, **typed: Any) -> Any:
        answer = self.client.post(f"{self.plan}/{page}", data=self.form | typed)
        if answer.status_code != 303:
            self.read(answer)
        return answer


@pytest.fixture
def browser(client: FlaskClient, session: Session, officer: User, made: Edition) -> Browser:
    make.enter(client, session, officer)
    return Browser(client, made)


def details(**given: Any) -> Details:
    values: dict[str, Any] = {
        "title": "รอบทดสอบ 2570",
        "description": "",
        "fiscal_year_be": 2570,
        "binding": Binding.REASONED,
        "resolution": "",
        "eligibility": Eligibility.RESIDENTS_16,
        "eligibility_words": "",
    }
    return Details(**(values | given))


def test_who_saves_second_sees_both_and_nothing_is_lost(
    browser: Browser, session: Session, officer: User, made: Edition
) -> None:
    planning.change_details(session, officer, made.id, details(binding=Binding.BINDING))
    session.commit()
    browser.open("details")
    planning.change_details(
        session,
        officer,
        made.id,
        details(title="ชื่อของอีกคน", description="เรื่อง\nของอีกคน", resolution="มติ", binding=Binding.BINDING),
    )
    session.commit()
    other = make.user(session, "x@example.org", given_name="อื่น")  # who changed something else since
    record(session, other.id, EditionChanged(made.id, Part.MONEY))
    session.commit()
    answer = browser.send("details", title="ชื่อของฉัน", description="เรื่องของฉัน\r\nสองบรรทัด")
    assert answer.status_code == 409
    for words in ("ชื่อของอีกคน", "ชื่อของฉัน", "เรื่อง<br>ของอีกคน", "เรื่องของฉัน<br>สองบรรทัด"):
        assert words in browser.page, words
    assert f"Last change by {officer.name}" in browser.page
    assert other.name not in browser.page
    assert "shown below as it is now: Resolution of the council." in browser.page
    assert "Write down the resolution" not in browser.page  # looked at with what the other wrote
    assert (browser.form["title"], browser.form["resolution"]) == ("ชื่อของฉัน", "มติ")
    session.expire_all()
    assert made.title == "ชื่อของอีกคน"
    assert browser.send("details", taken="description").status_code == 303
    session.expire_all()
    assert (made.title, made.description, made.resolution) == ("ชื่อของฉัน", "เรื่อง\nของอีกคน", "มติ")


def test_what_was_taken_is_told_when_something_else_is_wrong(
    browser: Browser, session: Session, officer: User, made: Edition
) -> None:
    browser.open("details")
    planning.change_details(session, officer, made.id, details(title="ของอีกคน"))
    session.commit()
    browser.send("details", title="ของฉัน")
    answer = browser.send("details", taken="title", fiscal_year_be="70")
    assert answer.status_code == 422
    assert browser.form["title"] == "ของอีกคน"
    planning.change_details(session, officer, made.id, details(title="อีกครั้ง"))
    session.commit()
    assert browser.send("details", title="ของฉัน", fiscal_year_be="2570").status_code == 409


@pytest.mark.parametrize("page", ["details", "money", "calendar", "ballot", "lessons", "projects/1"])
def test_what_nobody_changed_overtakes_nobody(
    browser: Browser, session: Session, officer: User, made: Edition, page: str
) -> None:
    """Each form is saved as it was opened, with what others changed elsewhere."""
    planning.change_money(session, officer, made.id, {"N": 5 * BAHT, "S": 7 * BAHT})
    planning.write_lessons(session, officer, made.id, "หนึ่ง\n\nสอง")
    changed = draft("1", district="N", description="หนึ่ง\nสอง", categories=("ถนน", "เด็ก"))
    projects.change(session, officer, made.id, "1", changed, Picture())
    session.commit()
    browser.open(page)
    if page != "details":
        planning.change_details(session, officer, made.id, details(title="อื่น"))
        session.commit()
    assert browser.send(page).status_code == 303, browser.page


@pytest.mark.parametrize(
    ("page", "typed", "mine", "theirs"),
    [
        ("money", {"budget": "7"}, "7", "2,000"),
        ("ballot", {"preset": "phragmen"}, "Phragmén", "Most votes first"),
        ("lessons", {"lessons": "ของฉัน"}, "ของฉัน", "ของอีกคน"),
        ("projects/1", {"cost": "๕"}, "๕", "900"),
    ],
)
def test_every_form_sets_both_beside_each_other(
    browser: Browser,
    session: Session,
    officer: User,
    made: Edition,
    page: str,
    typed: dict[str, str],
    mine: str,
    theirs: str,
) -> None:
    browser.open(page)
    planning.change_money(session, officer, made.id, {"": 2000 * BAHT})
    planning.write_lessons(session, officer, made.id, "ของอีกคน")
    made.rule = rules.counting_rule("most-votes")
    projects.change(session, officer, made.id, "1", draft("1", cost_satang=900 * BAHT), Picture())
    session.commit()
    assert browser.send(page, **typed).status_code == 409
    for words in (mine, theirs):
        assert re.search(rf'<td data-th="[^"]+" class="long">{words}</td>', browser.page), words
    assert browser.send(page, **typed).status_code == 303  # seen, and chosen: one's own


def test_the_calendar_is_shared_too(browser: Browser, session: Session, officer: User, made: Edition) -> None:
    browser.open("calendar")
    planning.change_calendar(session, officer, made.id, planned.spans(vote_in=timedelta(days=12)))
    session.commit()
    answer = browser.send("calendar", delivery_first_day="1 ม.ค. 2580", delivery_last_day="2 ม.ค. 2580")
    assert answer.status_code == 409
    assert "Written by both of you" not in browser.page  # they changed other dates: these follow
    assert browser.send("calendar").status_code == 303
    session.expire_all()
    assert [phase.kind for phase in made.phases][-1] == PhaseKind.DELIVERY


def test_a_project_that_was_taken_off_meanwhile_can_be_put_on_again(
    browser: Browser, session: Session, officer: User, made: Edition
) -> None:
    browser.open("projects/1")
    projects.remove(session, officer, made.id, "1")
    session.commit()
    answer = browser.send("projects/1", title="พิมพ์ไว้นาน")
    assert answer.status_code == 422
    assert "Somebody took this project off the ballot" in browser.page
    assert f'action="{browser.plan}/projects/new"' in browser.page
    assert browser.send("projects/new").status_code == 303
    assert queries.project(session, made.id, "1").title == "พิมพ์ไว้นาน"
    assert browser.client.get(f"{browser.plan}/projects/77").status_code == 404
