"""Access codes: made in batches as a postman walks, in clear only in sealed files, useless once revoked."""

import csv
import io
import re
from datetime import timedelta

import pymupdf
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User, WebSession
from govapp.core import cipher, clock
from govapp.core.errors import Denied, NotNow
from govapp.core.jobs import Job, JobState, work_all
from govapp.rolls import queries, rules
from govapp.rolls.actions import codes, leaving
from govapp.rolls.actions.codes import Keys, Posted
from govapp.rolls.models import Roll, RollEntry
from govapp.rolls.models.codes import Form, RollBatch, RollCode
from govapp.rolls.queries import codes as code_queries
from tests import make
from tests.rolls import keeping
from tests.rolls.files import DISTRICTS, row
from tests.rolls.keeping import Office, take

KEYS = Keys.of(make.SIGNING_KEY)


@pytest.fixture
def of(session: Session) -> Office:
    made = keeping.office(session)
    take(session, made, row(1, house="12"), row(2, house="2"), row(3, house="=1+1"), row(4, standing="moved"))
    return made


def proved(session: Session, of: Office) -> WebSession:
    return make.sign_in(session, of.officer)


def printed(session: Session, of: Office, app: Flask, form: Form, district: str | None = None) -> bytes:
    """Ask for codes, let the job make them, and take the last file."""
    codes.ask(session, proved(session, of), of.officer, of.roll.id, form, district)
    session.commit()
    officer_id, roll_id = of.officer.id, of.roll.id
    work_all(app.extensions["database"], {"make_roll_codes": app.extensions["tasks"]["make_roll_codes"]})
    job = session.scalars(select(Job).where(Job.kind == codes.MAKE).order_by(Job.id.desc())).first()
    assert job is not None
    assert job.state is JobState.DONE, job.message
    batch = session.scalars(select(RollBatch).order_by(RollBatch.id.desc())).first()
    assert batch is not None
    of.officer, of.roll = session.get_one(User, officer_id), session.get_one(Roll, roll_id)
    return codes.take(session, proved(session, of), of.officer, batch.id, KEYS)


