"""A vote that was stopped is held again with the same roll, and nothing leads from one to the other."""

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from govapp.ballotbox.actions import closing
from govapp.ballotbox.models import BallotBox, Elector
from govapp.core import migrate
from govapp.core.audit import AuditEntry
from govapp.core.db import Database
from govapp.core.errors import Denied, NotNow
from govapp.rolls import actions, queries
from govapp.rolls.actions import codes, importing
from govapp.rolls.actions.codes import Keys
from govapp.rolls.models import RollEntry, RollStatus, RollVoter
from govapp.rolls.models.codes import Form, RollBatch, RollCode
from tests import make
from tests.rolls import keeping
from tests.rolls.files import row
from tests.rolls.keeping import Office, take

KEYS = Keys.of(make.SIGNING_KEY)


def stopped(session: Session, of: Office) -> tuple[BallotBox, list[str]]:
    """Frozen for a box whose vote was then stopped; the ids by which that box knew its voters."""
    box, voters = keeping.freeze(session, of)
    closing.annul(session, of.officer, box.id, "บัญชีผิด (สมมติ)")
    session.commit()
    return box, [voter for voter, _district in voters]


def code_of(session: Session, of: Office, entry: RollEntry) -> str:
    posted = codes.renew(session, make.sign_in(session, of.officer), of.officer, entry.id, KEYS)
    session.commit()
    return posted.shown


def first(session: Session) -> RollEntry:
    entry = session.scalars(select(RollEntry).order_by(RollEntry.id)).first()
    assert entry is not None
    return entry


def where_it_stands(session: Session, value: str) -> list[str]:
    """table.column, of every column of the database that holds this text."""
    found = []
    for table in inspect(session.connection()).get_table_names():
        for column in inspect(session.connection()).get_columns(table):
            query = f'SELECT count(*) FROM "{table}" WHERE CAST("{column["name"]}" AS TEXT) LIKE :value'
            if session.scalar(text(query), {"value": f"%{value}%"}):
                found.append(f"{table}.{column['name']}")
    return found


@pytest.fixture
def of(session: Session) -> Office:
    made = keeping.office(session)
    take(session, made, row(1), row(2), row(3, standing="moved"))
    return made


def test_everybody_stays_and_the_new_box_knows_them_by_other_ids(session: Session, of: Office) -> None:
    first(session).is_corrected = True
    box, before = stopped(session, of)
    actions.take_over(session, of.officer, of.roll.id)
    session.commit()
    assert (of.roll.status, of.roll.box_id, of.roll.voters) == (RollStatus.OPEN, None, None)
    assert queries.people(session, of.roll.id) == 3
    assert first(session).is_corrected
    again, voters = keeping.freeze(session, of)
    assert len(voters) == 2
    assert {voter for voter, _ in voters}.isdisjoint(before)
    assert (of.roll.box_id, again.id != box.id) == (again.id, True)
    assert sorted(session.scalars(select(Elector.voter_id).where(Elector.box_id == box.id))) == sorted(before)


def test_nothing_tells_any_more_whom_the_stopped_box_knew(session: Session, of: Office) -> None:
    _box, before = stopped(session, of)
    assert where_it_stands(session, before[0]) == ["electorate.voter_id", "roll_voters.voter_id"]
    actions.take_over(session, of.officer, of.roll.id)
    session.commit()
    assert session.scalars(select(RollVoter)).all() == []
    assert where_it_stands(session, before[0]) == ["electorate.voter_id"]


def test_codes_of_the_stopped_vote_open_nothing_and_lie_in_no_file(session: Session, of: Office) -> None:
    code = code_of(session, of, first(session))
    posted = codes.plan(session, of.roll.id, Form.MERGE, None)
    codes.keep(session, of.officer.id, (of.roll.id, Form.MERGE, None), posted, b"in clear", KEYS)
    stopped(session, of)
    batch = session.scalars(select(RollBatch)).one()
    assert batch.sealed is not None
    actions.take_over(session, of.officer, of.roll.id)
    session.commit()
    assert session.scalars(select(RollCode)).all() == []
    assert batch.sealed is None
    with pytest.raises(NotNow, match="gone"):
        codes.take(session, make.sign_in(session, of.officer), of.officer, batch.id, KEYS)
    keeping.freeze(session, of)
    assert queries.voter_of_code(session, of.roll.id, code, KEYS.hashing) is None
    anew = code_of(session, of, first(session))
    assert queries.voter_of_code(session, of.roll.id, anew, KEYS.hashing) is not None


