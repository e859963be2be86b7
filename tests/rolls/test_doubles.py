"""A person who stands on a roll twice is found, and one of the entries is struck, or they are two people."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.people import CitizenNumber
from govapp.accounts.queries import register
from govapp.core import cipher, citizen_number
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied, Missing, NotNow
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.rolls import actions, queries
from govapp.rolls.actions import claims, codes
from govapp.rolls.actions import doubles as deeds
from govapp.rolls.actions.claims import Person, Said
from govapp.rolls.models import RollEntry, Standing
from govapp.rolls.models.claims import RollClaim, Wish
from govapp.rolls.queries import claims as keeping_claims
from govapp.rolls.queries import doubles
from tests import make, statements
from tests.rolls import files, keeping
from tests.rolls.files import DISTRICTS, number, row
from tests.rolls.keeping import FINDING, Office, take

CASE = "2569-000123"


@pytest.fixture
def of(session: Session) -> Office:
    return keeping.office(session)


def by_hand(session: Session, of: Office, like: int, born: PartialDate | None, **given: Any) -> RollEntry:
    """Somebody put on the roll by hand: by a case number unless told otherwise, with the name of a line."""
    values = {"given": "ผู้มีสิทธิ", "family": f"{like:06}", "identity": (None, "", CASE)} | given
    name = Name("", values["given"], values["family"])
    person = Person(name, born, DISTRICTS[0], Standing.ON, "", "")
    made = claims.add(session, of.officer, of.roll.id, values["identity"], person, "มาแสดงตัว")
    session.commit()
    assert made.entry is not None
    return made.entry


def numbered(seed: int) -> tuple[str, str, None]:
    return cipher.fingerprint(FINDING, number(seed)), number(seed)[-4:], None


def of_line(session: Session, seed: int) -> RollEntry:
    query = select(RollEntry).where(RollEntry.family_name == f"{seed:06}", RollEntry.fingerprint.is_not(None))
    return session.scalars(query).one()


def found(session: Session, of: Office) -> list[set[int]]:
    pairs = [{one.id, other.id} for one, other in doubles.of_roll(session, of.roll.id)]
    assert doubles.count(session, of.roll.id) == len(pairs)
    return pairs


def desk(app: Flask, session: Session, of: Office) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    return client


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True)).split())


BORN = PartialDate(1977, 2, 1)  # as files.row has it


@pytest.mark.parametrize(
    ("born", "given", "is_found"),
    [
        (BORN, {}, True),
        (PartialDate(1977), {}, True),
        (PartialDate(1977, 2), {}, True),
        (None, {}, True),
        (BORN, {"given": "  ผู้มีสิทธิ\u200b "}, True),
        (PartialDate(1978), {}, False),
        (PartialDate(1977, 2, 2), {}, False),
        (PartialDate(1977, 3), {}, False),
        (BORN, {"family": "คนอื่น"}, False),
        (BORN, {"identity": numbered(7)}, True),
        (PartialDate(1977), {"identity": numbered(7)}, True),
        (None, {"identity": numbered(7)}, False),
    ],
)
def test_one_name_and_nothing_against_one_birth_date(
    session: Session, of: Office, born: PartialDate | None, given: dict[str, Any], is_found: bool
) -> None:
    take(session, of, row(1), row(2))
    second = by_hand(session, of, 1, born, **given)
    first = of_line(session, 1) if "identity" not in given else session.get_one(RollEntry, second.id - 2)
    assert found(session, of) == ([{first.id, second.id}] if is_found else [])
    assert [each.id for each in doubles.of_entry(session, second)] == ([first.id] if is_found else [])
    assert [each.id for each in doubles.of_entry(session, first)] == ([second.id] if is_found else [])


def test_namesakes_from_the_civil_registration_are_people_of_their_own(session: Session, of: Office) -> None:
    take(session, of, row(1), row(2, family="000001"))
    assert found(session, of) == []


def test_a_file_that_names_somebody_by_both_numbers_is_told_of(
    app: Flask, session: Session, of: Office
) -> None:
    header = "เลขประจำตัวประชาชน,เลขที่ระบบออกให้,ชื่อ,นามสกุล,วันเกิด"
    lines = [[number(1), "", "ชื่อ", "สมมติ", "1/2/2520"], ["", CASE, "ชื่อ", "สมมติ", "2520"]]
    made = take(session, of, *lines, header=header)
    assert len(found(session, of)) == 1
    client = desk(app, session, of)
    assert "1 pair on the roll is perhaps" in text(client.get(f"/staff/rolls/imports/{made.id}"))
    for path in (f"/staff/rolls/{of.roll.id}", f"/staff/rolls/{of.roll.id}/codes"):
        assert "1 pair on the roll is perhaps" in text(client.get(path)), path


def test_a_file_is_compared_before_it_is_taken_over(app: Flask, session: Session, of: Office) -> None:
    take(session, of, row(1), row(2), row(3, standing="moved"), row(4))
    by_hand(session, of, 4, None, identity=(None, "", "2569-000444"), family="ลายมือ")
    header = "เลขประจำตัวประชาชน,เลขที่ระบบออกให้,ชื่อ,นามสกุล,วันเกิด"
    names = {
        2: ("", "2569-000201", "000001", "2520"),  # on the roll
        3: ("", "2569-000202", "000002", "2521"),  # another birth
        4: ("", "2569-000203", "000003", "2520"),  # on the roll, and moved away
        5: (number(1), "", "000001", "1/2/2520"),  # the same number: a change, and no double
        6: (number(60), "", "000002", "1/2/2520"),  # two numbers of the civil registration
        7: (number(61), "", "ลายมือ", "2530"),  # put on the roll by hand
        8: (number(62), "", "อีกคน", "1/2/2520"),
        9: ("", "2569-000204", "อีกคน", ""),  # on line 8
        10: ("", "2569-000205", "ไม่ซ้ำ", ""),
    }
    lines = [[first, case, "ผู้มีสิทธิ", family, born] for first, case, family, born in names.values()]
    made = keeping.check(session, of, files.file(*lines, header=header))
    assert doubles.of_file(session, made) == (3, [2, 7, 9])
    page = text(desk(app, session, of).get(f"/staff/rolls/imports/{made.id}"))
    assert "3 lines are perhaps people" in page
    assert "Lines: 2, 7, 9 " in page


def test_three_entries_are_three_pairs_until_two_are_struck(session: Session, of: Office) -> None:
    take(session, of, row(1))
    second = by_hand(session, of, 1, BORN)
    third = by_hand(session, of, 1, None, identity=(None, "", "2569-000124"))
    assert len(found(session, of)) == 3
    for each in (second, third):
        deeds.strike(session, of.officer, each.id, of_line(session, 1).id, "คนเดียวกัน")
    assert found(session, of) == []
    assert queries.counts(session, of.roll.id) == {DISTRICTS[1]: 1}


def test_other_rolls_and_who_does_not_vote_are_left_out(session: Session, of: Office) -> None:
    take(session, of, row(1), row(3, standing="moved"))
    other = keeping.office(session, code="x-other")
    by_hand(session, other, 1, BORN)
    by_hand(session, of, 3, BORN)
    assert found(session, of) == found(session, other) == []


def test_struck_it_stays_so_with_a_trail_and_has_no_voter(session: Session, of: Office) -> None:
    take(session, of, row(1), row(2))
    kept, second = of_line(session, 1), by_hand(session, of, 1, BORN)
    made = deeds.strike(session, of.officer, second.id, kept.id, "คนเดียวกัน เห็นบัตรแล้ว")
    session.commit()
    assert (second.standing, kept.standing, found(session, of)) == (Standing.STRUCK, Standing.ON, [])
    assert (made.wish, made.accepted, made.why) == (Wish.STRIKE, True, "คนเดียวกัน เห็นบัตรแล้ว")
    assert made.changes == {"standing": ["on", "struck"]}
    for entry in (kept, second):
        assert made in keeping_trail(session, entry)
    noted = session.scalars(select(AuditEntry).where(AuditEntry.event == "RollDoubleSettled")).one()
    assert noted.details == {
        "roll_id": of.roll.id,
        "roll_entry_id": second.id,
        "roll_claim_id": made.id,
        "is_one": True,
    }
    _box, voters = keeping.freeze(session, of)
    assert len(voters) == 2


def keeping_trail(session: Session, entry: RollEntry) -> list[RollClaim]:
    return list(keeping_claims.of_entry(session, entry.id))


def test_two_people_are_not_asked_about_again(session: Session, of: Office) -> None:
    take(session, of, row(1))
    first, second = of_line(session, 1), by_hand(session, of, 1, BORN)
    made = deeds.keep_apart(session, of.officer, second.id, first.id, "คนละคน เห็นทั้งสองคนแล้ว")
    session.commit()
    assert (made.accepted, made.changes, found(session, of)) == (False, {}, [])
    assert doubles.of_entry(session, first) == doubles.of_entry(session, second) == []
    assert first.standing is second.standing is Standing.ON
    for deed in (deeds.strike, deeds.keep_apart):
        with pytest.raises(NotNow, match="no longer"):
            deed(session, of.officer, first.id, second.id, "x")
    third = by_hand(session, of, 1, BORN, identity=(None, "", "2569-000124"))
    assert sorted(map(sorted, found(session, of))) == [[first.id, third.id], [second.id, third.id]]


def test_nobody_else_decides_and_nobody_when_it_is_frozen(session: Session, of: Office) -> None:
    take(session, of, row(1))
    first, second = of_line(session, 1), by_hand(session, of, 1, BORN)
    elsewhere = make.officer(session, make.area(session, "x-elsewhere"), "elsewhere@example.org")
    for deed in (deeds.strike, deeds.keep_apart):
        for actor in (make.user(session, f"{deed.__name__}@example.org"), elsewhere):
            with pytest.raises(Denied):
                deed(session, actor, first.id, second.id, "x")
    keeping.freeze(session, of)
    with pytest.raises(NotNow, match="frozen"):
        deeds.strike(session, of.officer, second.id, first.id, "x")
    assert found(session, of), "it is still told"


def citizen(session: Session, seed: int, **given: Any) -> User:
    user = make.user(session, f"user-{seed}@example.org", **given)
    kept = CitizenNumber(user_id=user.id, sealed="x", last_four=number(seed)[-4:])
    kept.fingerprint = cipher.fingerprint(FINDING, number(seed))
    session.add(kept)
    session.commit()
    return user


def test_an_account_votes_by_the_entry_that_stays(session: Session, of: Office) -> None:
    take(session, of, row(1))
    kept, second = of_line(session, 1), by_hand(session, of, 1, BORN)
    user = make.user(session, "citizen@example.org")
    second.user_id = user.id  # an officer took the account for the person
    session.commit()
    deeds.strike(session, of.officer, second.id, kept.id, "คนเดียวกัน")
    session.commit()
    assert (second.user_id, kept.user_id) == (None, user.id)
    keeping.freeze(session, of)
    voter = queries.voter_of_account(session, of.roll.id, user)
    assert voter is not None
    assert voter.entry_id == kept.id


def test_an_account_with_a_case_number_votes_by_the_entry_that_stays(session: Session, of: Office) -> None:
    take(session, of, row(1))
    user = make.registered(session, of.officer, of.area)
    case_number = register.registration(session, user.id).case_number  # type: ignore[union-attr]
    kept, second = of_line(session, 1), by_hand(session, of, 1, BORN, identity=(None, "", case_number))
    assert queries.entry_of_account(session, of.roll.id, user.id) is second
    deeds.strike(session, of.officer, second.id, kept.id, "คนเดียวกัน")
    session.commit()
    assert queries.entry_of_account(session, of.roll.id, user.id) is kept


@pytest.mark.parametrize("is_from_elsewhere", [False, True])
def test_an_account_with_a_citizen_number_votes_by_the_entry_that_stays(
    session: Session, of: Office, is_from_elsewhere: bool
) -> None:
    """As far as the number counted before: not where an office elsewhere stated it."""
    take(session, of, row(1))
    user = citizen(session, 1)
    if is_from_elsewhere:
        user.area_id = make.area(session, "x-elsewhere").id
    kept = by_hand(session, of, 1, BORN)
    deeds.strike(session, of.officer, of_line(session, 1).id, kept.id, "คนเดียวกัน")
    session.commit()
    assert kept.user_id == (None if is_from_elsewhere else user.id)


def test_no_stranger_votes_by_the_entry_that_stays(session: Session, of: Office) -> None:
    """Somebody whom an office entered has no case number where there is a citizen number."""
    take(session, of, row(1))
    make.registered(session, of.officer, of.area, number(5))
    kept = by_hand(session, of, 1, BORN)
    deeds.strike(session, of.officer, of_line(session, 1).id, kept.id, "คนเดียวกัน")
    session.commit()
    assert kept.user_id is None


def test_an_account_that_votes_by_a_third_entry_stays_with_it(session: Session, of: Office) -> None:
    take(session, of, row(1))
    user = make.registered(session, of.officer, of.area)
    case_number = register.registration(session, user.id).case_number  # type: ignore[union-attr]
    second = by_hand(session, of, 1, BORN, identity=(None, "", case_number))
    third = by_hand(session, of, 1, BORN)
    third.user_id = user.id
    session.commit()
    kept = of_line(session, 1)
    deeds.strike(session, of.officer, second.id, kept.id, "คนเดียวกัน")
    session.commit()
    assert (third.user_id, kept.user_id) == (user.id, None)


def test_nobody_is_given_the_entry_by_which_an_account_votes_already(session: Session, of: Office) -> None:
    """Its number shows whose it is: nobody else's account votes by it, and could put another ballot in."""
    take(session, of, row(1))
    kept, second, owner = of_line(session, 1), by_hand(session, of, 1, BORN), citizen(session, 1)
    other = make.user(session, "other@example.org", given_name="ผู้มีสิทธิ", family_name="000001")
    asked = claims.claim(session, other, of.roll.id, Said(Wish.ADD, "เหตุผล", DISTRICTS[1], None, "t"))
    session.commit()
    with pytest.raises(NotNow, match="already"):
        claims.decide(session, of.officer, asked.id, True, "เห็นเอกสารแล้ว", DISTRICTS[1], kept.id)
    session.rollback()
    second.user_id = other.id
    session.commit()
    deeds.strike(session, of.officer, second.id, kept.id, "คนเดียวกัน")
    session.commit()
    keeping.freeze(session, of)
    assert queries.voter_of_account(session, of.roll.id, other) is None
    voter = queries.voter_of_account(session, of.roll.id, owner)
    assert voter is not None
    assert voter.entry_id == kept.id


