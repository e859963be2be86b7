"""The roll of an edition follows its plan: who is old enough, on which day, and in which districts."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.ballotbox import queries as box_queries
from govapp.ballotbox.actions import closing
from govapp.ballotbox.models import BallotBox
from govapp.core import clock, dates
from govapp.core.errors import NotNow
from govapp.core.key_folder import KeyFolder
from govapp.editions import queries
from govapp.editions.actions import opening, planning
from govapp.editions.actions.planning import Details
from govapp.editions.models import Binding, Edition, Eligibility
from govapp.editions.rules.plans import Blocks, Part, remarks
from govapp.rolls import queries as rolls
from govapp.rolls.models import RollEntry, RollStatus
from govapp.rolls.queries import codes
from tests import make
from tests.ballotbox import boxes
from tests.editions import planned
from tests.editions.planned import BAHT, draft

DISTRICTS = {"N": 1000 * BAHT, "S": 1000 * BAHT}
PROJECTS = [draft("1", district="N"), draft("2", district="S")]


def details(eligibility: Eligibility) -> Details:
    return Details("ชื่อใหม่", "", 2570, Binding.ADVISORY, "", eligibility, "คำอธิบาย")


def born(session: Session, day: date, *seeds: int) -> None:
    """People of the roll who were born on this day."""
    for seed in seeds:
        entry = session.scalars(select(RollEntry).where(RollEntry.case_number == f"T-{seed}")).one()
        entry.birth_year, entry.birth_month, entry.birth_day = day.year, day.month, day.day
    session.commit()


def years_before(day: date, years: int, days: int = 0) -> date:
    return (day + timedelta(days=days)).replace(year=day.year - years, day=min(day.day, 28))


def vote_day(made: Edition) -> date:
    roll = made.roll
    assert roll is not None
    assert roll.age_on is not None
    return roll.age_on


def words(session: Session, made: Edition) -> dict[str, Blocks]:
    """What is said of voters in the list of tasks."""
    edition = queries.show(session, made.id)
    voters, young = queries.voters(session, edition), queries.too_young(session, edition)
    found = remarks(edition, queries.projects(session, made.id), clock.now(), voters, young)
    return {each.words % each.values: each.blocks for each in found if each.part is Part.VOTERS}


@pytest.mark.parametrize(("eligibility", "voters"), [(Eligibility.ELECTION_RULE, 29), (Eligibility.OWN, 30)])
def test_who_is_too_young_by_another_rule_does_not_vote_and_comes_back(
    session: Session, officer: User, eligibility: Eligibility, voters: int
) -> None:
    made = planned.edition(session, officer)
    planned.fill(session, officer, made)
    roll_id = made.roll_id or 0
    born(session, years_before(vote_day(made), 17), 3)
    assert rolls.counts(session, roll_id) == {"": 30}
    planning.change_details(session, officer, made.id, details(eligibility))
    assert rolls.counts(session, roll_id) == {"": voters}
    assert codes.lacking(session, roll_id) == voters
    assert rolls.people(session, roll_id) == 30, "nobody is taken off"
    planning.change_details(session, officer, made.id, details(Eligibility.RESIDENTS_16))
    assert rolls.counts(session, roll_id) == {"": 30}


def test_the_day_on_which_age_is_counted_follows_the_calendar(session: Session, officer: User) -> None:
    made = planned.edition(session, officer)
    planned.fill(session, officer, made)
    roll_id, day = made.roll_id or 0, vote_day(made)
    born(session, day.replace(year=day.year - 16), 1, 2)  # sixteen on that very day
    assert rolls.too_young(session, roll_id) == 0
    planning.change_calendar(session, officer, made.id, planned.spans(timedelta(days=9)))
    session.commit()
    assert vote_day(made) == day - timedelta(days=1)
    assert (rolls.too_young(session, roll_id), rolls.counts(session, roll_id)) == (2, {"": 28})
    assert words(session, made) == {
        "2 people on the roll are too young on the day of the vote, and do not vote.": Blocks.NOTHING
    }


def test_one_whose_birth_is_not_known_does_not_vote_where_age_counts(session: Session, officer: User) -> None:
    made = planned.edition(session, officer)
    planned.fill(session, officer, made)
    entry = session.scalars(select(RollEntry).where(RollEntry.case_number == "T-0")).one()
    entry.birth_year = None
    session.commit()
    assert rolls.too_young(session, made.roll_id or 0) == 1


def test_words_and_districts_follow_and_those_of_no_district_are_told(
    session: Session, officer: User
) -> None:
    made = planned.edition(session, officer, budgets=DISTRICTS, drafts=PROJECTS)
    planned.fill(session, officer, made)
    planning.change_details(session, officer, made.id, details(Eligibility.RESIDENTS_16))
    planning.change_money(session, officer, made.id, {"N": 5, "E": 5})
    session.commit()
    roll = made.roll
    assert roll is not None
    assert (roll.title, roll.residence, sorted(roll.districts)) == ("ชื่อใหม่", "คำอธิบาย", ["E", "N"])
    found = words(session, made)
    assert found["15 people on the roll are in “S”, which has no budget."] is Blocks.OPENING
    assert found["Nobody on the roll is in “E”."] is Blocks.NOTHING


def test_a_frozen_roll_is_opened_for_a_change_of_who_votes_and_for_no_other(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer)
    site = planned.ready(session, officer, made, keys)
    roll, box = made.roll, session.get_one(BallotBox, site.box_id)
    assert roll is not None
    planning.change_details(session, officer, made.id, details(Eligibility.RESIDENTS_16))
    assert (roll.status, roll.title) == (RollStatus.FROZEN, "ชื่อใหม่")
    boxes.setup.make_sheets(session, keys, officer, box.id, boxes.PASSPHRASE)
    key = box.public_key
    planning.change_calendar(session, officer, made.id, planned.spans(timedelta(days=12)))
    session.commit()
    assert roll.status is RollStatus.OPEN
    assert box_queries.roll_sizes(session, box.id) == {}
    assert list(words(session, made)) == [
        "The roll was opened again: check it, then put it into the ballot box once more."
    ]
    assert opening.take_voters(session, officer, made.id) == 30
    assert words(session, made) == {}
    assert box.public_key == key, "the sheets are good still"


def test_the_roll_of_a_stopped_vote_follows_when_it_is_taken_over(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer)
    site = planned.ready(session, officer, made, keys)
    day = vote_day(made)
    closing.annul(session, officer, site.box_id, "สมมติ")
    session.commit()
    planning.change_calendar(session, officer, made.id, planned.spans(timedelta(days=20)))
    session.commit()
    assert vote_day(made) == day, "it was voted on as it is"
    assert list(words(session, made)) == ["The vote was stopped: take its roll over, or make another one."]
    opening.take_roll_over(session, officer, made.id)
    session.commit()
    assert vote_day(made) == dates.local_day(planned.spans(timedelta(days=20))[1].starts_at)


def test_a_stopped_box_leads_to_its_round_after_it_is_held_again(
    client: FlaskClient, session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer)
    stopped = planned.ready(session, officer, made, keys).box_id
    closing.annul(session, officer, stopped, "สมมติ")
    opening.take_roll_over(session, officer, made.id)
    again = planned.box_of(session, officer, made, keys).box_id
    for box_id in (stopped, again):
        answer = client.get(f"/boxes/{box_id}/budget/round")
        assert answer.location == f"/editions/{made.id}"
    assert client.get("/boxes/999/budget/round").status_code == 404


def test_without_a_time_for_voting_the_day_of_before_stays(session: Session, officer: User) -> None:
    made = planned.edition(session, officer)
    planned.fill(session, officer, made)
    day = vote_day(made)
    planning.change_calendar(session, officer, made.id, planned.spans()[:1])
    session.commit()
    assert vote_day(made) == day
    with pytest.raises(NotNow):
        opening.make_ready(session, officer, made.id, boxes.HOST)


def test_a_person_too_young_is_told_so_at_every_door(
    client: FlaskClient, session: Session, officer: User
) -> None:
    made = planned.edition(session, officer)
    planned.fill(session, officer, made)
    entry = session.scalars(select(RollEntry).where(RollEntry.case_number == "T-4")).one()
    user = make.user(session, "young@example.org")
    entry.user_id = user.id
    born(session, years_before(vote_day(made), 15), 4)
    make.enter(client, session, user)
    for path in (f"/rolls/{made.roll_id}", f"/editions/{made.id}/how-to-vote"):
        page = client.get(path).get_data(as_text=True)
        assert "too young to vote: whoever votes must be 16 years old on" in page
        assert "You are on the roll of this vote" not in page


def test_an_officer_sees_who_is_too_young(client: FlaskClient, session: Session, officer: User) -> None:
    made = planned.edition(session, officer)
    planned.fill(session, officer, made)
    born(session, years_before(vote_day(made), 15), 4, 5)
    make.enter(client, session, officer)
    page = client.get(f"/staff/rolls/{made.roll_id}").get_data(as_text=True)
    assert "Too young on the day that counts" in page
    assert ">28<" in page
    page = client.get(f"/editions/{made.id}/plan").get_data(as_text=True)
    assert "2 people on the roll are too young on the day of the vote" in page
