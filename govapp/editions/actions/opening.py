"""Making the vote of an edition ready: its roll, and its ballot box, whose own pages lead on from there."""

from typing import Any

from sqlalchemy.orm import Session

from govapp.ballotbox.actions import setup
from govapp.ballotbox.models import BallotBox
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Missing, NotNow
from govapp.core.language import N_
from govapp.editions import rules
from govapp.editions.actions.changing import box_plan, changing, follow, needed, roll_plan
from govapp.editions.events import EditionRollMade, EditionRollUsed, VoteMadeReady, VotersTaken
from govapp.editions.models import Edition, PhaseKind, Stage
from govapp.editions.rules import calendar
from govapp.rolls import actions as rolls
from govapp.rolls.models import Roll

NOT_PUBLISHED = N_("Publish the round first: everybody must be able to see what is voted on.")
NOT_READY = N_("Before the vote can be made ready, something is missing: see the list of tasks.")
READY_ALREADY = N_("The vote was made ready already.")
ROLL_THERE = N_("This round has a roll already.")
NEEDS_VOTE_DAY = N_("First set the time for voting: how old a voter must be is counted on its first day.")
KNOWN_BEFORE = N_("Everybody knows of this roll already, and nobody of the round: publish the round first.")
NO_BOX = N_("There is no ballot box yet.")


def make_roll(session: Session, actor: Any, edition_id: int) -> Roll:
    """A roll with nobody on it, for those who may vote in the edition; announced with it.

    Raises Denied, NotNow.
    """
    edition = _without_roll(session, actor, edition_id)
    plan, door = roll_plan(edition, None), _door(edition)
    roll = rolls.make(session, actor, edition.post, edition.area, plan, door)
    return _is_its_roll(session, actor, edition, roll, EditionRollMade(edition.id, roll.id))


def use_roll(session: Session, actor: Any, edition_id: int, roll_id: int) -> Roll:
    """A roll that its office made by hand, with the people on it, for the vote of the edition.

    It is called as the edition, and follows its plan. Raises Denied, Missing, NotNow.
    """
    edition = _without_roll(session, actor, edition_id)
    if fetch(session, Roll, roll_id).post_id != edition.post_id:
        raise Missing
    roll = rolls.give(session, actor, roll_id, _door(edition))
    if roll.is_announced and edition.stage is Stage.DRAFT:
        raise NotNow(KNOWN_BEFORE)
    _is_its_roll(session, actor, edition, roll, EditionRollUsed(edition.id, roll.id))
    follow(session, actor, edition)
    return roll


def take_roll_over(session: Session, actor: Any, edition_id: int) -> Roll:
    """The roll of the vote that was stopped, with its people, for the vote held in its place.

    It can be corrected until that is made ready. Raises Denied, NotNow.
    """
    edition = changing(session, actor, edition_id)
    if edition.roll_id is None:
        raise NotNow(rolls.NOT_STOPPED)
    roll = rolls.take_over(session, actor, edition.roll_id)
    follow(session, actor, edition)
    return roll


def make_ready(session: Session, actor: Any, edition_id: int, host: str) -> BallotBox:
    """A ballot box of the post, from the plan, with those on the roll as its voters. host: of the site.

    Until it is opened for votes the plan can still be changed, and the box follows.
    Raises Denied, NotNow with what is missing.
    """
    edition = changing(session, actor, edition_id)
    if edition.stage is not Stage.PUBLISHED:
        raise NotNow(NOT_PUBLISHED)
    if rules.is_ready(edition):
        raise NotNow(READY_ALREADY)
    follow(session, actor, edition)
    if needed(session, edition):
        raise NotNow(NOT_READY)
    box = setup.prepare(session, actor, edition.post, box_plan(session, edition), host)
    _take_voters(session, actor, edition, box.id)
    edition.box_id = box.id
    session.flush()
    session.expire(edition, ["box"])
    record(session, actor.id, VoteMadeReady(edition.id, box.id))
    return box


def take_voters(session: Session, actor: Any, edition_id: int) -> int:
    """Freeze the roll for the box once more, after it was opened again and corrected; how many may vote.

    Raises Denied, NotNow.
    """
    edition = changing(session, actor, edition_id)
    if not rules.is_ready(edition) or edition.box_id is None:
        raise NotNow(NO_BOX)
    voters = _take_voters(session, actor, edition, edition.box_id)
    record(session, actor.id, VotersTaken(edition.id, edition.box_id, voters))
    return voters


def _take_voters(session: Session, actor: Any, edition: Edition, box_id: int) -> int:
    """Where the budget is whole everybody votes on the same, whatever district the roll names."""
    assert edition.roll_id is not None
    by_district = edition.has_districts
    frozen = rolls.freeze(session, actor, edition.roll_id, box_id, by_district)
    voters = [(voter, district if by_district else "") for voter, district in frozen]
    setup.set_electorate(session, actor, box_id, voters)
    return len(voters)


def _without_roll(session: Session, actor: Any, edition_id: int) -> Edition:
    """An edition that needs a roll, and whose plan says who may stand on it."""
    edition = changing(session, actor, edition_id)
    if not rules.needs_roll(edition):
        raise NotNow(ROLL_THERE)
    vote = calendar.of_kind(edition.phases, PhaseKind.VOTE)
    if vote is None and rules.MINIMUM_AGE[edition.eligibility]:
        raise NotNow(NEEDS_VOTE_DAY)
    return edition


def _door(edition: Edition) -> str:
    return f"/editions/{edition.id}/how-to-vote"


def _is_its_roll(session: Session, actor: Any, edition: Edition, roll: Roll, event: Any) -> Roll:
    if edition.stage is Stage.PUBLISHED:
        rolls.announce(session, actor, roll.id)
    edition.roll_id = roll.id
    session.flush()
    session.expire(edition, ["roll"])
    record(session, actor.id, event)
    return roll