def test_an_account_that_another_officer_took_for_the_entry_a_moment_ago_keeps_it(
    session: Session, of: Office
) -> None:
    take(session, of, row(1))
    theirs, mine = (make.user(session, f"{name}@example.org") for name in ("theirs", "mine"))
    kept, second = of_line(session, 1), by_hand(session, of, 1, BORN)
    second.user_id = mine.id
    session.commit()
    assert kept.user_id is None, "as the page saw it"
    taken = update(RollEntry).where(RollEntry.id == kept.id).values(user_id=theirs.id)
    session.execute(taken, execution_options={"synchronize_session": False})
    deeds.strike(session, of.officer, second.id, kept.id, "คนเดียวกัน")
    session.commit()
    assert kept.user_id == theirs.id


def test_where_both_entries_are_an_accounts_the_one_that_may_vote_is_theirs(
    session: Session, of: Office
) -> None:
    take(session, of, row(1))
    user = citizen(session, 1)
    second = by_hand(session, of, 1, BORN)
    second.user_id = user.id
    second.standing = Standing.STRUCK
    session.commit()
    assert queries.entry_of_account(session, of.roll.id, user.id) is of_line(session, 1)


def test_who_holds_the_letter_of_a_struck_entry_reads_why(app: Flask, session: Session, of: Office) -> None:
    take(session, of, row(1))
    kept, second = of_line(session, 1), by_hand(session, of, 1, BORN)
    keys = codes.Keys.of(make.SIGNING_KEY)
    shown = [
        codes.renew(session, make.sign_in(session, of.officer), of.officer, each.id, keys).shown
        for each in (kept, second)
    ]
    deeds.strike(session, of.officer, second.id, kept.id, "คนเดียวกัน")
    session.commit()
    client = app.test_client()
    client.set_cookie("language", "en")
    first, other = (text(make.post(client, f"/rolls/{of.roll.id}", code=code)) for code in shown)
    assert "You are on the roll." in first
    assert "You stood on the roll twice, so this entry was struck." in other
    assert "objection" not in other
    for standing, why in ((Standing.ON, "คนละคน"), (Standing.STRUCK, "คัดค้าน")):
        claims.correct(session, of.officer, second.id, person_of(second, standing), why)
    session.commit()
    later = text(make.post(client, f"/rolls/{of.roll.id}", code=shown[1]))
    assert "You stood on the roll twice" not in later
    assert "objection" in later


