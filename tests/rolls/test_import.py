"""Bringing people onto a roll: what is read, what is refused and why, and that nothing is chosen silently."""

import io
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.core.errors import NotNow, Unreadable
from govapp.core.partial_dates import PartialDate
from govapp.rolls import actions, queries
from govapp.rolls.actions import RollPlan, importing
from govapp.rolls.models import RollEntry, Standing
from govapp.rolls.models.imports import Fault, RollImport, RollRow, Stage
from govapp.rolls.queries import imports
from govapp.rolls.wording import fault_of
from tests.rolls import files, keeping
from tests.rolls.files import DISTRICTS, HEADER, number, row
from tests.rolls.keeping import take


def counted(made: RollImport) -> tuple[int, int, int, int]:
    return made.added, made.changed, made.unchanged, made.rejected


def faults(session: Session, made: RollImport) -> list[tuple[int, Fault | None]]:
    return [(row.line, row.fault) for row in imports.rejected(session, made.id)]


def entry(session: Session, seed: int) -> RollEntry:
    return session.scalars(select(RollEntry).where(RollEntry.family_name == f"{seed:06}")).one()


def test_a_file_is_checked_first_and_changes_nothing_until_it_is_taken_over(session: Session) -> None:
    of = keeping.office(session)
    made = keeping.check(session, of, files.file(row(1), row(2), row(3)))
    assert (made.stage, counted(made)) == (Stage.CHECKED, (3, 0, 0, 0))
    assert imports.by_district(session, made.id) == {DISTRICTS[0]: 1, DISTRICTS[1]: 2}
    assert queries.counts(session, of.roll.id) == {}
    importing.apply(session, of.officer.id, made.id)
    assert queries.counts(session, of.roll.id) == {DISTRICTS[0]: 1, DISTRICTS[1]: 2}
    assert session.scalar(select(func.count()).select_from(RollRow)) == 0
    with pytest.raises(NotNow):
        importing.apply(session, of.officer.id, made.id)


def test_the_same_file_again_changes_nothing_and_another_one_what_it_says(session: Session) -> None:
    of = keeping.office(session)
    assert counted(take(session, of, row(1), row(2))) == (2, 0, 0, 0)
    assert counted(take(session, of, row(1), row(2))) == (0, 0, 2, 0)
    assert counted(take(session, of, row(1, standing="ย้ายออก"), row(2, given="อื่น"), row(3))) == (1, 2, 0, 0)
    assert entry(session, 1).standing is Standing.MOVED
    assert entry(session, 2).given_name == "อื่น"
    assert queries.standings(session, of.roll.id) == {Standing.ON: 2, Standing.MOVED: 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
def test_files_are_read_as_offices_save_them(session: Session, encoding: str, parted_by: str) -> None:
    of = keeping.office(session)
    thai = row(1, number=number(1).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")), born="๑/๒/๒๕๒๐")
    content = files.file(thai).decode().replace(",", parted_by).encode(encoding)
    made = keeping.check(session, of, content)
    importing.apply(session, of.officer.id, made.id)
    found = entry(session, 1)
    assert counted(made) == (1, 0, 0, 0)
    assert (found.last_four, found.birth_date) == (number(1)[-4:], PartialDate(1977, 2, 1))
    assert found.address == "1/1 หมู่ที่ 2\nตำบลทดสอบ อำเภอเมืองทดสอบ\nจังหวัดทดสอบ 99990"


def test_births_may_be_known_in_part(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1, born="2480"), row(2, born="3/2480"), row(3, born=""))
    born = [entry(session, seed).birth_date for seed in (1, 2, 3)]
    assert born == [PartialDate(1937), PartialDate(1938, 3), None]


@pytest.mark.parametrize("first", ["0", "6", "7", "8"])
def test_people_without_thai_nationality_and_without_a_number_stand_on_a_roll(
    session: Session, first: str
) -> None:
    of = keeping.office(session)
    seed = next(seed for seed in range(99) if number(seed)[0] == first) if first != "8" else 0
    header = "เลขที่ระบบออกให้,ชื่อ"
    made = take(session, of, ["2569-000123", "ผู้มีสิทธิ"], header=header)
    assert counted(made) == (1, 0, 0, 0)
    assert counted(take(session, of, row(seed))) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "fault", "said"),
    [
        ({"number": "1234567890120"}, Fault.NUMBER, "A digit is wrong"),
        ({"number": "12345"}, Fault.NUMBER, "this one has 5"),
        ({"number": ""}, Fault.NO_IDENTITY, "no citizen number"),
        ({"given": " "}, Fault.NO_NAME, "no given name"),
        ({"given": "ก" * 201}, Fault.LETTERS, "longer than 200"),
        ({"family": "x\u0007"}, Fault.LETTERS, "cannot be shown"),
        ({"born": "30 ก.พ. 2520"}, Fault.BIRTH, "no such day"),
        ({"born": "1/2/2620"}, Fault.BIRTH, "Nobody living"),
        ({"born": ""}, Fault.NO_BIRTH, "minimum age"),
        ({"born": "2/1/2555"}, Fault.TOO_YOUNG, "15 years"),
        ({"standing": "ไม่ทราบ"}, Fault.STANDING, "ไม่ทราบ"),
        ({"district": "เขตอื่น"}, Fault.DISTRICT, "เขตอื่น"),
        ({"district": ""}, Fault.NO_DISTRICT, "no district"),
        ({"postcode": "12"}, Fault.POSTCODE, "five digits"),
    ],
)
def test_a_wrong_line_is_named_with_how_to_mend_it(
    session: Session, wrong: dict[str, str], fault: Fault, said: str
) -> None:
    of = keeping.office(session, districts=DISTRICTS, minimum_age=16, age_on=date(2028, 1, 1))
    made = take(session, of, row(1), row(2, **wrong), row(3))
    assert counted(made) == (2, 0, 0, 1)
    (found,) = imports.rejected(session, made.id)
    assert (found.line, found.fault) == (3, fault)
    assert said in fault_of(found)
    assert number(2) not in "".join(str(value) for value in vars(found).values())


