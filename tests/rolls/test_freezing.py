"""A frozen roll is that of its box: who may vote, by which id, and that nothing of it changes any more."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from govapp.accounts.models.people import CitizenNumber
from govapp.ballotbox.models import BallotBox, Elector, Status
from govapp.core import cipher, clock
from govapp.core.errors import Denied, NotNow
from govapp.ledger import codes
from govapp.rolls import actions, queries, rules
from govapp.rolls.actions import RollPlan, importing
from govapp.rolls.models import RollEntry, RollStatus, RollVoter
from govapp.rolls.models.codes import RollCode
from govapp.rolls.queries import Voter
from tests import make, statements
from tests.rolls import files, keeping
from tests.rolls.files import DISTRICTS, number, row
from tests.rolls.keeping import CODE_KEY, FINDING, take


def entry(session: Session, seed: int) -> RollEntry:
    return session.scalars(select(RollEntry).where(RollEntry.family_name == f"{seed:06}")).one()


def with_number(session: Session, seed: int) -> Any:
    user = make.user(session, f"user-{seed}@example.org")
    fingerprint = cipher.fingerprint(FINDING, number(seed))
    kept = CitizenNumber(user_id=user.id, fingerprint=fingerprint, sealed="x", last_four=number(seed)[-4:])
    session.add(kept)
    session.commit()
    return user


def code_for(session: Session, entry: RollEntry) -> str:
    code = codes.make(15)
    session.add(RollCode(entry_id=entry.id, fingerprint=cipher.fingerprint(CODE_KEY, code)))
    session.commit()
    return code


def open_for_votes(session: Session, box: BallotBox) -> None:
    """As far as the roll can see: its box is open."""
    frozen = {"config": "{}", "config_hash": b"x", "public_key": b"x", "k_slot_id": b"x", "room": 1}
    session.execute(update(BallotBox).where(BallotBox.id == box.id).values(status=Status.OPEN, **frozen))
    session.commit()
    session.expire_all()


def test_only_those_who_may_vote_are_given_to_the_box(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2), row(3, standing="moved"), row(4, standing="dead"), row(5))
    box, voters = keeping.freeze(session, of)
    assert sorted(district for _voter, district in voters) == sorted([*DISTRICTS, DISTRICTS[1]])
    assert len({voter for voter, _district in voters}) == 3
    stored = session.execute(select(Elector.voter_id, Elector.district).where(Elector.box_id == box.id))
    assert sorted(tuple(each) for each in stored) == sorted(voters)
    assert of.roll.voters == queries.counts(session, of.roll.id) == {DISTRICTS[0]: 1, DISTRICTS[1]: 2}


def test_an_account_with_the_number_is_the_voter_and_nobody_else_is(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2), row(3, standing="moved"))
    first, moved, stranger = with_number(session, 1), with_number(session, 3), make.user(session)
    assert queries.voter_of_account(session, of.roll.id, first) is None, "not frozen yet"
    _box, voters = keeping.freeze(session, of)
    roll_id, _known = of.roll.id, first.id
    with statements.noted(session) as seen:
        found = queries.voter_of_account(session, roll_id, first)
    assert len(seen) == 1
    assert found == Voter(next(v for v, d in voters if d == DISTRICTS[1]), DISTRICTS[1], entry(session, 1).id)
    assert queries.voter_of_account(session, of.roll.id, moved) is None
    assert queries.voter_of_account(session, of.roll.id, stranger) is None
    assert queries.voter_of_account(session, of.roll.id + 1, first) is None


def test_an_account_that_was_linked_and_one_with_a_case_number_are_voters(session: Session) -> None:
    of = keeping.office(session)
    elder = make.registered(session, of.officer, of.area)
    case_number = f"{clock.now().year + 543}-{elder.id:06}"
    take(session, of, [case_number, "ผู้มีสิทธิ"], header="เลขที่ระบบออกให้,ชื่อ")
    linked = make.user(session)
    take(session, of, row(1, district=""))
    entry(session, 1).user_id = linked.id
    session.commit()
    keeping.freeze(session, of)
    for user in (elder, linked):
        found = queries.voter_of_account(session, of.roll.id, user)
        assert found is not None
        assert found.district == ""


def test_a_code_is_one_look_up_that_writes_nothing(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    code, revoked = code_for(session, entry(session, 1)), code_for(session, entry(session, 2))
    keeping.freeze(session, of)
    session.execute(text("DELETE FROM roll_codes WHERE entry_id = :id"), {"id": entry(session, 2).id})
    roll_id = of.roll.id
    with statements.noted(session) as seen:
        found = queries.voter_of_code(session, roll_id, codes.grouped(code).lower(), CODE_KEY)
    assert found is not None
    assert found.entry_id == entry(session, 1).id
    asked = []
    for where, typed in ((roll_id, revoked), (roll_id, codes.make(15)), (roll_id + 1, code)):
        with statements.noted(session) as again:
            assert queries.voter_of_code(session, where, typed, CODE_KEY) is None
        asked.append(again)
    assert asked == [seen] * 3, "wrong, revoked and other rolls' codes look alike"
    assert len(seen) == 1
    assert seen[0].lstrip().startswith("SELECT")
    assert queries.voter_of_code(session, of.roll.id, "K7F4M", CODE_KEY) is None


def test_a_frozen_roll_can_be_frozen_anew_for_its_box_before_it_is_open(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    box, first = keeping.freeze(session, of)
    again = actions.freeze(session, of.officer, of.roll.id, box.id)
    assert {voter for voter, _ in first}.isdisjoint(voter for voter, _ in again)
    assert sorted(session.scalars(select(RollVoter.voter_id))) == sorted(voter for voter, _ in again)
    with pytest.raises(NotNow, match="another"):
        actions.freeze(session, of.officer, of.roll.id, keeping.box(session, of).id)


def test_a_roll_reopens_for_corrections_only_before_its_box_is_open(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    box, _voters = keeping.freeze(session, of)
    with pytest.raises(NotNow, match="frozen"):
        importing.begin(session, of.roll.id, of.officer.id, "people.csv", "en")
    actions.reopen(session, of.officer, of.roll.id)
    assert session.scalars(select(Elector).where(Elector.box_id == box.id)).all() == []
    take(session, of, row(3))
    assert len(actions.freeze(session, of.officer, of.roll.id, box.id)) == 3
    session.commit()
    open_for_votes(session, box)
    for deed in (
        lambda: actions.reopen(session, of.officer, of.roll.id),
        lambda: freeze_again(session, of, box),
    ):
        with pytest.raises(NotNow):
            deed()
        session.rollback()


def freeze_again(session: Session, of: keeping.Office, box: BallotBox) -> None:
    actions.freeze(session, of.officer, of.roll.id, box.id)


def test_a_roll_with_nobody_or_with_some_without_a_district_is_not_frozen(session: Session) -> None:
    of = keeping.office(session)
    box = keeping.box(session, of)
    with pytest.raises(NotNow, match="Nobody"):
        actions.freeze(session, of.officer, of.roll.id, box.id)
    take(session, of, row(1), row(2, district=""))
    with pytest.raises(NotNow, match="1 people"):
        actions.freeze(session, of.officer, of.roll.id, box.id)


def test_the_roll_and_each_of_its_people_tell_the_same_of_who_is_old_enough(session: Session) -> None:
    born = (
        "2552",
        "ก.พ. 2552",
        "มี.ค. 2552",
        "28/2/2552",
        "29/2/2551",
        "1/3/2552",
        "2/3/2552",
        "2553",
        "2500",
    )
    of = keeping.office(session)
    take(session, of, *(row(seed, born=each) for seed, each in enumerate(born)), row(20, born=""))
    for day in (date(2025, 2, 28), date(2025, 3, 1), date(2024, 2, 29), date(2025, 1, 1), date(2026, 12, 31)):
        plan = RollPlan(of.roll.title, minimum_age=16, age_on=day)
        actions.follow(session, of.officer, of.roll.id, plan)
        session.commit()
        people = session.scalars(select(RollEntry)).all()
        old_enough = [entry.family_name for entry in people if rules.may_vote(entry)]
        asked = select(RollEntry.family_name).where(*queries.voting(session, of.roll.id))
        assert sorted(session.scalars(asked)) == sorted(old_enough)
        assert queries.too_young(session, of.roll.id) == len(people) - len(old_enough)
        assert 0 < len(old_enough) < len(people)


def test_nobody_but_its_keeper_makes_a_roll_follow(session: Session) -> None:
    of = keeping.office(session)
    elsewhere = make.officer(session, make.area(session, "elsewhere"), "elsewhere@example.org")
    for actor in (make.user(session), elsewhere):
        with pytest.raises(Denied):
            actions.follow(session, actor, of.roll.id, RollPlan("x"))


def test_others_neither_make_nor_freeze_a_roll(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1))
    box, stranger = keeping.box(session, of), make.user(session)
    for deed in (
        lambda: actions.make(session, stranger, of.post, of.area, RollPlan("x")),
        lambda: actions.freeze(session, stranger, of.roll.id, box.id),
        lambda: actions.reopen(session, stranger, of.roll.id),
    ):
        with pytest.raises(Denied):
            deed()


FORBIDDEN = (
    "UPDATE roll_entries SET standing = 'moved'",
    "UPDATE roll_entries SET district = 'x'",
    f"UPDATE roll_entries SET fingerprint = '{'0' * 64}' WHERE family_name = '000001'",
    "DELETE FROM roll_entries",
    "INSERT INTO roll_entries (roll_id, case_number, last_four, title, given_name, family_name, sort_key,"
    " search_name, district, standing, address, postcode, post_order, is_corrected)"
    " SELECT id, '1', '', '', 'x', '', '', '', '', 'on', '', '', '', false FROM rolls",
    "UPDATE roll_voters SET voter_id = 'x' WHERE entry_id = (SELECT min(entry_id) FROM roll_voters)",
    "DELETE FROM roll_voters",
    "UPDATE rolls SET voters = '{}'",
    "UPDATE rolls SET minimum_age = 1, age_on = '2026-01-01'",
    "UPDATE rolls SET status = 'open', box_id = NULL, frozen_at = NULL, voters = NULL",
    "UPDATE rolls SET status = 'erased'",
    "DELETE FROM rolls",
)


@pytest.mark.parametrize("deed", FORBIDDEN)
def test_the_database_itself_keeps_the_roll_of_an_open_box(session: Session, deed: str) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    box, _voters = keeping.freeze(session, of)
    open_for_votes(session, box)
    with pytest.raises(DatabaseError, match="frozen"):
        session.execute(text(deed))


def test_what_makes_no_voter_can_still_change(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    box, _voters = keeping.freeze(session, of)
    open_for_votes(session, box)
    entry(session, 1).address = "ที่อยู่ใหม่"
    of.roll.title = "ชื่อใหม่"
    session.commit()


def test_people_are_erased_when_the_vote_is_over_and_the_numbers_stay(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    box, _voters = keeping.freeze(session, of)
    with pytest.raises(NotNow):
        actions.erase(session, None, of.roll.id)
    session.rollback()
    session.execute(update(BallotBox).values(status=Status.ANNULLED))
    session.commit()
    session.expire_all()
    assert actions.erase(session, None, of.roll.id) == 2
    session.commit()
    assert session.scalars(select(RollEntry)).all() == session.scalars(select(RollVoter)).all() == []
    assert (of.roll.status, queries.counts(session, of.roll.id)) == (
        RollStatus.ERASED,
        {DISTRICTS[0]: 1, DISTRICTS[1]: 1},
    )
    assert box.id == of.roll.box_id


def test_a_station_finds_people_by_number_or_name(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, *(row(seed) for seed in range(1, 40)))
    keeping.freeze(session, of)
    (found,) = queries.find_for_station(session, of.roll.id, number(7), FINDING)
    assert (found.RollEntry.family_name, len(found.voter_id)) == ("000007", 22)
    (found,) = queries.find_for_station(session, of.roll.id, f"ผู้มีสิทธิ {8:06}", FINDING)
    assert found.RollEntry.family_name == "000008"
    assert len(queries.find_for_station(session, of.roll.id, "ผู้มีสิทธิ", FINDING)) == 20
    assert queries.find_for_station(session, of.roll.id, number(99), FINDING) == []
    assert queries.find_for_station(session, of.roll.id, "%", FINDING) == []


def test_time_is_that_of_the_roll(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1))
    with clock.stopped(clock.now() + timedelta(days=3)):
        keeping.freeze(session, of)
        assert of.roll.frozen_at == clock.now()
    assert files.HEADER.startswith("เลข")