def person_of(entry: RollEntry, standing: Standing) -> Person:
    name = Name(entry.title, entry.given_name, entry.family_name)
    return Person(name, entry.birth_date, entry.district, standing, entry.address, entry.postcode)


def test_the_officer_decides_pair_by_pair(app: Flask, session: Session, of: Office) -> None:
    take(session, of, row(1), row(2))
    pairs = [
        (of_line(session, seed), by_hand(session, of, seed, BORN, identity=(None, "", f"2569-00012{seed}")))
        for seed in (1, 2)
    ]
    client = desk(app, session, of)
    listed = f"/staff/rolls/{of.roll.id}/doubles"
    page = client.get(listed).get_data(as_text=True)
    ways = re.findall(r'href="(/staff/rolls/entries/\d+/double/\d+)"', page)
    assert len(ways) == 2
    assert "2569-000121" in page
    assert number(1) not in page
    assert "2 pairs on the roll" in text(client.get(f"/staff/rolls/{of.roll.id}"))
    assert make.post(client, ways[0], strike=str(pairs[0][1].id)).status_code == 422, "without a reason"
    assert make.post(client, ways[0], strike="999999", why="x").status_code == 422
    assert make.post(client, ways[0], strike=str(pairs[0][1].id), why="คนเดียวกัน").status_code == 303
    assert make.post(client, ways[1], strike="0", why="คนละคน").status_code == 303
    assert [each.standing for pair in pairs for each in pair] == ["on", "struck", "on", "on"]
    assert "No pair is left" in text(client.get(listed))
    assert client.get(ways[0]).status_code == 409
    trail = text(client.get(f"/staff/rolls/{of.roll.id}/claims"))
    assert trail.count("Perhaps the same person") == 2
    assert "One person, struck once" in trail
    assert "Two people" in trail


