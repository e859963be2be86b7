"""Making a roll, announcing it, freezing it for a ballot box, and erasing its people long after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from govapp.accounts.models.posts import Post
from govapp.areas.models import Area
from govapp.ballotbox.actions import setup
from govapp.ballotbox.models import Status
from govapp.core import bulk, clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.language import N_
from govapp.rolls import queries, rules
from govapp.rolls.actions import codes
from govapp.rolls.events import (
    RollAnnounced,
    RollErased,
    RollFollowed,
    RollFrozen,
    RollGiven,
    RollMade,
    RollReopened,
    RollTakenOver,
    RollWithdrawn,
)
from govapp.rolls.models import Roll, RollEntry, RollStatus, RollVoter

IS_FROZEN = N_("The roll is frozen: nobody can be put on it, moved or struck any more.")
FROZEN_ELSEWHERE = N_("This roll is frozen for another ballot box.")
OPENED = N_("The ballot box is open: its roll stays as it is.")
NOT_STOPPED = N_("Only the roll of a vote that was stopped is taken over.")
OF_VOTE = N_("The roll of a vote is announced when that is published.")
GIVEN = N_("This roll belongs to a vote already.")
NOBODY = N_("Nobody on this roll may vote yet. Bring people in first.")
SOME_WITHOUT = N_("%(count)s people on this roll have no district, and others have one. Mend that first.")


@dataclass(frozen=True)
class RollPlan:
    """Who may stand on a roll, and in which words that is said.

    districts    the only ones people may stand in; () where a file may name any, or none
    minimum_age  years, on the day age_on
    residence    who belongs to the area, in words for everybody
    translations of title, residence and districts (core/translations)
    """

    title: str
    districts: tuple[str, ...] = ()
    minimum_age: int = 0
    age_on: date | None = None
    residence: str = ""
    translations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, roll: Roll) -> "RollPlan":
        return cls(
            roll.title,
            tuple(roll.districts),
            roll.minimum_age,
            roll.age_on,
            roll.residence,
            roll.translations,
        )

    @property
    def who(self) -> tuple[Any, ...]:
        """What makes voters of people."""
        return set(self.districts), self.minimum_age, self.age_on

    def write_to(self, roll: Roll) -> None:
        roll.title, roll.districts, roll.residence = self.title, list(self.districts), self.residence
        roll.minimum_age, roll.age_on = self.minimum_age, self.age_on
        roll.translations = dict(self.translations)


def make(session: Session, actor: Any, post: Post, area: Area, plan: RollPlan, door: str = "") -> Roll:
    """A new roll, with nobody on it, whose duty is a post's. Raises Denied.

    door  path of the page on which a code opens a ballot; letters lead there
    """
    require(any(mine.id == post.id for mine in rules.posts_to_keep(actor, area)))
    roll = Roll(post_id=post.id, area_id=area.id, door=door)
    plan.write_to(roll)
    session.add(roll)
    session.flush()
    record(session, actor.id, RollMade(roll.id, post.id, area.id))
    return roll


def announce(session: Session, actor: Any, roll_id: int) -> Roll:
    """From now on everybody reads that there is this roll, and may ask and claim. Raises Denied."""
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    if not roll.is_announced:
        roll.is_announced = True
        record(session, actor.id, RollAnnounced(roll.id))
    return roll


def announce_by_hand(session: Session, actor: Any, roll_id: int) -> Roll:
    """The same for a roll that no vote has: that of a vote is announced with it. Raises Denied, NotNow."""
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    if rules.is_of_vote(roll):
        raise NotNow(OF_VOTE)
    return announce(session, actor, roll_id)


def withdraw(session: Session, actor: Any, roll_id: int) -> Roll:
    """Its vote does not take place: it is the matter of its office alone again, and its box has no voters.

    Raises Denied, NotNow once the box is open.
    """
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    if rules.may_reopen(roll):
        reopen(session, actor, roll_id)
    if roll.is_announced:
        roll.is_announced = False
        record(session, actor.id, RollWithdrawn(roll.id))
    return roll


def give(session: Session, actor: Any, roll_id: int, door: str) -> Roll:
    """A roll that was made by hand becomes that of a vote. door: as in make. Raises Denied, NotNow."""
    roll = keeping(session, actor, roll_id)
    if rules.is_of_vote(roll):
        raise NotNow(GIVEN)
    roll.door = door
    record(session, actor.id, RollGiven(roll.id))
    return roll


def follow(session: Session, actor: Any, roll_id: int, plan: RollPlan) -> Roll:
    """What a changed plan says of who may vote: the roll follows it until its box is open.

    Nobody is taken off it. Who is too young now does not vote, and does again where a later plan allows it;
    people of a district that is no more are moved by the next file, or by hand. A roll that was frozen is
    opened for that, so that those whom the change concerns can ask, and its box has no voters until it is
    frozen anew. The roll of a stopped vote stays as it was. Raises Denied, NotNow.
    """
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    if rules.is_stopped(roll) or plan == RollPlan.of(roll):
        return roll
    if plan.who != RollPlan.of(roll).who and not rules.is_open(roll):
        reopen(session, actor, roll_id)
    plan.write_to(roll)
    record(session, actor.id, RollFollowed(roll.id))
    return roll


def keeping(session: Session, actor: Any, roll_id: int) -> Roll:
    """The roll, locked, for its keeper, while it can be changed; raises Denied, NotNow."""
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    if not rules.is_open(roll):
        raise NotNow(IS_FROZEN)
    return roll


def freeze(
    session: Session, actor: Any, roll_id: int, box_id: int, by_district: bool = True
) -> list[tuple[str, str]]:
    """Freeze the roll for a box that is not open yet: (voter, district) of each who may vote.

    That is what ballotbox.setup.set_electorate wants; the caller hands it on in the same transaction. Done
    again for the same box everybody gets a new id. by_district: whether districts vote for themselves, so
    that nobody may lack one where others have one. Raises Denied; NotNow once the box is open, when the roll
    is frozen for another one, or when nobody may vote, or only some have a district.
    """
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    setup.preparing(session, actor, box_id)
    if roll.status is RollStatus.ERASED or roll.box_id not in (None, box_id):
        raise NotNow(codes.STOPPED if rules.is_stopped(roll) else FROZEN_ELSEWHERE)
    _open_again(session, roll)
    counts = queries.counts(session, roll.id)
    if not counts:
        raise NotNow(NOBODY)
    if by_district and "" in counts and len(counts) > 1:
        raise NotNow(SOME_WITHOUT, count=counts[""])
    on = select(RollEntry.id, RollEntry.district).where(*queries.voting(session, roll.id))
    told = counts if by_district else {"": sum(counts.values())}
    given = [(entry_id, district, setup.new_voter()) for entry_id, district in session.execute(on)]
    rows = ((entry_id, voter) for entry_id, _district, voter in given)
    bulk.copy_in(session, "roll_voters", ("entry_id", "voter_id"), rows)
    bulk.look_again(session, "roll_voters")
    roll.status, roll.box_id, roll.frozen_at, roll.voters = RollStatus.FROZEN, box_id, clock.now(), told
    record(session, actor.id, RollFrozen(roll.id, box_id, len(given)))
    return [(voter, district) for _entry_id, district, voter in given]


def reopen(session: Session, actor: Any, roll_id: int) -> Roll:
    """Take the freezing back, to correct something: the box has no voters then. Raises Denied, NotNow."""
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    if not rules.may_reopen(roll) or roll.box_id is None:
        raise NotNow(OPENED)
    box_id = roll.box_id
    setup.set_electorate(session, actor, box_id, [])
    _open_again(session, roll)
    record(session, actor.id, RollReopened(roll.id, box_id))
    return roll


def take_over(session: Session, actor: Any, roll_id: int) -> Roll:
    """Open the roll of a vote that was stopped again, to hold another one with it.

    What the stopped vote knew of people is forgotten: by which ids its box knew them, so that nothing of it
    names anybody, or leads to the new box; and its codes, which were shown, posted and typed for a vote that
    is over. Raises Denied, NotNow.
    """
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    if not rules.may_take_over(roll) or roll.box_id is None:
        raise NotNow(NOT_STOPPED)
    box_id, ended = roll.box_id, codes.drop_all(session, roll.id)
    _open_again(session, roll)
    record(session, actor.id, RollTakenOver(roll.id, box_id, ended))
    return roll


def erase(session: Session, actor_id: int | None, roll_id: int) -> int:
    """Forget the people on a roll whose box was opened or annulled; how many. Raises NotNow before."""
    roll = fetch(session, Roll, roll_id, lock=True)
    if roll.box is None or roll.box.status not in (Status.OPENED, Status.ANNULLED):
        raise NotNow(IS_FROZEN)
    roll.status = RollStatus.ERASED
    return _forget(session, actor_id, roll)


def empty(session: Session, roll_id: int) -> int:
    """Forget the people on an open roll that no vote will use any more; how many. Raises NotNow if frozen."""
    roll = fetch(session, Roll, roll_id, lock=True)
    if not rules.is_open(roll):
        raise NotNow(IS_FROZEN)
    return _forget(session, None, roll)


def _forget(session: Session, actor_id: int | None, roll: Roll) -> int:
    session.flush()
    gone = session.execute(delete(RollEntry).where(RollEntry.roll_id == roll.id))
    entries = int(getattr(gone, "rowcount", 0))
    record(session, actor_id, RollErased(roll.id, entries))
    return entries


def _open_again(session: Session, roll: Roll) -> None:
    roll.status, roll.box_id, roll.frozen_at, roll.voters = RollStatus.OPEN, None, None, None
    session.flush()
    mine = select(RollEntry.id).where(RollEntry.roll_id == roll.id)
    session.execute(delete(RollVoter).where(RollVoter.entry_id.in_(mine)))