def test_what_was_taken_over_is_in_the_log_by_number(session: Session, of: Office) -> None:
    code_of(session, of, first(session))
    box, _before = stopped(session, of)
    actions.take_over(session, of.officer, of.roll.id)
    noted = session.scalars(select(AuditEntry).where(AuditEntry.event == "RollTakenOver")).one()
    assert noted.details == {"roll_id": of.roll.id, "box_id": box.id, "ended": 1}


def test_no_codes_are_made_that_would_be_worth_nothing(session: Session, of: Office, app: Flask) -> None:
    posted = codes.plan(session, of.roll.id, Form.MERGE, None)
    stopped(session, of)
    sitting = make.sign_in(session, of.officer)
    for deed in (
        lambda: codes.ask(session, sitting, of.officer, of.roll.id, Form.MERGE, None),
        lambda: codes.renew(session, sitting, of.officer, first(session).id, KEYS),
        lambda: codes.keep(
            session, of.officer.id, (of.roll.id, Form.MERGE, None), posted, b"made meanwhile", KEYS
        ),
    ):
        with pytest.raises(NotNow, match="stopped"):
            deed()


def test_a_stopped_roll_is_taken_over_before_it_is_frozen_or_filled(session: Session, of: Office) -> None:
    stopped(session, of)
    other = keeping.box(session, of)
    with pytest.raises(NotNow, match="stopped"):
        actions.freeze(session, of.officer, of.roll.id, other.id)
    with pytest.raises(NotNow, match="frozen"):
        importing.begin(session, of.roll.id, of.officer.id, "people.csv", "en")


def test_others_do_not_take_it_over_and_erased_people_do_not_come_back(session: Session, of: Office) -> None:
    stopped(session, of)
    elsewhere = make.officer(session, make.area(session, "elsewhere"), "elsewhere@example.org")
    for actor in (make.user(session), elsewhere):
        with pytest.raises(Denied):
            actions.take_over(session, actor, of.roll.id)
    actions.erase(session, None, of.roll.id)
    with pytest.raises(NotNow):
        actions.take_over(session, of.officer, of.roll.id)


def test_both_pages_say_what_becomes_of_codes(app: Flask, session: Session, of: Office) -> None:
    code_of(session, of, first(session))
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    stopped(session, of)
    page = client.get(f"/staff/rolls/{of.roll.id}").get_data(as_text=True)
    assert "Take the roll over" in page
    assert "Make letters with codes" not in page
    path = f"/staff/rolls/{of.roll.id}/take-over"
    assert "send new letters" in client.get(path).get_data(as_text=True)
    assert make.post(client, path).status_code == 303
    page = client.get(f"/staff/rolls/{of.roll.id}").get_data(as_text=True)
    assert "Make letters with codes" in page
    assert client.get(path).status_code == 409


def test_before_this_the_database_kept_such_a_roll_shut(database: Database) -> None:
    with database.write() as session:
        of = keeping.office(session)
        take(session, of, row(1))
        stopped(session, of)
        roll_id = of.roll.id
    opened = text(
        "UPDATE rolls SET status = 'open', box_id = NULL, frozen_at = NULL, voters = NULL WHERE id = :roll"
    )
    migrate.downgrade(database.engine, "0016")
    with pytest.raises(DatabaseError, match="frozen"), database.write.begin() as session:
        session.execute(opened, {"roll": roll_id})
    migrate.upgrade(database.engine)
    with database.write.begin() as session:
        session.execute(opened, {"roll": roll_id})
