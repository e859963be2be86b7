"""Until its round is published nobody outside the office hears of a roll, not even that it is there."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models.people import CitizenNumber
from govapp.accounts.models.posts import Role
from govapp.core import cipher
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied, NotNow
from govapp.editions.actions import opening, planning
from govapp.rolls import actions, queries
from govapp.rolls.actions import claims
from govapp.rolls.actions.claims import Said
from govapp.rolls.models import Roll
from govapp.rolls.models.claims import Wish
from govapp.rolls.queries.personal_data import personal_data
from tests import make
from tests.editions import planned
from tests.rolls import keeping
from tests.rolls.files import number, row
from tests.rolls.keeping import FINDING, Office, take

Visit = Callable[[Any], FlaskClient]
SAID = Said(Wish.ADD, "เหตุผลสมมติ", "", None, "t")


@pytest.fixture
def visit(app: Flask, session: Session) -> Visit:
    """Opens the browser of a person, or of somebody who is not signed in."""

    def opened(person: Any) -> FlaskClient:
        client = app.test_client()
        client.set_cookie("language", "en")
        if person is not None:
            make.enter(client, session, person)
        return client

    return opened


def who_may_not(session: Session) -> list[Any]:
    """A visitor, a citizen, the officer of another place, and its auditor."""
    elsewhere = make.area(session, "x-elsewhere")
    return [
        None,
        make.user(session, "citizen@example.org"),
        make.officer(session, elsewhere, "elsewhere@example.org"),
        make.staff(session, Role.AUDITOR, elsewhere, "auditor-elsewhere@example.org"),
    ]


def who_may(session: Session, of: Office) -> list[Any]:
    return [of.officer, make.staff(session, Role.AUDITOR, of.area, "auditor@example.org")]


def test_before_it_is_announced_only_its_office_and_its_auditors_see_it(
    session: Session, visit: Visit
) -> None:
    of = keeping.office(session, is_announced=False)
    path, title = f"/rolls/{of.roll.id}", of.roll.title
    others, office = who_may_not(session), who_may(session, of)
    for person in (*others, *office):
        assert title not in visit(person).get("/rolls").get_data(as_text=True)
    for person in others:
        client = visit(person)
        absent, draft = (client.get(each) for each in ("/rolls/99999", path))
        assert (draft.status_code, title in draft.get_data(as_text=True)) == (absent.status_code, False)
        assert draft.status_code == 404
        if person is not None:
            assert (
                client.get(f"{path}/claim").status_code == client.get("/rolls/99999/claim").status_code == 404
            )
            assert make.post(client, f"{path}/claim", form_on="/rolls", wish="add").status_code == 404
            assert client.get(f"/staff{path}").status_code == 403
    for person in office:
        assert title in visit(person).get(path).get_data(as_text=True)
        assert visit(person).get(f"/staff{path}").status_code == 200


def test_once_it_is_announced_everybody_sees_it(session: Session, visit: Visit) -> None:
    of = keeping.office(session)
    for person in (*who_may_not(session), *who_may(session, of)):
        client = visit(person)
        assert of.roll.title in client.get("/rolls").get_data(as_text=True)
        assert of.roll.title in client.get(f"/rolls/{of.roll.id}").get_data(as_text=True)
        if person is not None:
            assert client.get(f"/rolls/{of.roll.id}/claim").status_code == 200


def test_nobody_claims_on_a_roll_that_is_not_announced(session: Session) -> None:
    of = keeping.office(session, is_announced=False)
    user = make.user(session, "citizen@example.org")
    with pytest.raises(Denied):
        claims.claim(session, user, of.roll.id, SAID)
    actions.announce(session, of.officer, of.roll.id)
    assert claims.claim(session, user, of.roll.id, SAID).id


def test_others_do_not_announce_it(session: Session) -> None:
    of = keeping.office(session, is_announced=False)
    for person in who_may_not(session)[1:]:
        with pytest.raises(Denied):
            actions.announce(session, person, of.roll.id)
    assert not of.roll.is_announced


def test_the_office_announces_no_roll_that_was_given_to_a_draft_meanwhile(session: Session) -> None:
    """The page had seen it without a vote; its title is that of the draft now."""
    of = keeping.office(session, is_announced=False)
    actions.give(session, of.officer, of.roll.id, "/editions/1/how-to-vote")
    with pytest.raises(NotNow, match="when that is published"):
        actions.announce_by_hand(session, of.officer, of.roll.id)
    assert not of.roll.is_announced


def test_the_roll_of_a_round_is_announced_with_it(session: Session) -> None:
    area = make.area(session)
    officer = make.officer(session, area)
    session.refresh(officer)
    draft = planned.edition(session, officer, is_published=False)
    roll = opening.make_roll(session, officer, draft.id)
    assert roll not in queries.to_look_at(session)
    planning.publish(session, officer, draft.id)
    later = opening.make_roll(session, officer, planned.edition(session, officer).id)
    assert {roll, later} <= set(queries.to_look_at(session))
    noted = session.scalars(select(AuditEntry.details).where(AuditEntry.event == "RollAnnounced")).all()
    assert noted == [{"roll_id": roll.id}, {"roll_id": later.id}]


def test_the_page_announces_what_was_made_there_and_no_draft(session: Session, visit: Visit) -> None:
    of = keeping.office(session, is_announced=False)
    client, path = visit(of.officer), f"/staff/rolls/{of.roll.id}"
    assert "Announce it to everybody" in client.get(path).get_data(as_text=True)
    of.roll.door = "/editions/1/how-to-vote"
    session.commit()
    page = client.get(path).get_data(as_text=True)
    assert "Everybody does from when its round is published until that is called off." in page
    assert "Announce it to everybody" not in page
    assert make.post(client, f"{path}/announce", form_on=f"{path}/people").status_code == 409
    assert not session.get_one(Roll, of.roll.id).is_announced
    of.roll.door = ""
    session.commit()
    assert make.post(client, f"{path}/announce", form_on=path).status_code == 303
    assert session.get_one(Roll, of.roll.id).is_announced
    assert "not know" not in client.get(path).get_data(as_text=True)


def test_a_person_gets_their_data_from_a_draft_without_its_title(session: Session) -> None:
    of = keeping.office(session, is_announced=False)
    take(session, of, row(1))
    user = make.user(session, "citizen@example.org")
    kept = CitizenNumber(user_id=user.id, sealed="x", last_four=number(1)[-4:])
    kept.fingerprint = cipher.fingerprint(FINDING, number(1))
    session.add(kept)
    session.commit()
    (mine,) = personal_data(session, user.id)[0].rows
    assert mine["roll"] == "a roll of Test Town that is not announced"
    actions.announce(session, of.officer, of.roll.id)
    (mine,) = personal_data(session, user.id)[0].rows
    assert mine["roll"] == of.roll.title
