"""Who knows somebody's citizen number and birth date, and the officer of another place, get nowhere."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import register
from govapp.accounts.actions.register import Entry
from govapp.accounts.models import NameSource, User
from govapp.accounts.models.people import Evidence
from govapp.accounts.rules.posts import posts_of
from govapp.areas.models import Area, AreaKind
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied, NotNow
from govapp.core.jobs import Job
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.rolls import actions, queries
from govapp.rolls.actions import RollPlan, claims, codes, importing
from govapp.rolls.actions.claims import Said
from govapp.rolls.models import RollEntry
from govapp.rolls.models.claims import RollClaim, Wish
from govapp.rolls.models.codes import Form, RollBatch, RollCode
from govapp.rolls.queries.personal_data import personal_data
from tests import make, statements
from tests.rolls import files, keeping
from tests.rolls.files import DISTRICTS, number, row
from tests.rolls.keeping import Office, take

VICTIM = 1
KEYS = codes.Keys.of(make.SIGNING_KEY)


@pytest.fixture
def of(session: Session) -> Office:
    made = keeping.office(session)
    take(session, made, row(VICTIM), row(2), row(3))
    return made


@pytest.fixture
def other(session: Session) -> User:
    """The officer of another municipality."""
    return make.officer(session, make.area(session, "x-elsewhere"), "elsewhere@example.org")


def entered(session: Session, officer: User, area: Area, seed: int = VICTIM) -> User:
    """An account that an officer of this area made for the holder of this number, or says so."""
    entry = Entry(
        Name("นาย", "ผู้มีสิทธิ", "แอบอ้าง"), PartialDate(1977), number(seed), Evidence.ID_CARD, "", f"form-{seed}"
    )
    person = register.register(session, officer, area, entry, make.NUMBER_KEYS, "1")
    session.commit()
    return person


def elsewhere(session: Session) -> Area:
    """The other municipality."""
    return session.scalars(select(Area).where(Area.code == "x-elsewhere")).one()


def office_of(session: Session, officer: User) -> Office:
    """The other municipality has a roll, too."""
    session.refresh(officer)
    (post,) = posts_of(officer)
    roll = actions.make(session, officer, post, elsewhere(session), RollPlan("งบของเมืองอื่น"))
    session.commit()
    return Office(officer, elsewhere(session), post, roll)


def known_as(session: Session, of: Office, user: User) -> bool:
    """Whether the roll takes the account for somebody on it, by any way there is."""
    return bool(
        queries.entry_of_account(session, of.roll.id, user.id)
        or queries.entries_of_account(session, user.id)
        or queries.voter_of_account(session, of.roll.id, user)
        or personal_data(session, user.id)[0].rows
    )


def test_the_officer_of_another_place_makes_nobody_of_a_number(
    session: Session, of: Office, other: User
) -> None:
    impostor = entered(session, other, elsewhere(session))
    theirs = office_of(session, other)
    take(session, theirs, row(VICTIM))
    assert queries.entry_of_account(session, theirs.roll.id, impostor.id), "on a roll of that place it counts"
    assert [entry.roll_id for entry in queries.entries_of_account(session, impostor.id)] == [theirs.roll.id]
    session.query(RollEntry).where(RollEntry.roll_id == theirs.roll.id).update({"fingerprint": "0" * 64})
    session.commit()
    assert not known_as(session, of, impostor)
    keeping.freeze(session, of)
    assert not known_as(session, of, impostor)


def test_an_office_of_the_place_its_province_or_thaid_shows_who_somebody_is(
    session: Session, of: Office, other: User
) -> None:
    own = entered(session, of.officer, of.area)
    assert known_as(session, of, own)
    by_thaid = entered(session, other, elsewhere(session), seed=2)
    by_thaid.name_source = NameSource.THAID
    session.commit()
    assert known_as(session, of, by_thaid)
    person = entered(session, other, elsewhere(session), seed=3)
    assert not known_as(session, of, person)
    province = make.area(session, "x-province", kind=AreaKind.PROVINCE)
    of.area.parent = province
    session.commit()
    for area in (province, of.area):
        person.area_id = area.id
        session.commit()
        assert known_as(session, of, person), "the province of the place, and the place"


def test_the_keeper_of_the_roll_may_link_such_an_account_having_seen_a_document(
    app: Flask, session: Session, of: Office, other: User
) -> None:
    person = entered(session, other, elsewhere(session))
    asked = claims.claim(session, person, of.roll.id, Said(Wish.ADD, "ย้ายมา", DISTRICTS[1], None, "t"))
    session.commit()
    client = app.test_client()
    client.set_cookie("language", "en")
    make.enter(client, session, of.officer)
    page = client.get(f"/staff/rolls/claims/{asked.id}").get_data(as_text=True)
    assert "Accept only if you have seen the person and their document" in page
    claims.decide(session, of.officer, asked.id, True, "เห็นบัตรแล้ว", DISTRICTS[1])
    session.commit()
    assert known_as(session, of, person)
    assert queries.people(session, of.roll.id) == 3, "nobody stands twice"


def test_whom_an_account_stands_for_already_is_not_given_to_another(
    session: Session, of: Office, other: User
) -> None:
    """However willing the keeper is: the first would lose the vote without a word."""
    impostor, holder = entered(session, other, elsewhere(session)), make.user(session)
    entry = queries.entry_of_number(session, of.roll.id, impostor.id)
    assert entry is not None
    entry.user_id = holder.id
    asked = claims.claim(session, impostor, of.roll.id, Said(Wish.ADD, "x", DISTRICTS[1], None, "t"))
    session.commit()
    with pytest.raises(NotNow, match="votes by this entry already"):
        claims.decide(session, of.officer, asked.id, True, "x", DISTRICTS[1])
    session.rollback()
    assert known_as(session, of, holder)
    assert not known_as(session, of, impostor)


def test_a_keeper_elsewhere_does_nothing_to_a_roll(session: Session, of: Office, other: User) -> None:
    asked = claims.claim(session, make.user(session), of.roll.id, Said(Wish.ADD, "x", "", None, "t"))
    entry = session.scalars(select(RollEntry).order_by(RollEntry.id)).first()
    assert entry is not None
    sitting, box = make.sign_in(session, other), keeping.box(session, of)
    posted = codes.plan(session, of.roll.id, Form.MERGE, None)
    batch = codes.keep(session, of.officer.id, (of.roll.id, Form.MERGE, None), posted, b"x", KEYS)
    made = keeping.check(session, of, files.file(row(9)))
    assert batch is not None
    person = claims.Person(Name("", "x", "y"), None, "", entry.standing, "", "")
    deeds: list[Any] = [
        lambda: actions.freeze(session, other, of.roll.id, box.id),
        lambda: actions.reopen(session, other, of.roll.id),
        lambda: claims.decide(session, other, asked.id, True, "x", DISTRICTS[0]),
        lambda: claims.correct(session, other, entry.id, person, "x"),
        lambda: claims.add(session, other, of.roll.id, (None, "", "2569-000001"), person, "x"),
        lambda: codes.ask(session, sitting, other, of.roll.id, Form.MERGE, None),
        lambda: codes.renew(session, sitting, other, entry.id, KEYS),
        lambda: codes.revoke(session, other, entry.id),
        lambda: codes.take(session, sitting, other, batch.id, KEYS),
        lambda: importing.ask_apply(session, other, made.id),
        lambda: importing.drop(session, other, made.id),
    ]
    before = [session.scalars(select(model.id)).all() for model in (RollBatch, RollEntry, RollClaim, Job)]
    for deed in deeds:
        with pytest.raises(Denied):
            deed()
    assert before == [
        session.scalars(select(model.id)).all() for model in (RollBatch, RollEntry, RollClaim, Job)
    ]


def test_number_and_birth_date_are_asked_nowhere_and_open_nothing(
    client: FlaskClient, session: Session, of: Office
) -> None:
    path = f"/rolls/{of.roll.id}"
    token = make.csrf(client, path)
    for code in (number(VICTIM), number(VICTIM)[:15], "1 ก.พ. 2520"):
        answer = client.post(path, data={"csrf_token": token, "code": code})
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "You are on the roll" not in page
        assert number(VICTIM) not in page
    for field in ("citizen_number", "who", "birth_date"):
        assert client.post(path, data={"csrf_token": token, field: number(VICTIM)}).status_code == 400


def test_an_account_that_says_the_name_and_birth_date_of_another_is_nobody(
    session: Session, of: Office
) -> None:
    entry = session.scalars(select(RollEntry).where(RollEntry.family_name == f"{VICTIM:06}")).one()
    liar = make.user(session, "liar@example.org", given_name=entry.given_name, family_name=entry.family_name)
    liar.birth_date = entry.birth_date
    session.commit()
    assert not known_as(session, of, liar)


def test_an_objection_to_somebody_tells_nothing_of_them(app: Flask, session: Session, of: Office) -> None:
    client = app.test_client()
    client.set_cookie("language", "en")
    liar = make.user(session, "liar@example.org")
    make.enter(client, session, liar)
    answers = []
    for token, about in (("a", f"{VICTIM:06}"), ("b", "nobody")):
        made = claims.claim(session, liar, of.roll.id, Said(Wish.STRIKE, about, "", None, token))
        session.commit()
        assert made.entry_id is None, "whom it is about, an officer finds out"
        page = client.get(f"/rolls/{of.roll.id}").get_data(as_text=True)
        answers.append(page.count("Waits for the office"))
    assert answers == [1, 2]


def test_a_claim_decided_about_another_tells_its_author_no_more_than_the_reason(
    session: Session, of: Office
) -> None:
    liar = make.user(session, "liar@example.org")
    asked = claims.claim(session, liar, of.roll.id, Said(Wish.STRIKE, "x", "", None, "t"))
    claims.decide(session, of.officer, asked.id, False, "ไม่มีมูล")
    _entries, told = personal_data(session, liar.id)
    assert [set(each) for each in told.rows] == [{"roll", "asked_at", "wish", "words", "decided_at", "why"}]
    assert not known_as(session, of, liar)


def test_finding_the_voter_of_an_account_is_one_statement_still(session: Session, of: Office) -> None:
    person = entered(session, of.officer, of.area)
    keeping.freeze(session, of)
    roll_id, _id = of.roll.id, person.id
    with statements.noted(session) as seen:
        assert queries.voter_of_account(session, roll_id, person) is not None
    assert len(seen) == 1


def test_a_search_by_an_officer_of_the_roll_is_noted_and_one_elsewhere_is_refused(
    app: Flask, session: Session, of: Office, other: User
) -> None:
    stranger = app.test_client()
    make.enter(stranger, session, other)
    token = make.csrf(stranger, "/staff/rolls/new")
    path = f"/staff/rolls/{of.roll.id}"
    for page in (f"{path}/people", f"{path}/codes", f"{path}/claims", f"{path}/bring", path):
        assert stranger.get(page).status_code == 403
    answer = stranger.post(f"{path}/people", data={"csrf_token": token, "who": number(VICTIM)})
    assert answer.status_code == 403
    assert session.scalars(select(AuditEntry).where(AuditEntry.event == "RollSearched")).all() == []


def test_a_code_of_one_roll_says_nothing_on_another(session: Session, of: Office) -> None:
    entry = session.scalars(select(RollEntry).order_by(RollEntry.id)).first()
    assert entry is not None
    posted = codes.renew(session, make.sign_in(session, of.officer), of.officer, entry.id, KEYS)
    assert session.get(RollCode, entry.id) is not None
    assert queries.entry_of_code(session, of.roll.id, posted.shown, KEYS.hashing) is entry
    assert queries.entry_of_code(session, of.roll.id + 1, posted.shown, KEYS.hashing) is None
