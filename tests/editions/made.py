"""Editions for tests: with projects, and a ballot box that takes ballots."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from govapp.accounts.queries import people
from govapp.ballotbox.actions import notices, setup
from govapp.ballotbox.actions.setup import Plan
from govapp.core import cipher, clock, text
from govapp.core.files.keeping import keep
from govapp.core.files.kinds import Kind, Upload
from govapp.core.key_folder import KeyFolder
from govapp.counting.ballots import BallotKind
from govapp.counting.rule import Method, Rule
from govapp.editions.models import (
    KIND,
    Binding,
    Edition,
    EditionProject,
    Eligibility,
    Envelope,
    Phase,
    PhaseKind,
    Stage,
)
from govapp.editions.rules import passes
from govapp.editions.rules.passes import Pass, Way
from govapp.editions.views.at_hand import PASS
from govapp.ledger import codes
from govapp.rolls import actions as rolls
from govapp.rolls.actions import RollPlan
from govapp.rolls.models import RollEntry, RollVoter, Standing
from govapp.rolls.models.codes import RollCode
from govapp.rolls.queries import VOTER_KEY
from govapp.rolls.rules import CODE_LETTERS
from tests import make
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site

CODE_KEY = cipher.key_for(VOTER_KEY, make.SIGNING_KEY)
VOTERS = select(RollVoter.entry_id, RollVoter.voter_id)
BUDGET = 5_000_000_00
PLACES = ("ริมคลองสมมติ", "ตลาดสมมติ", "สวนสมมติ")
CATEGORIES = ("ถนนและทางเท้า", "เด็กและเยาวชน", "สิ่งแวดล้อม")
THINGS = (
    "ทางลาดและราวจับ",
    "ไฟส่องสว่างพลังแสงอาทิตย์",
    "ห้องสมุดใต้ร่มไม้",
    "จุดน้ำดื่มสะอาด",
    "ที่ยืมรถเข็นและเตียงผู้ป่วย",
    "ลานกีฬา",
    "แปลงผักปลอดสาร",
    "ป้ายรถประจำทาง",
)
PIECES = (
    "ผู้สูงอายุและคนพิการเดินถึงกันได้โดยไม่ต้องลงถนน",
    "มีที่นั่งพักทุกห้าสิบเมตร",
    "มีคนดูแลความสะอาดทุกวัน",
    "รวมค่าซ่อมบำรุงปีแรกไว้แล้ว",
    "ใช้แสงอาทิตย์ ไม่เพิ่มค่าไฟ",
    "เด็กจากสามโรงเรียนใช้ร่วมกัน",
    "เปิดถึงสองทุ่มทุกวัน",
    "ชุมชนช่วยออกแบบแล้วสองครั้ง",
    "ลดน้ำขังหน้าตลาดในฤดูฝน",
    "ปลูกไม้ยืนต้นให้ร่มเงา",
    "รถเข็นเด็กและรถเข็นของขายผ่านสะดวก",
    "ยืมได้โดยไม่เสียค่าใช้จ่าย",
    "มีป้ายอักษรเบรลล์",
    "ตรวจคุณภาพน้ำทุกเดือน",
)


def description(number: int) -> str:
    """Words of a project, others for each number; none for some."""
    drawn = random.Random(number)
    return " ".join(drawn.sample(PIECES, 5)) + f" จำนวน {drawn.randrange(2, 400)} จุด" if number % 3 else ""


@dataclass
class Made:
    """site: its box, with the voters by the ids that the box knows; entries: theirs on the roll."""

    id: int
    site: Site
    roll_id: int
    entries: Sequence[int]
    projects: Mapping[str, int]  # code -> id

    @property
    def path(self) -> str:
        return f"/editions/{self.id}/vote"


def contest(kind: BallotKind, projects: Sequence[EditionProject], **given: Any) -> dict[str, Any]:
    values = {
        "kind": "budget",
        "ballot": kind.value,
        "least": 1,
        "most": 1 if kind is BallotKind.CHOOSE_ONE else 5,
        "most_points": 5,
        "sum_points": 10,
        "budget": BUDGET,
        "rule": Rule(Method.EQUAL_SHARES, ties="lot").as_json(),
        "projects": [
            {"id": each.code, "cost": each.cost_satang, "categories": each.categories, "group": ""}
            for each in projects
        ],
    }
    return values | given


def edition(
    database: Any,
    keys: KeyFolder,
    kind: BallotKind = BallotKind.APPROVAL,
    projects: int = 8,
    voters: int = 30,
    accounts: int = 0,
    moved: Sequence[int] = (),
    is_open: bool = True,
    pictures: bool = False,
    opens_in: timedelta = timedelta(seconds=-1),
    **given: Any,
) -> Made:
    """accounts: of how many voters, who sign in as email(number). given: of the contest, such as most=3."""
    with database.write() as session:
        officer, post = boxes.post_of(session)
        now = clock.now()
        opens_at, closes_at = now + opens_in, now + opens_in + timedelta(hours=1)
        made = Edition(
            area_id=post.area_id,
            post_id=post.id,
            title="งบที่ชาวเมืองทดสอบเลือกเอง",
            description="",
            fiscal_year_be=2570,
            stage=Stage.PUBLISHED,
            binding=Binding.BINDING,
            resolution="",
            eligibility=Eligibility.RESIDENTS_16,
            eligibility_words="",
            kind=kind,
            least=1,
            most=5,
            most_points=5,
            sum_points=10,
            rule=Rule(Method.EQUAL_SHARES, ties="lot").as_json(),
            languages=["th", "en"],
            called_off_because="",
            lessons="",
            search_text="",
            phases=[Phase(kind=PhaseKind.VOTE, starts_at=opens_at, ends_at=closes_at)],
            envelopes=[Envelope(district="", budget_satang=BUDGET)],
        )
        session.add(made)
        session.flush()
        rows = [_project(session, made.id, number, pictures) for number in range(1, projects + 1)]
        plan = Plan(
            kind=KIND,
            title=made.title,
            contests={"": contest(kind, rows, **given)},
            opens_at=opens_at,
            closes_at=closes_at,
            with_ties=True,
        )
        box = setup.prepare(session, officer, post, plan, boxes.HOST)
        roll = rolls.make(session, officer, post, post.area, RollPlan(made.title))
        entries = [_entry(session, roll.id, each, each < accounts, each in moved) for each in range(voters)]
        setup.set_electorate(session, officer, box.id, rolls.freeze(session, officer, roll.id, box.id))
        known = {entry: voter for entry, voter in session.execute(VOTERS)}
        ids = [known.get(entry, "") for entry in entries]  # "" for those who moved
        holders = boxes.holders_of_keys(session)
        setup.name_key_holders(session, officer, box.id, [holder.id for holder in holders])
        made.roll_id, made.box_id = roll.id, box.id
        session.commit()
        site = Site(database, keys, box.id, ids, officer.id, holders[0].id)
        found = Made(made.id, site, roll.id, entries, {row.code: row.id for row in rows})
    if is_open:
        boxes.open_for_votes(site)
    return found


def email(number: int) -> str:
    return f"votes-{number}@example.org"


def _entry(session: Session, roll_id: int, number: int, has_account: bool, has_moved: bool) -> int:
    """Somebody on the roll, invented."""
    name = f"ผู้มีสิทธิ สมมติ{number}"
    values = {"sort_key": text.sort_key(name), "search_name": text.search_text(name), "address": ""}
    made = RollEntry(roll_id=roll_id, given_name=name.split()[0], family_name=name.split()[1], **values)
    made.case_number, made.birth_year = f"2569-{number:06}", 1980
    if has_account:
        known = people.by_email(session, email(number)) or make.user(session, email(number))
        made.user_id = known.id
    made.standing = Standing.MOVED if has_moved else Standing.ON
    session.add(made)
    session.flush()
    return made.id


def code(session: Session, made: Made, number: int, key: bytes = CODE_KEY) -> str:
    """A new access code of this voter, in place of the one before."""
    new = codes.make(CODE_LETTERS)
    session.execute(delete(RollCode).where(RollCode.entry_id == made.entries[number]))
    session.add(RollCode(entry_id=made.entries[number], fingerprint=cipher.fingerprint(key, new)))
    session.commit()
    return codes.grouped(new)


def _project(session: Session, edition_id: int, number: int, with_picture: bool) -> EditionProject:
    title = f"{THINGS[number % len(THINGS)]} ชุมชนที่ {number}"
    made = EditionProject(
        edition_id=edition_id,
        code=str(number),
        title=title,
        description=description(number),
        cost_satang=(number % 7 + 1) * 250_000_00 + number % 2 * 50,
        categories=[CATEGORIES[number % 3]],
        place=PLACES[number % 3],
        translations={"en": {"title": f"Project {number}", "description": ""}} if number % 4 else {},
        sort_key=text.sort_key(title),
        search_text=text.search_text(title),
    )
    if with_picture:
        drawn = make.png(32, 16 + number % 5)
        made.picture_id = keep(session, Upload(Kind.PNG, drawn, drawn, 32, 16, "p.png")).id
        made.picture_words = "ภาพสมมติของโครงการ"
    session.add(made)
    session.flush()
    return made


def hand_pass(client: FlaskClient, made: Made, number: int = 0, way: Way = Way.STATION) -> str:
    """The browser votes for this voter from now on; returns the id by which the box knows them."""
    voter = made.site.voters[number]
    signer = client.application.extensions["link_signer"]
    with client.session_transaction() as cookie:
        cookie[PASS] = passes.written(signer, Pass.new(made.id, voter, way))
    return voter


def withdraw(made: Made, project: str) -> None:
    """By an emergency notice that two people published."""
    with made.site.begin() as session:
        notice = notices.ask(session, made.site.officer(session), made.site.box_id, "เหตุสมมติ", project)
        notices.publish(session, made.site.keys, made.site.second(session), notice.id)
