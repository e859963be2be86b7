"""What may be done with a box, when, and by whom."""

from datetime import datetime, timedelta
from typing import Any

from govapp.accounts.models.posts import Role
from govapp.accounts.rules.posts import holds, may_work_at
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.models.log import BoxNotice
from govapp.core.workflow import Step, Workflow

FEWEST_VOTERS = 25  # a box with fewer is a room box
SMALL_DISTRICT = 25  # with fewer ballots its openings are for auditors only
SMALL_CELL = 10  # smaller numbers of a table are not told
WAITING_FOR_BATCH = 50
LEFT_WAITING = 25  # chosen at random, so that nobody knows which leaves came between two batches
OUTCOME_ONLY = 5  # a room box of so many voters or fewer tells no numbers
BALLOTS_A_MINUTE = 10  # of one voter
BALLOT_MINUTES = 30  # that a ballot form can be sent
KEY_HOLDERS = 3

S = Status


def may_run(actor: Any, box: BallotBox) -> bool:
    """Whoever holds the post whose duty the box is."""
    return may_work_at(actor, box.post)


def may_open(actor: Any, box: BallotBox) -> bool:
    """Those who run it; a room box also its chair, who opens it together with them."""
    return may_run(actor, box) or is_chair(actor, box)


def is_chair(actor: Any, box: BallotBox) -> bool:
    return box.is_room and box.chair_id is not None and actor.id == box.chair_id


def is_key_holder(actor: Any, box: BallotBox) -> bool:
    return any(holder.user_id == actor.id for holder in box.key_holders)


def may_take_part(actor: Any, box: BallotBox) -> bool:
    """In the ceremonies: those who run the box, its chair and its key-holders."""
    return may_open(actor, box) or is_key_holder(actor, box)


def may_cosign(actor: Any, box: BallotBox) -> bool:
    """That K_slot was destroyed: another one of those who take part."""
    return may_take_part(actor, box) and actor.id != box.keys_destroyed_by_id


def may_confirm_notice(actor: Any, notice: BoxNotice) -> bool:
    """A second person: who runs the box with the first, or keeps a key of it."""
    return may_take_part(actor, notice.box) and actor.id != notice.asked_by_id


def may_see(actor: Any, box: BallotBox) -> bool:
    """Everybody, once it was opened for votes; before that those who take part, and auditors."""
    if box.config_hash is not None:
        return True
    return bool(actor.is_authenticated) and (may_take_part(actor, box) or may_audit(actor, box))


def may_follow(box: BallotBox) -> bool:
    """While checkpoints may still come."""
    return box.status in (S.OPEN, S.CLOSED) and not box.is_room


def may_audit(actor: Any, box: BallotBox) -> bool:
    """Auditors over the area of the post whose duty the box is."""
    return box.post.area is not None and holds(actor, Role.AUDITOR, area=box.post.area)


MOVES = Workflow(
    Step("open", (S.PREPARING,), S.OPEN, may=may_run),
    Step("close", (S.OPEN,), S.CLOSED, may=may_run),
    Step("finish", (S.CLOSED,), S.FINAL, may=may_run),
    Step("count", (S.FINAL,), S.OPENED, may=may_open),
    Step("annul", (S.PREPARING, S.OPEN, S.CLOSED, S.FINAL), S.ANNULLED, may=may_run),
)


def takes_ballots(status: Status, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """From the first moment of opens_at to the last before closes_at."""
    return status is Status.OPEN and opens_at <= now < closes_at


def objections_until(box: BallotBox) -> datetime | None:
    """The first moment at which objections are over; None while the box is not closed."""
    return box.closed_at and box.closed_at + timedelta(hours=box.objection_hours)


def publishes_at_close(roll: int) -> bool:
    """Whether so few may vote that hardly ever enough entries wait for a batch before the box is closed."""
    return roll < WAITING_FOR_BATCH


def is_small(ballots: int) -> bool:
    """Whether so few ballots of a district could be told apart."""
    return ballots < SMALL_DISTRICT
