"""Claims, objections and corrections: each with a reason, none decided by who asked, all of them kept."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models.people import CitizenNumber
from govapp.core import cipher
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied, NotNow, Unreadable
from govapp.core.files.kinds import Kind, Upload
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.notifications.models import Letter
from govapp.rolls import actions, queries
from govapp.rolls.actions import RollPlan, claims, leaving
from govapp.rolls.actions.claims import Person, Said
from govapp.rolls.models import RollEntry, Standing
from govapp.rolls.models.claims import RollClaim, Wish
from govapp.rolls.queries import claims as claim_queries
from govapp.rolls.queries import due
from govapp.rolls.queries.personal_data import personal_data
from tests import make
from tests.rolls import keeping
from tests.rolls.files import DISTRICTS, number, row
from tests.rolls.keeping import FINDING, take

PERSON = Person(
    Name("นาง", "ผู้มีสิทธิ", "แก้แล้ว"), PartialDate(1980), DISTRICTS[0], Standing.ON, "1 ทดสอบ", "99990"
)


def said(wish: Wish, district: str = "", token: str = "t") -> Said:
    return Said(wish, "เหตุผลสมมติ", district, Upload(Kind.PDF, b"%PDF-1.7", name="a.pdf"), token)


def citizen(session: Session, seed: int, **given: Any) -> Any:
    user = make.user(session, f"user-{seed}@example.org", **given)
    kept = CitizenNumber(user_id=user.id, sealed="x", last_four=number(seed)[-4:])
    kept.fingerprint = cipher.fingerprint(FINDING, number(seed))
    session.add(kept)
    session.commit()
    return user


def test_who_is_not_on_the_roll_asks_and_an_officer_decides(session: Session) -> None:
    of = keeping.office(session, districts=DISTRICTS)
    user = citizen(session, 9)
    asked = claims.claim(session, user, of.roll.id, said(Wish.ADD, DISTRICTS[1]))
    assert claims.claim(session, user, of.roll.id, said(Wish.ADD, DISTRICTS[1])) is asked, "sent twice"
    assert [matter.values["count"] for matter in due.due(session, of.post)] == [1]
    with pytest.raises(Unreadable, match="district"):
        claims.decide(session, of.officer, asked.id, True, "เห็นบัตรแล้ว", "เขตอื่น")
    claims.decide(session, of.officer, asked.id, True, "เห็นบัตรแล้ว", DISTRICTS[1])
    entry = queries.entry_of_account(session, of.roll.id, user.id)
    assert entry is not None
    assert (entry.district, entry.standing, entry.last_four) == (DISTRICTS[1], Standing.ON, number(9)[-4:])
    assert due.due(session, of.post) == []
    with pytest.raises(NotNow, match="already"):
        claims.decide(session, of.officer, asked.id, False, "x")
    with pytest.raises(NotNow, match="on this roll already"):
        claims.claim(session, user, of.roll.id, said(Wish.ADD, token="u"))


def test_who_belongs_to_another_district_is_moved_with_a_trail(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1, standing="moved"))
    user = citizen(session, 1)
    asked = claims.claim(session, user, of.roll.id, said(Wish.MOVE, DISTRICTS[0]))
    claims.decide(session, of.officer, asked.id, True, "ย้ายกลับแล้ว", DISTRICTS[0])
    assert asked.changes == {"district": [DISTRICTS[1], DISTRICTS[0]], "standing": ["moved", "on"]}
    assert queries.counts(session, of.roll.id) == {DISTRICTS[0]: 1}


def test_a_refusal_has_a_reason_and_changes_nothing(session: Session) -> None:
    of = keeping.office(session)
    user = citizen(session, 9)
    asked = claims.claim(session, user, of.roll.id, said(Wish.ADD))
    claims.decide(session, of.officer, asked.id, False, "ไม่ได้อยู่ในพื้นที่")
    assert queries.entry_of_account(session, of.roll.id, user.id) is None
    (mine,) = claim_queries.own(session, of.roll.id, user.id)
    assert (mine.accepted, mine.why) == (False, "ไม่ได้อยู่ในพื้นที่")


@pytest.mark.parametrize("accepted", [True, False])
def test_who_asked_gets_a_letter_with_the_decision_and_its_reason(session: Session, accepted: bool) -> None:
    of = keeping.office(session)
    user = citizen(session, 9)
    asked = claims.claim(session, user, of.roll.id, said(Wish.ADD))
    assert session.scalars(select(Letter).where(Letter.template == "claim_decided")).all() == []
    claims.decide(session, of.officer, asked.id, accepted, "ตรวจเอกสารแล้ว", DISTRICTS[0])
    letter = session.scalars(select(Letter).where(Letter.template == "claim_decided")).one()
    assert (letter.user_id, letter.path) == (user.id, f"/rolls/{of.roll.id}")
    assert letter.given == {
        "roll": {"th": of.roll.title, "en": of.roll.title},
        "wish": {"th": "ขอเพิ่มชื่อ", "en": "To be added"},
        "accepted": accepted,
        "reason": "ตรวจเอกสารแล้ว",
    }
    assert number(9) not in str(letter.given)


def test_what_an_officer_does_unasked_tells_nobody_by_letter(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1))
    citizen(session, 1)
    entry = session.scalars(select(RollEntry)).one()
    claims.correct(session, of.officer, entry.id, PERSON, "ตามทะเบียนบ้าน")
    assert session.scalars(select(Letter).where(Letter.template == "claim_decided")).all() == []


def test_nobody_decides_what_they_asked_for_and_others_decide_nothing(session: Session) -> None:
    of = keeping.office(session)
    asked = claims.claim(session, of.officer, of.roll.id, said(Wish.STRIKE))
    for actor in (of.officer, make.user(session)):
        with pytest.raises(Denied):
            claims.decide(session, actor, asked.id, True, "x")


def test_what_an_account_does_not_show_is_not_taken_over(session: Session) -> None:
    of = keeping.office(session, minimum_age=18, age_on=date(2027, 1, 1))
    nobody, young = make.user(session), citizen(session, 9, birth_year=2015)
    for user, words in ((nobody, "neither"), (young, "young")):
        asked = claims.claim(session, user, of.roll.id, said(Wish.ADD, token=f"t{user.id}"))
        with pytest.raises((NotNow, Unreadable), match=words):
            claims.decide(session, of.officer, asked.id, True, "x")


def test_who_is_too_young_by_now_is_not_taken_back_on_the_roll(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1, standing="moved", born="2555"))
    asked = claims.claim(session, citizen(session, 1), of.roll.id, said(Wish.ADD))
    plan = RollPlan(of.roll.title, minimum_age=16, age_on=date(2027, 1, 1))
    actions.follow(session, of.officer, of.roll.id, plan)
    with pytest.raises(NotNow, match="young"):
        claims.decide(session, of.officer, asked.id, True, "x", DISTRICTS[1])


def test_one_person_does_not_ask_without_end(session: Session) -> None:
    of, user = keeping.office(session), make.user(session)
    for token in range(claims.MOST_WAITING):
        claims.claim(session, user, of.roll.id, said(Wish.STRIKE, token=f"t{token}"))
    with pytest.raises(NotNow, match="several"):
        claims.claim(session, user, of.roll.id, said(Wish.STRIKE, token="more"))


def test_a_correction_by_hand_is_kept_with_its_reason(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1))
    entry = session.scalars(select(RollEntry)).one()
    made = claims.correct(session, of.officer, entry.id, PERSON, "ตามทะเบียนบ้าน")
    assert made.wish is Wish.MOVE
    assert (entry.family_name, entry.birth_date, entry.is_corrected) == ("แก้แล้ว", PartialDate(1980), True)
    assert [claim.why for claim in claim_queries.of_entry(session, entry.id)] == ["ตามทะเบียนบ้าน"]
    noted = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert noted is not None
    assert noted.details == {"roll_id": of.roll.id, "roll_entry_id": entry.id, "roll_claim_id": made.id}


def test_somebody_is_put_on_the_roll_by_hand_once(session: Session) -> None:
    of = keeping.office(session)
    identity = (cipher.fingerprint(FINDING, number(5)), number(5)[-4:], None)
    claims.add(session, of.officer, of.roll.id, identity, PERSON, "มาแสดงตัว")
    session.commit()
    with pytest.raises(NotNow, match="already"):
        claims.add(session, of.officer, of.roll.id, identity, PERSON, "มาแสดงตัว")


def test_a_frozen_roll_is_neither_corrected_nor_claimed(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    user, entry = citizen(session, 9), session.scalars(select(RollEntry)).first()
    asked = claims.claim(session, user, of.roll.id, said(Wish.ADD))
    keeping.freeze(session, of)
    assert entry is not None
    for deed in (
        lambda: claims.claim(session, user, of.roll.id, said(Wish.STRIKE, token="u")),
        lambda: claims.decide(session, of.officer, asked.id, True, "x"),
        lambda: claims.correct(session, of.officer, entry.id, PERSON, "x"),
        lambda: claims.add(session, of.officer, of.roll.id, (None, "", "2569-000009"), PERSON, "x"),
    ):
        with pytest.raises(NotNow, match="frozen"):
            deed()
    claims.decide(session, of.officer, asked.id, False, "มาช้าไป")


def test_a_person_takes_along_and_leaves_behind(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1))
    user = citizen(session, 1)
    claims.claim(session, user, of.roll.id, said(Wish.CORRECT))
    decided = claims.claim(session, user, of.roll.id, said(Wish.STRIKE, token="u"))
    claims.decide(session, of.officer, decided.id, False, "ไม่มีมูล")
    on, asked = personal_data(session, user.id)
    assert [entry["district"] for entry in on.rows] == [DISTRICTS[1]]
    assert number(1) not in str(on.rows)
    assert len(asked.rows) == 2
    leaving.forget_person(session, user.id)
    session.expire_all()
    (left,) = session.scalars(select(RollClaim)).all()
    assert (left.words, left.evidence_id, left.why) == ("", None, "ไม่มีมูล")