def test_who_is_dead_or_has_moved_need_not_be_old_enough(session: Session) -> None:
    of = keeping.office(session, minimum_age=16, age_on=date(2028, 1, 1))
    made = take(session, of, row(1, born="", standing="ตาย"), row(2, born="2555", standing="ย้าย"))
    assert counted(made) == (2, 0, 0, 0)


def test_who_stands_twice_is_taken_once_and_in_two_districts_not_at_all(session: Session) -> None:
    of = keeping.office(session)
    elsewhere = row(2, district=DISTRICTS[1])
    made = take(session, of, row(1), row(2), row(1), elsewhere, row(3), row(1))
    assert faults(session, made) == [
        (3, Fault.TWO_DISTRICTS),
        (4, Fault.TWICE),
        (5, Fault.TWO_DISTRICTS),
        (7, Fault.TWICE),
    ]
    assert [row.other for row in imports.rejected(session, made.id)] == ["5", "2", "3", "2"]
    assert counted(made) == (2, 0, 0, 4)


def test_who_is_on_the_roll_in_another_district_is_reported_and_stays(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    made = take(session, of, row(2, district=DISTRICTS[1], given="อื่น"), row(1))
    assert faults(session, made) == [(2, Fault.ELSEWHERE)]
    assert (entry(session, 2).district, entry(session, 2).given_name) == (DISTRICTS[0], "ผู้มีสิทธิ")


def test_a_file_moves_people_out_of_a_district_that_is_no_more_and_of_no_other(session: Session) -> None:
    of = keeping.office(session, districts=(*DISTRICTS, "เขตตะวันตก"))
    gone = {"district": "เขตตะวันตก"}
    take(session, of, row(1), row(2, **gone), row(3, **gone))
    entry(session, 3).is_corrected = True
    plan = replace(RollPlan.of(of.roll), districts=DISTRICTS)
    actions.follow(session, of.officer, of.roll.id, plan)
    session.commit()
    made = take(session, of, row(1, district=DISTRICTS[0]), row(2), row(3))
    assert faults(session, made) == [(2, Fault.ELSEWHERE), (4, Fault.CORRECTED)]
    assert counted(made) == (0, 1, 0, 2)
    assert entry(session, 2).district == DISTRICTS[0]
    assert queries.counts(session, of.roll.id) == {DISTRICTS[0]: 1, DISTRICTS[1]: 1, "เขตตะวันตก": 1}


def test_a_file_does_not_change_what_was_corrected_by_hand(session: Session) -> None:
    of = keeping.office(session)
    take(session, of, row(1), row(2))
    entry(session, 1).is_corrected = True
    session.commit()
    made = take(session, of, row(1, standing="dead"), row(2, standing="dead"))
    assert faults(session, made) == [(2, Fault.CORRECTED)]
    assert counted(take(session, of, row(1))) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (HEADER + ",โทรศัพท์,ศาสนา", "โทรศัพท์, ศาสนา"),
        (HEADER + ",income", "income"),
        (HEADER + ",ชื่อตัว", "ชื่อ"),
        ("project_id,cost,name", "เลขประจำตัวประชาชน"),
        ("", "เลขประจำตัวประชาชน"),
    ],
)
def test_a_file_with_other_peoples_columns_is_refused_by_their_names(header: str, named: str) -> None:
    with pytest.raises(Unreadable, match=named):
        importing.check_header(io.BytesIO(files.file(row(1), header=header)))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff\xe0 picture", b"\0\1\2", b"PK\x03\x04 no book", b'"open']
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        importing.check_header(io.BytesIO(content))


def test_a_file_without_people_is_refused(session: Session) -> None:
    with pytest.raises(Unreadable, match="no lines"):
        keeping.check(session, keeping.office(session), files.file())


def test_columns_may_be_named_in_english_stand_anywhere_and_be_numbered(session: Session) -> None:
    of = keeping.office(session)
    header = "No.,Given name,ลำดับ,ID number,Family name"
    made = take(session, of, ["1", "Somebody", "1", number(1), "", "000001"], header=header)
    assert counted(made) == (0, 0, 0, 1), "a cell too many"
    made = take(session, of, ["1", "Somebody", "1", number(1), "000001"], header=header)
    assert counted(made) == (1, 0, 0, 0)