def test_who_is_put_on_the_roll_by_hand_is_compared_at_once(app: Flask, session: Session, of: Office) -> None:
    take(session, of, row(1))
    client = desk(app, session, of)
    typed = {"given_name": "ผู้มีสิทธิ", "family_name": "000001", "standing": "on", "district": DISTRICTS[1]}
    typed |= {
        "birth_year": "2520",
        "birth_month": "",
        "case_number": CASE,
        "citizen_number": "",
        "why": "มาเอง",
    }
    added = make.post(client, f"/staff/rolls/{of.roll.id}/add", **typed)
    assert added.status_code == 303
    page = text(client.get(added.location))
    assert "Perhaps the same person stands on the roll once more" in page
    assert citizen_number.masked(number(1)[-4:]) in page


def test_a_claim_is_compared_before_and_after_it_is_decided(app: Flask, session: Session, of: Office) -> None:
    take(session, of, row(1))
    user = citizen(session, 9, given_name="ผู้มีสิทธิ", family_name="000001")
    user.birth_year = 1977
    asked = claims.claim(session, user, of.roll.id, Said(Wish.ADD, "เหตุผล", DISTRICTS[0], None, "t"))
    session.commit()
    client, path = desk(app, session, of), f"/staff/rolls/claims/{asked.id}"
    page = client.get(path).get_data(as_text=True)
    assert "Perhaps the person is on the roll already" in page
    assert f"/staff/rolls/entries/{of_line(session, 1).id}" in page
    answer = make.post(client, path, accepted="yes", district=DISTRICTS[0], why="เห็นเอกสารแล้ว")
    assert answer.location == f"/staff/rolls/entries/{asked.entry_id}"
    assert "once more, and gets two codes" in text(client.get(answer.location))


