"""Where a box stands on its way, and what comes next: for its page, for desks, for lists."""

from enum import StrEnum

from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.rules import KEY_HOLDERS, objections_until
from govapp.core import clock


class Next(StrEnum):
    """The one thing that is to be done now, or waited for."""

    ROLL = "roll"  # the slice above puts voters on it
    CHAIR = "chair"
    HOLDERS = "holders"
    KEYS = "keys"  # three sheets, or the key of a room box
    RECEIVE = "receive"
    TRIAL = "trial"
    OVER = "over"  # its time passed before it was opened
    OPEN = "open"
    BEGIN = "begin"  # open, but opens_at is still to come
    VOTE = "vote"  # ballots are taken until closes_at
    CLOSE = "close"
    OBJECTIONS = "objections"
    FINISH = "finish"
    DESTROY = "destroy"
    COSIGN = "cosign"
    CEREMONY = "ceremony"
    ROOM = "room"  # two people open it, each signed in for themselves
    DONE = "done"
    ANNULLED = "annulled"


def next_of(box: BallotBox, voters: int) -> Next:
    """What comes next for a box with so many people on its roll, by the clock of now."""
    match box.status:
        case Status.PREPARING:
            return _before_opening(box, voters)
        case Status.OPEN:
            return _while_open(box)
        case Status.CLOSED:
            until = objections_until(box)
            return Next.OBJECTIONS if until and clock.now() < until else Next.FINISH
        case Status.FINAL:
            return Next.ROOM if box.is_room else _before_ceremony(box)
        case Status.OPENED:
            return Next.DONE
        case Status.ANNULLED:
            return Next.ANNULLED


def received(box: BallotBox) -> int:
    """How many key-holders have said that they hold their sheet."""
    return sum(holder.received_at is not None for holder in box.key_holders)


def _before_opening(box: BallotBox, voters: int) -> Next:
    steps = (
        (Next.ROLL, not voters),
        (Next.CHAIR, box.is_room and box.chair_id is None),
        (Next.HOLDERS, not box.is_room and len(box.key_holders) < KEY_HOLDERS),
        (Next.KEYS, box.public_key is None),
        (Next.RECEIVE, not box.is_room and received(box) < KEY_HOLDERS),
        (Next.TRIAL, not box.is_room and box.tried_at is None),
        (Next.OVER, box.closes_at <= clock.now()),
    )
    return next((step for step, is_missing in steps if is_missing), Next.OPEN)


def _while_open(box: BallotBox) -> Next:
    now = clock.now()
    if now < box.opens_at:
        return Next.BEGIN
    return Next.CLOSE if box.closes_at <= now else Next.VOTE


def _before_ceremony(box: BallotBox) -> Next:
    if box.keys_destroyed_at is None:
        return Next.DESTROY
    return Next.COSIGN if box.cosigned_by_id is None else Next.CEREMONY
