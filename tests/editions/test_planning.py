"""Planning: what actions write, whom they refuse, and that a box in preparation follows the plan."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.ballotbox import queries as box_queries
from govapp.ballotbox.actions import casting, closing
from govapp.ballotbox.models import BallotBox, Openings, Status
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core import clock, dates
from govapp.core.audit import AuditEntry
from govapp.core.errors import Denied, NotNow, Refused
from govapp.core.files.keeping import StoredFile
from govapp.core.files.kinds import Kind, Upload
from govapp.core.key_folder import KeyFolder
from govapp.counting.ballots import BallotKind
from govapp.editions import queries, rules
from govapp.editions.actions import opening, planning, projects, throwing_away
from govapp.editions.actions.planning import BallotPlan, Details
from govapp.editions.actions.projects import Picture
from govapp.editions.models import Binding, Edition, EditionProject, Eligibility, Envelope, PhaseKind, Stage
from govapp.editions.rules import calendar
from govapp.editions.rules.calendar import Span
from govapp.editions.rules.plans import Limits
from govapp.editions.rules.templates import TEMPLATES
from govapp.rolls import actions as rolls
from govapp.rolls.actions import codes
from govapp.rolls.models import Roll, RollEntry
from govapp.rolls.models.codes import Form, RollBatch, RollCode
from tests import make
from tests.ballotbox import boxes
from tests.editions import planned
from tests.editions.planned import BAHT, draft

TODAY = dates.local_day(clock.now())
APPROVAL = BallotPlan(BallotKind.APPROVAL, Limits(0, 3), "most-votes", Openings.AUDITORS, ["th", "en"])
PICTURE = Upload(Kind.JPEG, b"not read here", thumbnail=b"small", width_px=8, height_px=8, name="a.jpg")


def events(session: Session) -> list[str]:
    found = session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)).all()
    return [name for name in found if "Edition" in name or "Ballot" in name or "Lessons" in name]


@pytest.mark.parametrize("template", ["", *TEMPLATES])
def test_a_draft_from_a_template_or_from_nothing(session: Session, officer: User, template: str) -> None:
    post = planned.post_of(officer)
    made = planning.start(session, officer, post, "รอบ", 2570, TODAY, template)
    session.commit()
    assert (made.stage, made.area_id, made.box_id) == (Stage.DRAFT, post.area_id, None)
    assert bool(made.phases) == bool(template)
    assert events(session) == ["EditionStarted"]


def test_last_years_round_with_its_dates_a_year_later(session: Session, officer: User) -> None:
    old = planned.edition(session, officer, budgets={"N": 5, "S": 7}, drafts=[draft("1", district="N")])
    new = planning.copy(session, officer, planned.post_of(officer), old.id, "รอบหน้า", 2571)
    session.commit()
    session.expire_all()
    assert (new.copied_from_id, new.stage, new.roll_id) == (old.id, Stage.DRAFT, None)
    assert {each.district: each.budget_satang for each in new.envelopes} == {"N": 5, "S": 7}
    assert queries.projects(session, new.id) == []
    for before, after in zip(old.phases, new.phases, strict=True):
        assert after.starts_at - before.starts_at == timedelta(weeks=52)


def test_every_part_of_the_plan_is_written_once(session: Session, officer: User) -> None:
    made = planned.edition(session, officer)
    before = len(events(session))
    english = {"en": {"title": "Name", "description": "About"}}
    details = Details("ชื่อ", "เรื่อง", 2571, Binding.BINDING, "มติ", Eligibility.OWN, "ทุกคน", english)
    planning.change_details(session, officer, made.id, details)
    planning.change_money(session, officer, made.id, {"": 7 * BAHT})
    planning.change_money(session, officer, made.id, {"N": 5 * BAHT, "S": 0})
    planning.change_calendar(session, officer, made.id, planned.spans()[1:3])
    planning.change_ballot(session, officer, made.id, APPROVAL)
    planning.write_lessons(session, officer, made.id, "คราวหน้าเริ่มให้เร็วขึ้น")
    session.commit()
    session.expire_all()
    assert (made.title, made.fiscal_year_be, made.eligibility_words) == ("ชื่อ", 2571, "ทุกคน")
    assert made.translations == english
    copied = planning.copy(session, officer, planned.post_of(officer), made.id, "ปีหน้า", 2572)
    assert copied.translations == {"en": {"description": "About"}}  # its title is another one
    assert [(each.district, each.budget_satang) for each in made.envelopes] == [("N", 500), ("S", 0)]
    assert [phase.kind for phase in made.phases] == [PhaseKind.VOTE, PhaseKind.OBJECTIONS]
    assert (made.least, made.most, made.languages) == (0, 3, ["th", "en"])
    assert rules.preset_of(made.rule) == "most-votes"
    assert events(session)[before:] == ["EditionChanged"] * 5 + ["LessonsWritten", "EditionStarted"]


def test_projects_come_one_by_one_and_many_at_once(session: Session, officer: User) -> None:
    made = planned.edition(session, officer, codes=["1"])
    projects.change(session, officer, made.id, "1", draft("9", title="ใหม่"), Picture("ภาพ", PICTURE))
    added, changed = projects.bring_in(
        session, officer, made.id, [draft("9", title="แก้"), draft("10")], "0" * 64
    )
    session.commit()
    assert (added, changed) == (1, 1)
    project = queries.project(session, made.id, "9")
    assert (project.title, project.picture_words) == ("แก้", "ภาพ")
    assert session.get_one(StoredFile, project.picture_id).thumbnail == b"small"
    projects.change(session, officer, made.id, "9", draft("9"), Picture("ภาพ", is_removed=True))
    projects.remove(session, officer, made.id, "10")
    session.commit()
    assert [(each.code, each.picture_id) for each in queries.projects(session, made.id)] == [("9", None)]


def test_a_number_is_given_once(session: Session, officer: User) -> None:
    made = planned.edition(session, officer, codes=["1", "2"])
    with pytest.raises(Refused, match="1"):
        projects.add(session, officer, made.id, draft("1"), Picture())
    with pytest.raises(Refused, match="1"):
        projects.change(session, officer, made.id, "2", draft("1"), Picture())


def test_what_is_missing_keeps_from_publishing(session: Session, officer: User) -> None:
    post = planned.post_of(officer)
    made = planning.start(session, officer, post, "รอบ", 2570, TODAY, "")
    with pytest.raises(NotNow):
        planning.publish(session, officer, made.id)
    planning.change_calendar(session, officer, made.id, planned.spans())
    planning.publish(session, officer, made.id)
    with pytest.raises(NotNow):
        planning.publish(session, officer, made.id)
    assert made.stage is Stage.PUBLISHED


def test_called_off_it_stays_with_its_reason_and_cannot_be_changed(session: Session, officer: User) -> None:
    made = planned.edition(session, officer)
    planning.call_off(session, officer, made.id, "งบประมาณถูกตัด")
    session.commit()
    assert (made.stage, made.called_off_because) == (Stage.CALLED_OFF, "งบประมาณถูกตัด")
    with pytest.raises(NotNow):
        planning.change_money(session, officer, made.id, {"": 1})


def test_only_the_holder_of_the_post_plans(session: Session, officer: User) -> None:
    made = planned.edition(session, officer)
    other = make.officer(session, make.area(session, "x-other"), "other@example.org")
    for deed in DEEDS:
        with pytest.raises(Denied):
            deed(session, other, made.id)
    with pytest.raises(Denied):
        planning.copy(session, other, planned.post_of(other), made.id, "x", 2570)
    with pytest.raises(Denied):
        planning.start(session, other, planned.post_of(officer), "x", 2570, TODAY, "")


DETAILS = Details("อื่น", "", 2570, Binding.ADVISORY, "", Eligibility.RESIDENTS_16, "")
DEEDS: list[Any] = [
    lambda session, actor, id_: planning.change_details(session, actor, id_, DETAILS),
    lambda session, actor, id_: planning.change_money(session, actor, id_, {"": 7}),
    lambda session, actor, id_: planning.change_calendar(session, actor, id_, planned.spans()),
    lambda session, actor, id_: planning.change_ballot(session, actor, id_, APPROVAL),
    lambda session, actor, id_: planning.call_off(session, actor, id_, "เหตุ"),
    lambda session, actor, id_: projects.add(session, actor, id_, draft("new"), Picture()),
    lambda session, actor, id_: projects.change(session, actor, id_, "1", draft("1"), Picture()),
    lambda session, actor, id_: projects.remove(session, actor, id_, "1"),
    lambda session, actor, id_: projects.bring_in(session, actor, id_, [draft("9")], "0" * 64),
    lambda session, actor, id_: opening.make_roll(session, actor, id_),
    lambda session, actor, id_: opening.use_roll(session, actor, id_, 1),
    lambda session, actor, id_: opening.take_voters(session, actor, id_),
    lambda session, actor, id_: opening.take_roll_over(session, actor, id_),
    lambda session, actor, id_: opening.make_ready(session, actor, id_, boxes.HOST),
]


def test_once_voting_is_open_no_action_changes_anything(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer)
    site = planned.ready(session, officer, made, keys)
    planning.change_details(session, officer, made.id, DETAILS)  # before the opening it can
    boxes.open_for_votes(site)
    session.commit()
    for deed in DEEDS:
        with pytest.raises(NotNow):
            deed(session, officer, made.id)
    planning.write_lessons(session, officer, made.id, "บทเรียน")
    session.commit()
    assert made.lessons == "บทเรียน"


def test_a_box_in_preparation_follows_the_plan(session: Session, officer: User, keys: KeyFolder) -> None:
    made = planned.edition(session, officer)
    site = planned.ready(session, officer, made, keys)
    box = session.get_one(BallotBox, site.box_id)
    assert (box.objection_hours, set(box.draft["contests"])) == (72, {""})
    planning.change_money(session, officer, made.id, {"": 42 * BAHT})
    projects.remove(session, officer, made.id, "3")
    later = [
        Span(each.kind, each.starts_at + timedelta(days=1), each.ends_at + timedelta(days=1))
        for each in planned.spans()
    ]
    planning.change_calendar(session, officer, made.id, later)
    session.commit()
    session.expire_all()
    contest = box.draft["contests"][""]
    assert (contest["budget"], [each["id"] for each in contest["projects"]]) == (4200, ["1", "2"])
    assert (box.opens_at, box.closes_at) == (later[1].starts_at, later[1].ends_at)
    opening.take_voters(session, officer, made.id)  # another day, on which others may be too young
    boxes.open_for_votes(site)
    assert box.status is Status.OPEN


def test_a_change_after_which_the_box_could_not_be_opened_is_refused(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer)
    planned.ready(session, officer, made, keys)
    with pytest.raises(NotNow):
        planning.change_calendar(session, officer, made.id, planned.spans()[:1])
    session.rollback()
    assert len(made.phases) == 4


def test_a_box_needs_a_published_plan_with_voters_and_is_made_once(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer, is_published=False)
    with pytest.raises(NotNow):
        opening.make_ready(session, officer, made.id, boxes.HOST)
    planning.publish(session, officer, made.id)
    with pytest.raises(NotNow):  # nobody is on a roll
        opening.make_ready(session, officer, made.id, boxes.HOST)
    site = planned.ready(session, officer, made, keys)
    with pytest.raises(NotNow):
        opening.make_ready(session, officer, made.id, boxes.HOST)
    closing.annul(session, officer, site.box_id, "สมมติ")
    session.commit()
    again = planned.ready(session, officer, made, keys)  # with a roll of its own
    assert (made.box_id, again.box_id != site.box_id) == (again.box_id, True)


def test_the_database_keeps_what_the_rules_say(session: Session, officer: User) -> None:
    made = planned.edition(session, officer)
    wrong: list[dict[str, Any]] = [
        {"least": 5, "most": 4},
        {"most_points": 3, "sum_points": 2},
        {"box_id": 1},
    ]
    for values in wrong:
        with pytest.raises(Exception, match=r"limits_in_order|points_in_order|box_needs_roll"):
            session.query(Edition).where(Edition.id == made.id).update(values)
        session.rollback()
    with pytest.raises(Exception, match="cost_positive"):
        session.query(EditionProject).update({"cost_satang": 0})
    session.rollback()


def test_a_roll_for_those_who_may_vote(session: Session, officer: User) -> None:
    made = planned.edition(session, officer, budgets={"N": 5, "S": 7}, drafts=[draft("1", district="N")])
    roll = opening.make_roll(session, officer, made.id)
    vote = calendar.of_kind(made.phases, PhaseKind.VOTE)
    assert vote is not None
    assert (roll.districts, roll.minimum_age) == (["N", "S"], 16)
    assert roll.age_on == dates.local_day(vote.starts_at)
    assert "16" in roll.residence
    with pytest.raises(NotNow):
        opening.make_roll(session, officer, made.id)


def test_voters_come_from_the_roll_and_again_when_it_was_corrected(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    budgets = {"N": 1000 * BAHT, "S": 1000 * BAHT}
    made = planned.edition(
        session, officer, budgets=budgets, drafts=[draft("1", district="N"), draft("2", district="S")]
    )
    site = planned.ready(session, officer, made, keys)
    assert box_queries.roll_sizes(session, site.box_id) == {"N": 15, "S": 15}
    assert made.roll_id is not None
    rolls.reopen(session, officer, made.roll_id)
    assert box_queries.roll_sizes(session, site.box_id) == {}
    session.delete(session.scalars(select(RollEntry).where(RollEntry.case_number == "T-0")).one())
    session.flush()
    assert opening.take_voters(session, officer, made.id) == 29
    assert box_queries.roll_sizes(session, site.box_id) == {"N": 14, "S": 15}


def test_after_a_stopped_vote_the_same_people_vote_in_a_new_box(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer, spans=planned.spans(timedelta(seconds=-2)))
    first = planned.ready(session, officer, made, keys)
    boxes.open_for_votes(first)
    closing.annul(session, officer, first.box_id, "สมมติ")
    session.commit()
    with pytest.raises(NotNow):  # not without a word
        opening.make_ready(session, officer, made.id, boxes.HOST)
    roll_id = made.roll_id
    opening.take_roll_over(session, officer, made.id)
    again = planned.box_of(session, officer, made, keys)
    boxes.open_for_votes(again)
    assert made.roll_id == roll_id
    assert box_queries.roll_sizes(session, again.box_id) == {"": 30}
    assert set(again.voters).isdisjoint(first.voters)
    assert casting.cast(session, keys, Ticket.new(again.box_id, again.voters[0], 0), ["1"]).code
    with pytest.raises(Denied):
        casting.cast(session, keys, Ticket.new(again.box_id, first.voters[0], 0), ["1"])


def test_where_the_budget_is_whole_all_vote_on_the_same(
    session: Session, officer: User, keys: KeyFolder
) -> None:
    made = planned.edition(session, officer)
    planned.fill(session, officer, made)
    session.query(RollEntry).update({"district": "N"})
    box = opening.make_ready(session, officer, made.id, boxes.HOST)
    assert box_queries.roll_sizes(session, box.id) == {"": 30}


def test_a_draft_is_thrown_away_whole(session: Session, officer: User) -> None:
    made = planned.edition(session, officer, is_published=False)
    projects.change(session, officer, made.id, "1", draft("1"), Picture("ภาพ", PICTURE))
    copied = planning.copy(session, officer, planned.post_of(officer), made.id, "ปีหน้า", 2571)
    planned.fill(session, officer, made, 3)
    other = planned.edition(session, officer, codes=["x"])
    roll_id, made_id = made.roll_id, made.id
    throwing_away.throw_away(session, officer, made.id)
    session.commit()
    session.expire_all()
    assert session.get(Edition, made_id) is None
    assert session.get(Roll, roll_id) is None
    assert not session.scalars(select(RollEntry.id)).all()
    assert [each.code for each in session.scalars(select(EditionProject))] == ["x"]
    assert {each.edition_id for each in session.scalars(select(Envelope))} == {copied.id, other.id}
    assert copied.copied_from_id is None
    assert session.scalars(select(StoredFile)).all()  # until nothing has needed it for a while
    assert events(session)[-1] == "EditionThrownAway"


def test_what_others_know_of_cannot_be_thrown_away(session: Session, officer: User) -> None:
    published = planned.edition(session, officer)
    with pytest.raises(NotNow, match="published"):
        throwing_away.throw_away(session, officer, published.id)
    made = planned.edition(session, officer, is_published=False)
    with pytest.raises(Denied):
        throwing_away.throw_away(session, make.user(session, "x@example.org"), made.id)
    planned.fill(session, officer, made, 3)
    values = {"made_by_id": officer.id, "form": Form.LETTERS, "district": "", "number": 1, "letters": 3}
    session.add(RollBatch(roll_id=made.roll_id, ends_at=clock.now(), **values))
    session.commit()
    with pytest.raises(NotNow, match="without a trace"):
        throwing_away.throw_away(session, officer, made.id)
    session.rollback()
    assert session.get(Edition, made.id) is not None


def test_a_draft_stays_for_whose_roll_somebody_holds_a_code(session: Session, officer: User) -> None:
    made = planned.edition(session, officer, is_published=False)
    planned.fill(session, officer, made, 3)
    entry_id = session.scalars(select(RollEntry.id)).first() or 0
    codes.renew(session, make.sign_in(session, officer), officer, entry_id, codes.Keys.of(make.SIGNING_KEY))
    session.commit()
    with pytest.raises(NotNow, match="without a trace"):
        throwing_away.throw_away(session, officer, made.id)
    session.rollback()
    assert session.get(RollCode, entry_id) is not None
