"""The chapter of the editions: one to vote in, one that is being planned, and the one of the finished round.

The office works as on a real site; the people on the roll come from a file, as they would.
"""

import io
import random
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.posts import Post
from govapp.areas.models import Area
from govapp.ballotbox.actions import casting
from govapp.ballotbox.models import Openings
from govapp.ballotbox.rules.tickets import Ticket
from govapp.budgeting.models import Round
from govapp.core import clock, dates, spreadsheets
from govapp.core.db import Database
from govapp.core.key_folder import KeyFolder
from govapp.counting.ballots import BallotKind
from govapp.demo import ballot, boxes, pictures, projects, queries, round_2569
from govapp.demo.boxes import OFFICER, Say
from govapp.demo.people import PEOPLE, Person
from govapp.demo.places import MUNICIPALITY, ZONES
from govapp.demo.projects import Idea
from govapp.editions import rules
from govapp.editions.actions import opening, planning
from govapp.editions.actions import projects as projects_actions
from govapp.editions.actions.planning import BallotPlan, Details
from govapp.editions.actions.projects import Picture
from govapp.editions.models import Binding, Edition, Eligibility, PhaseKind
from govapp.editions.rules.calendar import Span
from govapp.editions.rules.drafts import ProjectDraft
from govapp.editions.rules.plans import Limits
from govapp.rolls.actions import codes, importing
from govapp.rolls.models import RollEntry, RollVoter
from govapp.rolls.models.codes import Form

TITLE = "งบที่ชาวบึงสาครเลือกเอง ปี {}"
WORDS = "เมืองและบุคคลในรอบนี้ไม่มีอยู่จริง มีไว้ให้ลองใช้ ชาวเมืองเลือกโครงการเองจากเงินก้อนเดียวของทั้งเมือง"
ENGLISH = {
    "title": "The people of Bueng Sakhon choose {}",
    "description": (
        "This town and everybody in it are invented, for trying things out. "
        "Its people choose projects for one sum of money of the whole town."
    ),
    "resolution": "Resolution 3 of the invented council: winning projects are put into the budget.",
}
RESOLUTION = "มติสภาเทศบาลสมมติ ครั้งที่ 3: บรรจุโครงการที่ชนะในเทศบัญญัติงบประมาณ"
LESSONS = (
    "ปีหน้าเปิดลงคะแนนให้นานขึ้น ตั้งโต๊ะช่วยลงคะแนนที่ศาลาชุมชนทั้งสี่แห่ง "
    "และให้ช่างของเทศบาลตรวจราคาก่อนประกาศรายชื่อโครงการ (บทเรียนสมมติ)"
)
BUDGET_SATANG = 300_000_000
NEIGHBOURS, WITH_CODES, HAVE_VOTED = 42, 6, 24  # invented voters; the first have codes, the last have voted
CASE = "2569-9{:05}"  # their case numbers, of a series no office has given out
HEADER = ("เลขที่ระบบออกให้", "คำนำหน้า", "ชื่อ", "นามสกุล", "ปีเกิด", "บ้านเลขที่", "ชุมชน")
BEFORE = ((PhaseKind.IDEAS, 28), (PhaseKind.REVIEW, 28), (PhaseKind.CAMPAIGN, 14))  # days they took
AFTER = ((PhaseKind.OPENING, 1), (PhaseKind.RESULT, 14), (PhaseKind.DELIVERY, 365))
VOTE_DAYS, HEARD = 14, timedelta(days=3)
OPENS_AT, CLOSES_AT = time(8), time(16)


@dataclass(frozen=True)
class Server:
    """What the chapter is written with. host: of the site."""

    database: Database
    keys: KeyFolder
    code_keys: codes.Keys
    host: str

    def begin(self) -> AbstractContextManager[Session]:
        return self.database.write.begin()


def load(server: Server, say_sheet: Say, say_code: Say) -> bool:
    """Tell the chapter; False where there are editions already, or no people.

    say_sheet, say_code: hear the sheets of the keys and the access codes, a line at a time.
    """
    with server.database.read() as session:
        if session.scalars(select(Edition.id).limit(1)).first() or OFFICER not in queries.users(session):
            return False
    with server.begin() as session:
        _past(session)
        edition_id, roll_id, import_id = _planned(session)
    importing.read(server.begin, import_id, io.BytesIO(_file(server)), b"")
    with server.begin() as session:
        officer, _post = _office(session)
        importing.check(session, officer.id, import_id)
        importing.apply(session, officer.id, import_id)
        _link(session, roll_id)
    with server.begin() as session:
        box_id = opening.make_ready(session, _office(session)[0], edition_id, server.host).id
        boxes.open_for_votes(session, server.keys, box_id, say_sheet)
        _hand_codes_out(session, server, roll_id, say_code)
        _next(session, edition_id)
    _vote(server, box_id, roll_id)
    return True


