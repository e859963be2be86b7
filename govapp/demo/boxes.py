"""The chapter of the ballot boxes: one that takes ballots now, one that waits for its key-holders.

Everything goes the way of a real box, only that the sheets of the keys are told to whoever runs the demo.
"""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.posts import Role
from govapp.accounts.rules.posts import posts_of
from govapp.ballotbox.actions import casting, closing, opening, setup, starting
from govapp.ballotbox.models import BallotBox, Openings
from govapp.ballotbox.queries import voters
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core import clock
from govapp.core.db import Database
from govapp.core.key_folder import KeyFolder
from govapp.demo import queries
from govapp.questions import actions, rules
from govapp.questions.actions import Draft
from govapp.questions.models import Question

PASSPHRASE = "demo only"
OFFICER, KEEPERS = "mali", ("prayun", "lamduan", "decha")
NEIGHBOURS = 30  # invented voters who cannot sign in
OPEN_FOR = timedelta(days=7)
CLOSES_AFTER = timedelta(seconds=4)
NOW = (
    "เห็นชอบให้หอสมุดสมมติเปิดถึง 20.00 น. ทุกวันเสาร์หรือไม่",
    "ค่าใช้จ่ายเพิ่มปีละ 120,000 บาท จากงบประมาณสมมติของเทศบาล",
)
BEFORE = (
    "เห็นชอบให้ปิดถนนริมบึงสมมติเป็นถนนคนเดินทุกวันอาทิตย์หรือไม่",
    "ปิดเวลา 15.00–21.00 น. รถฉุกเฉินผ่านได้ตลอด (เรื่องสมมติ)",
)

Say = Callable[[str], None]


def load(database: Database, keys: KeyFolder, host: str, say: Say) -> bool:
    """Tell the chapter; False where there are boxes already. say: hears the sheets, a line at a time."""
    with database.read() as session:
        if session.scalars(select(Question.id).limit(1)).first():
            return False
    with database.write.begin() as session:
        extras = _neighbours(session)
    for words, lasts in ((NOW, OPEN_FOR), (BEFORE, CLOSES_AFTER)):
        with database.write.begin() as session:
            box_id = _asked(session, words, lasts, extras, host)
        with database.write.begin() as session:
            open_for_votes(session, keys, box_id, say)
    _vote(database, keys, box_id)
    _wait_for_its_end(database, keys, box_id)
    return True


def _neighbours(session: Session) -> list[int]:
    people = [
        User(given_name=f"ผู้ลงคะแนนคนที่ {number}", family_name="สมมติ") for number in range(1, NEIGHBOURS + 1)
    ]
    session.add_all(people)
    session.flush()
    return [each.id for each in people]


def _asked(session: Session, words: tuple[str, str], lasts: timedelta, extras: list[int], host: str) -> int:
    people = queries.users(session)
    officer = people[OFFICER]
    (post,) = (each for each in posts_of(officer) if each.role is Role.OFFICER)
    listed = [each.id for each in people.values() if each.email]
    now = clock.now()
    draft = Draft(*words, now, now + lasts, 0, Openings.PUBLIC, [*listed, *extras], None)
    question = actions.ask(session, officer, post, draft, host)
    return question.box_id


def open_for_votes(session: Session, keys: KeyFolder, box_id: int, say: Say) -> None:
    """Name its key-holders, make and try its keys, and open it. say: hears the sheets, a line at a time."""
    people = queries.users(session)
    setup.name_key_holders(session, people[OFFICER], box_id, [people[key].id for key in KEEPERS])
    sheets = setup.make_sheets(session, keys, people[OFFICER], box_id, PASSPHRASE)
    box = session.get_one(BallotBox, box_id)
    say(f"{box.title}\npassphrase: {PASSPHRASE}")
    for holder, sheet in zip(box.key_holders, sheets, strict=True):
        setup.receive_sheet(session, holder.user, box_id)
        say(f"{holder.number}. {holder.user.name}: {sheet.text}")
    private = opening.joined(box, [sheet.text for sheet in sheets[:2]], PASSPHRASE)
    setup.try_sheets(session, people[KEEPERS[0]], box_id, private)
    starting.open_box(session, keys, people[OFFICER], box_id)


def _vote(database: Database, keys: KeyFolder, box_id: int) -> None:
    draw = random.Random(box_id)
    with database.read() as session:
        roll = [voter for voter, _ in voters(session, box_id)]
    for voter in roll[: -len(roll) // 5]:
        answer: Any = draw.choices(rules.OPTIONS, (5, 3, 1))[0]
        with database.write.begin() as session:
            casting.cast(session, keys, Ticket.new(box_id, voter, 0), answer)


def _wait_for_its_end(database: Database, keys: KeyFolder, box_id: int) -> None:
    time.sleep(CLOSES_AFTER.total_seconds())
    with database.write.begin() as session:
        people = queries.users(session)
        closing.close(session, keys, None, box_id)
        closing.finish(session, keys, people[OFFICER], box_id)
    with database.write.begin() as session:
        people = queries.users(session)
        closing.destroy_slot_key(session, keys, people[OFFICER], box_id)
        closing.cosign_destruction(session, people[KEEPERS[0]], box_id)
