"""The town of a whole round: its people and what they bring, and the pages they have open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select

from govapp.ballotbox.actions import casting
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core import clock
from govapp.core.key_folder import KeyFolder
from govapp.editions.models import Edition, PhaseKind
from govapp.editions.rules.calendar import Span
from govapp.rolls.models import RollEntry, RollVoter
from tests.journeys.clockwork import Ahead
from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, come, press
from tests.rolls import files

VOTERS = 3_000
SOMCHAI = "1234567890121"  # of the people of the tests' provider of ThaID; of them only he is in the file
LAST_YEAR, THIS_YEAR = "คนริมบึงเลือกเอง 2570", "คนริมบึงเลือกเอง 2571"
PROJECTS = """รหัส,ชื่อโครงการ,รายละเอียด,งบประมาณ,หมวด
1,ทางลาดและราวจับรอบบึงสมมติ,ผู้สูงอายุและรถเข็นเดินรอบบึงได้,400000,ถนนและทางเท้า
2,ห้องสมุดใต้ร่มไม้สมมติ,เปิดทุกวันจนถึงสองทุ่ม,500000,เด็กและเยาวชน
3,จุดน้ำดื่มสะอาดสมมติ,ตรวจคุณภาพน้ำทุกเดือน,90000,สิ่งแวดล้อม
4,ลานกีฬาสมมติ,เด็กจากสามโรงเรียนใช้ร่วมกัน,700000,เด็กและเยาวชน
"""
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
PHONE, DESK = {"width": 360, "language": "th"}, {"width": 1280, "language": "th"}
OTHERS = (["1", "3"], ["2", "3"], ["1"], ["4"], ["1", "2", "3"])  # what people choose who are not watched


@dataclass
class Town:
    """Its people, and the pages they have open."""

    visit: Visit
    site: str
    hall: Hall
    ahead: Ahead
    officer: int = 0
    people: list[int] = field(default_factory=list)
    vote_ends: datetime = field(default_factory=clock.now)
    edition_id: int = 0
    box_id: int = 0

    @property
    def here(self) -> str:
        return f"/editions/{self.edition_id}"

    def sign_in(self, user_id: int, **how: Any) -> Page:
        with clock.stopped(self.ahead.now()):
            return come(self.visit, self.site, self.hall, user_id, **how)

    def thaid(self, page: Page, login: str) -> None:
        page.locator("form[action='/sign-in/thaid'] button").click()
        page.wait_for_url("**/interaction/*")
        page.select_option("select", login)
        page.locator("button[value='sign-in']").click()
        page.wait_for_url(f"{self.site}/**")

    def status(self) -> Status:
        with self.hall.database.read() as session:
            return session.get_one(BallotBox, self.box_id).status


def in_hours(hours: int) -> datetime:
    return clock.now().replace(second=0, microsecond=0) + timedelta(hours=hours)


def a_year_ago() -> list[Span]:
    """So that by the copy of it people vote now, for an hour still."""
    end, day, year = in_hours(1), timedelta(days=1), timedelta(weeks=52)
    moments = [end - 30 * day, end - 2 * day, end, end + 3 * day, end + 4 * day, end + 34 * day]
    kinds = (PhaseKind.CAMPAIGN, PhaseKind.VOTE, PhaseKind.OBJECTIONS, PhaseKind.OPENING, PhaseKind.RESULT)
    return [Span(kind, a - year, b - year) for kind, a, b in zip(kinds, moments, moments[1:], strict=False)]


def roll_file() -> bytes:
    """People of random numbers, and one who will come with ThaID."""
    somchai = files.row(VOTERS, number=SOMCHAI, given="สมชาย", family="สมมติ", district="เขต 1")
    return b"".join(files.many(VOTERS - 1)) + files.written([somchai]).encode()


def send_file(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
    press(page)


def choose(page: Page, *codes: str) -> None:
    """On the ballot, to the page where it is checked."""
    for code in codes:
        page.locator(f".pick input[value='{code}']").check()
    page.locator(".meter .btn").click()
    page.wait_for_url("**/review")


def cast(page: Page) -> str:
    """The code on the receipt."""
    page.locator(".meter.cast .btn").click()
    return page.locator(".serial").inner_text()


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for what the worker of the server does."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it did not come about by itself")


def others_vote(town: Town) -> None:
    """Forty people more, of whom nobody looks on."""
    keys = KeyFolder(town.hall.config.box_keys)
    with town.hall.database.read() as session:
        roll_id = session.get_one(Edition, town.edition_id).roll_id
        listed = select(RollVoter.voter_id).join(RollEntry, RollEntry.id == RollVoter.entry_id)
        mine = listed.where(RollEntry.roll_id == roll_id, RollEntry.family_name.between("000100", "000139"))
        voters = session.scalars(mine).all()
    assert len(voters) == 40
    for number, voter in enumerate(voters):
        with town.hall.database.write.begin() as session:
            casting.cast(session, keys, Ticket.new(town.box_id, voter, 0), OTHERS[number % len(OTHERS)])