def _office(session: Session) -> tuple[User, Post]:
    officer = queries.users(session)[OFFICER]
    (post,) = rules.posts_to_plan(officer)
    return officer, post


def _planned(session: Session) -> tuple[int, int, int]:
    """The edition to vote in, published: its number, that of its roll, and of the file that will fill it."""
    officer, _post = _office(session)
    now = clock.now().replace(second=0, microsecond=0)
    year = dates.fiscal_year(now) + 1
    english = {"en": ENGLISH | {"title": ENGLISH["title"].format(year)}}
    details = Details("", WORDS, year, Binding.BINDING, RESOLUTION, Eligibility.RESIDENTS_16, "", english)
    edition = _begun(session, details, BUDGET_SATANG, _calendar(now, VOTE_DAYS))
    plan = BallotPlan(BallotKind.KNAPSACK, Limits(1, 1), "equal-shares", Openings.PUBLIC, ["th", "en"])
    planning.change_ballot(session, officer, edition.id, plan)
    for number, planned in enumerate(ballot.PROJECTS):
        picture = Picture(planned.shows, pictures.draw(number))
        projects_actions.add(session, officer, edition.id, planned.draft(_code(number)), picture)
    planning.publish(session, officer, edition.id)
    roll = opening.make_roll(session, officer, edition.id)
    brought = importing.begin(session, roll.id, officer.id, "residents.csv", "th")
    return edition.id, roll.id, brought.id


def _begun(session: Session, details: Details, budget_satang: int, spans: list[Span]) -> Edition:
    """A draft with one budget for the whole town; the year gives it its title."""
    officer, post = _office(session)
    title, year = TITLE.format(details.fiscal_year_be), details.fiscal_year_be
    edition = planning.start(session, officer, post, title, year, dates.local_day(clock.now()), "")
    planning.change_details(session, officer, edition.id, replace(details, title=title))
    planning.change_money(session, officer, edition.id, {"": budget_satang})
    return planning.change_calendar(session, officer, edition.id, spans)


def _calendar(begins: datetime, vote_days: int) -> list[Span]:
    """The phases one after another, of which the vote begins at this moment."""
    closes = dates.from_local(dates.local_day(begins) + timedelta(days=vote_days), CLOSES_AT)
    fixed = {PhaseKind.CAMPAIGN: begins, PhaseKind.VOTE: closes, PhaseKind.OBJECTIONS: closes + HEARD}
    first = dates.local_day(begins) - timedelta(days=sum(days for _kind, days in BEFORE))
    spans, starts = [], dates.from_local(first, time(0))
    for kind, days in (*BEFORE, (PhaseKind.VOTE, 0), (PhaseKind.OBJECTIONS, 0), *AFTER):
        midnight = dates.from_local(dates.local_day(starts) + timedelta(days=days), time(0))
        ends = fixed.get(kind, midnight)
        spans.append(Span(kind, starts, ends))
        starts = ends
    return spans


def _residents() -> list[Person]:
    """The demo's people who live in the town. The others see what is seen by who may not vote."""
    return [person for person in PEOPLE if person.place in (None, MUNICIPALITY)]


def _case(person: Person) -> str:
    return CASE.format(900 + PEOPLE.index(person))


def _file(server: Server) -> bytes:
    """Who may vote, as an office would bring them."""
    draw = random.Random(TITLE)
    rows: list[tuple[Any, ...]] = [HEADER]
    for person in _residents():
        rows.append((_case(person), person.title, person.given_name, person.family_name, *_home(draw)))
    for number in range(1, NEIGHBOURS + 1):
        rows.append((CASE.format(number), "", f"ผู้มีสิทธิคนที่ {number}", "สมมติ", *_home(draw)))
    return (spreadsheets.BOM + spreadsheets.lines(rows)).encode()


def _home(draw: random.Random) -> tuple[int, int, str]:
    """Year of birth, house and community."""
    return draw.randint(2480, 2545), draw.randint(1, 300), draw.choice(ZONES).name_th


