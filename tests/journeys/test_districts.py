"""A budget for each district, in a browser: people vote on projects of their own, and each has its result."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from govapp.accounts.models import User
from govapp.ballotbox.models import Elector
from govapp.core import cipher, clock
from govapp.core.key_folder import KeyFolder
from govapp.editions.actions import planning
from govapp.editions.models import Edition, PhaseKind
from govapp.editions.rules.calendar import Span
from govapp.ledger import codes
from govapp.rolls.models import RollEntry
from govapp.rolls.models.codes import RollCode
from govapp.rolls.queries import VOTER_KEY
from govapp.rolls.rules import CODE_LETTERS
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.editions import planned
from tests.journeys.conftest import Visit
from tests.journeys.hall import Hall, clean, come, press
from tests.journeys.town import DESK, PHONE, cast, choose, send_file, until

NORTH, SOUTH = "เหนือคลองสมมติ", "ใต้คลองสมมติ"
PROJECTS = f"""รหัส,ชื่อโครงการ,งบประมาณ,เขต
n1,ทางลาดเหนือคลองสมมติ,300000,{NORTH}
n2,ห้องสมุดเหนือคลองสมมติ,400000,{NORTH}
s1,ลานกีฬาใต้คลองสมมติ,200000,{SOUTH}
s2,จุดน้ำดื่มใต้คลองสมมติ,90000,{SOUTH}
"""
NOWHERE = "ริมน้ำสมมติ"  # has no budget
VOTERS = 60  # thirty in each district: fewer than 25 ballots, and none would be published


@pytest.fixture
def hall(site: str, folder: Path) -> Iterator[Hall]:
    hall = Hall(folder)
    yield hall
    hall.database.engine.dispose()


def now_voting() -> list[Span]:
    now, hour = clock.now(), timedelta(hours=1)
    return [Span(PhaseKind.VOTE, now, now + hour), Span(PhaseKind.OPENING, now + hour, now + 24 * hour)]


def drafted(hall: Hall, officer_id: int) -> str:
    """The address of a round that has a calendar, but neither districts nor projects."""
    with hall.database.write() as session:
        officer = session.get_one(User, officer_id)
        made = planned.edition(session, officer, drafts=[], is_published=False, spans=now_voting())
        return f"/editions/{made.id}"


def plan(staff: Page, here: str) -> None:
    """Money and projects for two districts, each first with a mistake."""
    staff.goto(f"{here}/plan/money")
    staff.check("[name=how][value=districts]")
    staff.fill("#districts", f"{NORTH}, 500,000\n{SOUTH}")
    press(staff)
    assert "2" in staff.locator(".error-summary").inner_text()
    assert staff.input_value("#districts").startswith(NORTH)
    clean(staff, "districts-mistake")
    staff.fill("#districts", f"{NORTH}, 500,000\n{SOUTH}\t๒๐๐๐๐๐")
    press(staff)
    staff.wait_for_url("**/plan")
    staff.goto(f"{here}/plan/import")
    send_file(staff, "projects.csv", PROJECTS.replace(f"90000,{SOUTH}", f"90000,{NOWHERE}").encode())
    staff.wait_for_url("**/plan/projects")
    staff.goto(f"{here}/plan")
    assert NOWHERE in staff.locator("main").inner_text()
    clean(staff, "districts-tasks")
    staff.goto(f"{here}/plan/import")
    send_file(staff, "projects.csv", PROJECTS.encode())
    staff.wait_for_url("**/plan/projects")
    clean(staff, "districts-projects")
    staff.goto(f"{here}/plan")
    assert NOWHERE not in staff.locator("main").inner_text()


def opened(hall: Hall, officer_id: int, here: str) -> Site:
    """Published, with its roll and its box."""
    with hall.database.write() as session:
        officer, made = session.get_one(User, officer_id), session.get_one(Edition, int(here.split("/")[-1]))
        planning.publish(session, officer, made.id)
        site = planned.ready(session, officer, made, KeyFolder(hall.config.box_keys), VOTERS)
    site.database = hall.database
    boxes.open_for_votes(site)
    return site


def code_of(hall: Hall, here: str, district: str) -> str:
    """A new access code of somebody who lives there."""
    new = codes.make(CODE_LETTERS)
    key = cipher.key_for(VOTER_KEY, hall.config.signing_key())
    with hall.database.write.begin() as session:
        roll_id = session.get_one(Edition, int(here.split("/")[-1])).roll_id
        mine = select(RollEntry.id).where(RollEntry.roll_id == roll_id, RollEntry.district == district)
        session.add(
            RollCode(entry_id=session.scalars(mine).first(), fingerprint=cipher.fingerprint(key, new))
        )
    return codes.grouped(new)


def vote(visit: Visit, hall: Hall, here: str, district: str, chosen: str, **how: object) -> None:
    page = visit(f"{here}/how-to-vote", **how)
    page.fill("#code", code_of(hall, here, district))
    page.locator("form[action$=code] button.btn").click()
    page.wait_for_url("**/vote")
    assert {each.input_value()[0] for each in page.locator(".pick input").all()} == {chosen[0]}
    assert district in page.locator("main .kicker").inner_text()
    clean(page, f"districts-ballot-{chosen}")
    choose(page, chosen)
    clean(page, f"districts-review-{chosen}")
    cast(page)


def others_vote(site: Site) -> None:
    with site.database.read() as session:
        listed = select(Elector.voter_id, Elector.district).where(Elector.box_id == site.box_id)
        voters = session.execute(listed).all()
    for number, (voter, district) in enumerate(voters):
        if not site.rev(voter):
            n = "n" if district == NORTH else "s"
            site.cast(voter, [f"{n}1", f"{n}2"] if number % 3 else [f"{n}2"])


def test_each_district_decides_on_its_own_money(visit: Visit, site: str, hall: Hall) -> None:
    officer, _people = hall.people("districts")
    here = drafted(hall, officer)
    plan(come(visit, site, hall, officer, **DESK), here)
    box = opened(hall, officer, here)
    anybody = visit(here, **PHONE)
    clean(anybody, "districts-public")
    vote(visit, hall, here, NORTH, "n2", **PHONE)
    vote(visit, hall, here, SOUTH, "s1", **DESK)
    others_vote(box)
    box.end()
    results = anybody.locator("main a.btn[href^='/rounds/']")
    until(anybody, lambda: bool(anybody.reload() and results.count() == 2))
    clean(anybody, "districts-results")
    for number, (district, winners) in enumerate(((NORTH, ["n2"]), (SOUTH, ["s2"]))):
        result = visit(results.nth(number).get_attribute("href"), **PHONE)
        assert district in result.locator("main").inner_text()
        clean(result, f"districts-result-{number}")
        rows = result.locator("#projects tbody tr").all_inner_texts()
        assert len(rows) == 2
        assert sum("ไม่ได้งบ" not in row for row in rows) == len(winners)