def test_a_claim_without_any_double_asks_nothing_more(app: Flask, session: Session, of: Office) -> None:
    take(session, of, row(1))
    user = make.user(session, "x@example.org")
    asked = claims.claim(session, user, of.roll.id, Said(Wish.ADD, "เหตุผล", DISTRICTS[0], None, "u"))
    session.commit()
    page = text(desk(app, session, of).get(f"/staff/rolls/claims/{asked.id}"))
    assert "Perhaps the person" not in page
    assert "Does the person stand there?" not in page


@pytest.mark.parametrize("has_number", [True, False])
def test_who_stands_there_already_is_taken_for_that_entry(
    app: Flask, session: Session, of: Office, has_number: bool
) -> None:
    """Also whose account has no number at all: there is no other way to put it on the roll."""
    take(session, of, row(1))
    name = {"given_name": "ผู้มีสิทธิ", "family_name": "000001"}
    user = citizen(session, 9, **name) if has_number else make.user(session, "x@example.org", **name)
    asked = claims.claim(session, user, of.roll.id, Said(Wish.ADD, "เหตุผล", DISTRICTS[1], None, "t"))
    session.commit()
    listed = of_line(session, 1)
    client, path = desk(app, session, of), f"/staff/rolls/claims/{asked.id}"
    typed = {"accepted": "yes", "district": DISTRICTS[1], "why": "เห็นเอกสารแล้ว"}
    assert make.post(client, path, **typed, listed="999999").status_code == 422
    answer = make.post(client, path, **typed, listed=str(listed.id))
    assert answer.location == f"/staff/rolls/{of.roll.id}/claims"
    assert (asked.entry_id, listed.user_id) == (listed.id, user.id)
    assert (queries.people(session, of.roll.id), found(session, of)) == (1, [])
    keeping.freeze(session, of)
    voter = queries.voter_of_account(session, of.roll.id, user)
    assert voter is not None
    assert voter.entry_id == listed.id