def merged(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_table_for_a_printing_house_holds_codes_that_open(session: Session, of: Office, app: Flask) -> None:
    _box, voters = keeping.freeze(session, of)
    lines = merged(printed(session, of, app, Form.MERGE))
    assert len(lines) == len(voters) == 3, "who moved gets no code"
    found = {queries.voter_of_code(session, of.roll.id, line["code"], KEYS.hashing) for line in lines}
    assert {voter.voter_id for voter in found if voter} == {voter for voter, _district in voters}
    assert [line["address_1"] for line in lines if line["address_1"].startswith("'")] == ["'=1+1 หมู่ที่ 4"]
    assert all(line["url"].endswith(f"/rolls/{of.roll.id}") for line in lines)


def test_letters_are_sorted_for_the_postman(session: Session, app: Flask) -> None:
    of = keeping.office(session)
    houses = ("12", "2/10", "2/9", "1")
    take(
        session, of, *(row(seed, house=house, village="3", district="") for seed, house in enumerate(houses))
    )
    lines = merged(printed(session, of, app, Form.MERGE))
    assert [line["address_1"].split()[0] for line in lines] == ["1", "2/9", "2/10", "12"]


def test_letters_are_printed_with_name_address_and_code(session: Session, of: Office, app: Flask) -> None:
    content = printed(session, of, app, Form.LETTERS, DISTRICTS[1])
    with pymupdf.open(stream=content) as paper:
        pages = [" ".join(page.get_text().split()) for page in paper]
    assert len(pages) == 2
    assert "๐๐๐๐๐๑" in pages[0] + pages[1]
    assert all("รหัสเข้าใช้เพื่อลงคะแนนของท่าน" in page and "เขตของท่าน: เขตใต้" in page for page in pages)
    lines = {code for page in pages for code in re.findall("[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}", page)}
    assert {cipher.fingerprint(KEYS.hashing, code.replace("-", "")) for code in lines} == set(
        session.scalars(select(RollCode.fingerprint))
    )
    assert session.scalars(select(RollBatch)).one().letters == 2
    assert code_queries.lacking(session, of.roll.id) == 1


def test_letters_speak_the_other_language_of_the_ballot_too(session: Session, of: Office, app: Flask) -> None:
    names = {"title": "Our budget", "districts": {DISTRICTS[1]: "South"}}
    of.roll.translations = {"en": names}
    of.roll.door = "/a-long-address" * 8
    content = printed(session, of, app, Form.LETTERS)
    with pymupdf.open(stream=content) as paper:
        pages = [" ".join(page.get_text().split()) for page in paper]
        lines = [block for block in paper[0].get_text("blocks") if block[4].strip()]
    assert len(pages) == 3
    for page in pages:
        assert "รหัสเข้าใช้เพื่อลงคะแนนของท่าน" in page
        assert "Your access code for a vote: Our budget" in page
        assert "No officer ever asks for the code by telephone or message." in page
        assert ("เขตใต้ (South)" in page) == ("เขตใต้" in page)
    assert sum("(South)" in page for page in pages) == 2
    top = min(block[1] for block in lines if "Our budget" in block[4])
    above = [block for block in lines if block[1] < top]
    assert len(above) > 5
    assert max(block[3] for block in above) <= top + 1, "the Thai runs into the English"


def test_no_code_lies_in_the_database_in_clear(session: Session, of: Office, app: Flask) -> None:
    lines = merged(printed(session, of, app, Form.MERGE))
    sealed = session.scalars(select(RollBatch.sealed)).one()
    stored = " ".join(session.scalars(select(RollCode.fingerprint)))
    for line in lines:
        plain = line["code"].replace("-", "")
        assert plain not in stored
        assert sealed is not None
        assert plain.encode() not in sealed
        assert line["code"].encode() not in sealed
        assert cipher.fingerprint(KEYS.hashing, plain) in stored


def test_a_file_is_gone_a_day_after_it_was_taken(session: Session, of: Office, app: Flask) -> None:
    printed(session, of, app, Form.MERGE)
    (batch,) = session.scalars(select(RollBatch)).all()
    assert codes.take(session, proved(session, of), of.officer, batch.id, KEYS), (
        "a broken download is repeated"
    )
    with clock.stopped(clock.now() + timedelta(days=1, minutes=1)):
        with pytest.raises(NotNow, match="gone"):
            codes.take(session, proved(session, of), of.officer, batch.id, KEYS)
        leaving.erase_old(session)
        codes.forget_old(session)
    assert batch.sealed is None


def test_a_file_nobody_takes_is_gone_after_some_days(session: Session, of: Office) -> None:
    posted = codes.plan(session, of.roll.id, Form.MERGE, None)
    batch = codes.keep(session, of.officer.id, (of.roll.id, Form.MERGE, None), posted, b"x", KEYS)
    assert batch is not None
    with clock.stopped(clock.now() + rules.file_kept()):
        codes.forget_old(session)
    assert batch.sealed is None


def test_a_batch_is_given_up_whole_when_somebody_has_a_code_by_now(session: Session, of: Office) -> None:
    posted = codes.plan(session, of.roll.id, Form.MERGE, None)
    codes.renew(session, proved(session, of), of.officer, posted[1].entry_id, KEYS)
    assert codes.keep(session, of.officer.id, (of.roll.id, Form.MERGE, None), posted, b"x", KEYS) is None
    assert code_queries.living(session, of.roll.id) == 1


def test_a_renewed_code_replaces_the_old_one_and_a_revoked_one_opens_nothing(
    session: Session, of: Office
) -> None:
    entry = session.scalars(select(RollEntry).order_by(RollEntry.id)).first()
    assert entry is not None
    keeping.freeze(session, of)
    first, second = (
        codes.renew(session, proved(session, of), of.officer, entry.id, KEYS) for _time in range(2)
    )
    assert opened(session, of, first) is False
    assert opened(session, of, second) is True
    codes.revoke(session, of.officer, entry.id)
    assert opened(session, of, second) is False
    with pytest.raises(NotNow):
        codes.revoke(session, of.officer, entry.id)


def opened(session: Session, of: Office, posted: Posted) -> bool:
    return queries.voter_of_code(session, of.roll.id, posted.shown, KEYS.hashing) is not None


def test_who_may_not_vote_gets_no_code(session: Session, of: Office) -> None:
    moved = session.scalars(select(RollEntry).where(RollEntry.standing == "moved")).one()
    with pytest.raises(NotNow):
        codes.renew(session, proved(session, of), of.officer, moved.id, KEYS)


def test_others_get_no_codes(session: Session, of: Office) -> None:
    stranger = make.user(session)
    sitting = make.sign_in(session, stranger)
    entry = session.scalars(select(RollEntry).order_by(RollEntry.id)).first()
    assert entry is not None
    for deed in (
        lambda: codes.ask(session, sitting, stranger, of.roll.id, Form.MERGE, None),
        lambda: codes.renew(session, sitting, stranger, entry.id, KEYS),
        lambda: codes.revoke(session, stranger, entry.id),
    ):
        with pytest.raises(Denied):
            deed()


def test_everybody_has_a_code_is_said(session: Session, of: Office, app: Flask) -> None:
    printed(session, of, app, Form.MERGE)
    with pytest.raises(NotNow, match="Everybody"):
        codes.ask(session, proved(session, of), of.officer, of.roll.id, Form.MERGE, None)