def _link(session: Session, roll_id: int) -> None:
    """Whoever of them can be somebody in the demo votes with that account."""
    users = queries.users(session)
    for person in _residents():
        row = select(RollEntry).where(RollEntry.roll_id == roll_id, RollEntry.case_number == _case(person))
        session.scalars(row).one().user_id = users[person.key].id


def _hand_codes_out(session: Session, server: Server, roll_id: int, say: Say) -> None:
    """Codes for a few who cannot sign in, as on letters."""
    officer, _post = _office(session)
    named = {CASE.format(number) for number in range(1, WITH_CODES + 1)}
    here = select(RollEntry.id).where(RollEntry.roll_id == roll_id, RollEntry.case_number.in_(named))
    ids = set(session.scalars(here))
    posted = [each for each in codes.plan(session, roll_id, Form.MERGE, None) if each.entry_id in ids]
    rows = [("no", "name", "code"), *((n, each.name, each.shown) for n, each in enumerate(posted, 1))]
    content = (spreadsheets.BOM + spreadsheets.lines(rows)).encode()
    codes.keep(session, officer.id, (roll_id, Form.MERGE, None), posted, content, server.code_keys)
    for each in posted:
        say(f"{each.name}: {each.shown}")


def _vote(server: Server, box_id: int, roll_id: int) -> None:
    """Some have voted by now: each filled the budget with what they like."""
    draw = random.Random(box_id)
    with server.database.read() as session:
        named = {CASE.format(number + 1) for number in range(NEIGHBOURS - HAVE_VOTED, NEIGHBOURS)}
        known = select(RollVoter.voter_id).join(RollEntry, RollEntry.id == RollVoter.entry_id)
        mine = known.where(RollEntry.roll_id == roll_id, RollEntry.case_number.in_(named))
        voters = session.scalars(mine.order_by(RollEntry.id)).all()
    for voter in voters:
        with server.begin() as session:
            casting.cast(session, server.keys, Ticket.new(box_id, voter, 0), _filled(draw))


def _filled(draw: random.Random) -> list[str]:
    """A ballot within the budget."""
    liked = draw.choices(range(len(ballot.PROJECTS)), [each.appeal for each in ballot.PROJECTS], k=12)
    chosen: list[int] = []
    for number in dict.fromkeys(liked):
        if sum(ballot.PROJECTS[each].baht for each in (*chosen, number)) * 100 <= BUDGET_SATANG:
            chosen.append(number)
    return sorted(map(_code, chosen))


def _code(number: int) -> str:
    """Of a project, by its place on the list."""
    return f"{number + 1:02}"


def _next(session: Session, edition_id: int) -> None:
    """The draft of the year after, begun from this one: its list of tasks shows what is still to do."""
    officer, post = _office(session)
    year = dates.fiscal_year(clock.now()) + 2
    planning.copy(session, officer, post, edition_id, TITLE.format(year), year)


def _past(session: Session) -> None:
    """The edition whose vote is the finished round of the demo, where that is here."""
    story, year = round_2569.STORY, round_2569.STORY.fiscal_year_be
    here = select(Round).join(Area, Area.id == Round.area_id).where(Area.code == MUNICIPALITY.code)
    held = session.scalars(here.where(Round.fiscal_year_be == year)).first()
    if held is None or held.voted_from is None:
        return
    details = Details("", story.description, year, Binding.BINDING, RESOLUTION, Eligibility.RESIDENTS_16, "")
    begins = dates.from_local(held.voted_from, OPENS_AT)
    edition = _begun(session, details, round_2569.BUDGET, _calendar(begins, 13))
    officer, _post = _office(session)
    plan = BallotPlan(BallotKind.APPROVAL, Limits(1, 10), "equal-shares-add1", Openings.PUBLIC, ["th"])
    planning.change_ballot(session, officer, edition.id, plan)
    drafts = [_draft(idea) for idea in projects.IDEAS]
    projects_actions.bring_in(session, officer, edition.id, drafts, "")
    planning.publish(session, officer, edition.id)
    planning.write_lessons(session, officer, edition.id, LESSONS)
    edition.envelopes[0].round_id = held.id


def _draft(idea: Idea) -> ProjectDraft:
    """The money was for the whole town, so that where a project lies is its place, and not its district."""
    told = idea.project
    return ProjectDraft(
        code=told.id,
        title=told.name,
        description=idea.description,
        cost_satang=told.cost,
        categories=tuple(told.categories),
        place=told.district,
        proposer=idea.proposer,
    )