def test_an_account_is_taken_for_nobody_of_another_roll_and_for_nobodys_entry(
    session: Session, of: Office
) -> None:
    other = keeping.office(session, code="x-other")
    take(session, other, row(1))
    take(session, of, row(2))
    user = make.user(session, "x@example.org")
    asked = claims.claim(session, user, of.roll.id, Said(Wish.ADD, "เหตุผล", DISTRICTS[1], None, "t"))
    decided = (session, of.officer, asked.id, True, "เห็นเอกสารแล้ว", DISTRICTS[1])
    with pytest.raises(Missing):
        claims.decide(*decided, listed_id=of_line(session, 1).id)
    of_line(session, 2).user_id = make.user(session, "theirs@example.org").id
    with pytest.raises(NotNow, match="already"):
        claims.decide(*decided, listed_id=of_line(session, 2).id)
    with pytest.raises(NotNow, match="choose that entry"):
        claims.decide(*decided)


def test_lists_ask_as_much_of_many_pairs_as_of_few(app: Flask, session: Session, of: Office) -> None:
    take(session, of, *(row(seed) for seed in range(1, 40)))
    by_hand(session, of, 1, BORN)
    client = desk(app, session, of)
    paths = [f"/staff/rolls/{of.roll.id}/doubles", f"/staff/rolls/{of.roll.id}"]
    before = [statements.of_page(session, client, path) for path in paths]
    for seed in range(2, 40):
        by_hand(session, of, seed, BORN, identity=(None, "", f"2569-1000{seed:02}"))
    assert len(found(session, of)) == 39
    assert [statements.of_page(session, client, path) for path in paths] == before


def test_erasing_a_roll_takes_what_was_said_of_pairs_along(session: Session, of: Office) -> None:
    take(session, of, row(1))
    first, second = of_line(session, 1), by_hand(session, of, 1, BORN)
    made = deeds.keep_apart(session, of.officer, second.id, first.id, "คนละคน")
    session.commit()
    actions.empty(session, of.roll.id)
    session.commit()
    session.expire_all()
    assert (made.entry_id, made.twin_id) == (None, None)
