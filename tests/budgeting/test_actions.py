import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.areas.models import AreaKind
from govapp.budgeting import queries
from govapp.budgeting.actions import counting, importing
from govapp.budgeting.models import Count, Round, RoundProject
from govapp.budgeting.rules import presets_for
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied
from govapp.core.jobs import Job
from govapp.counting.count import count
from govapp.counting.further import joined
from govapp.counting.pabulib import read
from govapp.counting.rule import Rule
from tests import make


def test_a_file_becomes_a_round(session: Session) -> None:
    made = make.round_(session)
    assert (made.budget_satang, made.voters, made.currency) == (1000_00, 9, "THB")
    assert made.area.kind is AreaKind.ELSEWHERE
    rows = queries.projects(session, made.id)
    assert [(row.code, row.cost_satang, row.votes) for row in rows] == [
        ("a", 600_00, 4),
        ("b", 500_00, 4),
        ("c", 300_00, 4),
        ("d", 2000_00, 1),
    ]
    assert rows[2].categories == ["คนพิการ", "ถนน"]
    events = session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)).all()
    assert events == ["RoundImported", "RoundCounted"]


def test_the_ballots_come_back_as_they_went_in(session: Session) -> None:
    made = make.round_(session)
    election, places = queries.election(session, made)
    source = read(make.pb(), "test.pb")
    assert election.votes.tolist() == source.election.votes.tolist()
    assert election.ballots.voters == 9
    assert {name: int(rows.sum()) for name, rows in places["neighborhood"].items()} == {"สวน": 3, "นา": 6}


def test_the_same_file_gives_the_same_round(session: Session) -> None:
    assert make.round_(session).id == make.round_(session).id
    assert session.scalar(select(func.count()).select_from(Round)) == 1


def test_every_rule_that_suits_the_ballots_is_queued_once(session: Session) -> None:
    made = make.round_(session, counted=False)
    counting.ask_counts(session, None, made)
    rules = {Rule.from_json(job.payload["rule"]).method for job in session.scalars(select(Job))}
    assert session.scalar(select(func.count()).select_from(Job)) == len(presets_for(made.kind))
    assert len(rules) == 4


def test_counting_again_changes_nothing(session: Session) -> None:
    made = make.round_(session)
    rule = Rule.from_json(made.rule)
    again = counting.keep_count(session, None, counting.compute_count(session, made, rule))
    session.flush()
    assert session.scalars(select(Count)).one() is again
    assert again.outcome["funded"] == ["c", "b"]
    assert again.outcome["spent"] + again.outcome["left"] == made.budget_satang


def test_only_administrators_bring_elections_in(session: Session) -> None:
    with pytest.raises(Denied):
        importing.ask_import(session, User(id=1), "x.pb", make.pb())
    job = importing.ask_import(session, make.admin(session), "x.pb", make.pb())
    assert job.payload["name"] == "x.pb"


def test_the_database_refuses_what_cannot_be(session: Session) -> None:
    made = make.round_(session)
    row = queries.projects(session, made.id)[0]
    row.cost_satang = 0
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RoundProject)) == 4


def test_losers_learn_how_many_votes_they_were_short_of(session: Session) -> None:
    made = make.round_(session, make.pb(rule="equalshares/add1"))
    job = session.scalars(select(Job).where(Job.kind == "explain_count")).one()
    counted = session.get_one(Count, job.payload["count_id"])
    losers = queries.nearest_losers(counted)
    needed = counting.find_needed(session, counted, seconds=30)
    assert set(needed) <= set(losers) != set()
    counting.keep_needed(session, counted.id, needed)
    session.flush()
    session.expire_all()
    election, _ = queries.election(session, made)
    for code, votes in needed.items():
        assert session.get_one(Count, counted.id).outcome["projects"][code]["votes_needed"] == votes
        place = next(p for p, project in enumerate(election.projects) if project.id == code)
        rule = Rule.from_json(made.rule)
        assert count(joined(election, place, votes), rule).projects[code].funded
        assert not count(joined(election, place, votes - 1), rule).projects[code].funded


def test_a_count_that_takes_too_long_to_explain_is_left_as_it_is(session: Session) -> None:
    make.round_(session, make.pb(rule="equalshares/add1"))
    counted = session.scalars(select(Count)).one()
    assert counting.find_needed(session, counted, seconds=-1) == {}
