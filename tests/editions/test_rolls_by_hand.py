"""A roll that its office made beforehand is used for a round; that of one called off is told to nobody."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.ballotbox.actions import closing
from govapp.core.errors import Denied, Missing, NotNow
from govapp.core.key_folder import KeyFolder
from govapp.editions.actions import opening, planning
from govapp.editions.models import Edition, Stage
from govapp.rolls import actions as rolls
from govapp.rolls.actions import RollPlan
from govapp.rolls.actions.claims import Said, claim
from govapp.rolls.models import Roll, RollEntry
from govapp.rolls.models.claims import Wish
from tests import make
from tests.ballotbox import boxes
from tests.editions import planned


def by_hand(session: Session, officer: User, people: int = 30) -> Roll:
    post = planned.post_of(officer)
    assert post.area is not None
    plan = RollPlan("บัญชีที่ทำไว้ก่อน", minimum_age=18, age_on=date(2026, 1, 1))
    roll = rolls.make(session, officer, post, post.area, plan)
    session.add_all(
        RollEntry(
            roll_id=roll.id,
            case_number=f"H-{number}",
            given_name="ผู้มีสิทธิ",
            family_name="สมมติ",
            sort_key=f"{number:06}",
            birth_year=1980,
        )
        for number in range(people)
    )
    session.commit()
    return roll


def test_its_people_vote_in_the_round_and_it_follows_the_plan(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    made, roll = planned.edition(session, officer), by_hand(session, officer)
    opening.use_roll(session, officer, made.id, roll.id)
    session.commit()
    assert (made.roll_id, roll.title, roll.is_announced) == (roll.id, made.title, True)
    assert roll.door == f"/editions/{made.id}/how-to-vote"
    assert roll.age_on != date(2026, 1, 1), "the day of its vote"
    assert len(planned.box_of(session, officer, made, keys).voters) == 30


def test_a_draft_takes_only_a_roll_of_which_nobody_knows(session: Session, officer: User) -> None:
    made = planned.edition(session, officer, is_published=False)
    known, roll = by_hand(session, officer), by_hand(session, officer, people=1)
    rolls.announce(session, officer, known.id)
    session.commit()
    with pytest.raises(NotNow):
        opening.use_roll(session, officer, made.id, known.id)
    session.rollback()
    opening.use_roll(session, officer, made.id, roll.id)
    assert not roll.is_announced, "or everybody would read the name of the draft"
    planning.publish(session, officer, made.id)
    assert roll.is_announced


def test_no_roll_is_used_twice(session: Session, officer: User) -> None:
    first, second = planned.edition(session, officer), planned.edition(session, officer)
    roll = by_hand(session, officer)
    opening.use_roll(session, officer, first.id, roll.id)
    session.commit()
    with pytest.raises(NotNow):
        opening.use_roll(session, officer, second.id, roll.id)
    with pytest.raises(NotNow):
        opening.use_roll(session, officer, first.id, by_hand(session, officer, people=1).id)


def test_an_office_uses_no_roll_of_another(session: Session, officer: User) -> None:
    elsewhere = make.officer(session, make.area(session, "x-other"), "other@example.org")
    session.refresh(elsewhere)
    made, roll = planned.edition(session, officer), by_hand(session, elsewhere)
    with pytest.raises(Missing):
        opening.use_roll(session, officer, made.id, roll.id)


def test_the_page_offers_the_rolls_of_the_office_and_takes_one(
    client: FlaskClient, session: Session, officer: User
) -> None:
    elsewhere = make.officer(session, make.area(session, "x-other"), "other@example.org")
    session.refresh(elsewhere)
    made = planned.edition(session, officer)
    roll, others = by_hand(session, officer, people=7), by_hand(session, elsewhere)
    make.enter(client, session, officer)
    path = f"/editions/{made.id}/plan/voters"
    offered = client.get(path).get_data(as_text=True)
    assert "7 people stand on it." in offered
    assert f"/staff/rolls/{roll.id}" in offered
    assert f"/staff/rolls/{others.id}" not in offered
    answer = make.post(client, f"{path}/use", form_on=path, roll=roll.id)
    assert (answer.status_code, answer.location) == (303, path)
    session.expire_all()
    assert session.get_one(Edition, made.id).roll_id == roll.id
    assert "Use this roll" not in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("is_stopped", [False, True])
def test_nobody_is_told_of_the_roll_of_a_round_that_was_called_off(
    client: FlaskClient, session: Session, officer: User, keys: KeyFolder, is_stopped: bool
) -> None:
    made = planned.edition(session, officer)
    citizen = make.user(session, "citizen@example.org")
    if is_stopped:
        site = planned.ready(session, officer, made, keys)
        boxes.open_for_votes(site)
        closing.annul(session, officer, site.box_id, "สมมติ")
    else:
        planned.fill(session, officer, made)
    session.commit()
    way = f"/rolls/{made.roll_id}"
    assert client.get(way).status_code == 200
    assert way in client.get(f"/editions/{made.id}").get_data(as_text=True)
    planning.call_off(session, officer, made.id, "งบประมาณถูกตัด")
    session.commit()
    assert made.stage is Stage.CALLED_OFF
    assert client.get(way).status_code == 404
    assert way not in client.get(f"/editions/{made.id}").get_data(as_text=True)
    assert made.title not in client.get("/rolls").get_data(as_text=True)
    assert made.roll_id is not None
    with pytest.raises(Denied):
        claim(session, citizen, made.roll_id, Said(Wish.ADD, "สมมติ", "", None, "0" * 32))


def test_the_box_of_a_round_that_was_called_off_cannot_be_opened(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    site = planned.ready(session, officer, planned.edition(session, officer), keys)
    (made,) = session.scalars(select(Edition))
    planning.call_off(session, officer, made.id, "งบประมาณถูกตัด")
    session.commit()
    with pytest.raises(NotNow, match="put people on the roll first"):
        boxes.open_for_votes(site)
