"""Making a box ready: who may vote, its key in three sheets, the trial, and the opening for votes."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from govapp.accounts.models.posts import Post
from govapp.accounts.rules.posts import may_work_at
from govapp.ballotbox import rules
from govapp.ballotbox.events import (
    BoxKeysMade,
    BoxPlanChanged,
    BoxPrepared,
    BoxTried,
    ElectorateSet,
    KeyHoldersNamed,
    SheetReceived,
)
from govapp.ballotbox.models import BallotBox, Elector, KeyHolder, Openings, Status
from govapp.ballotbox.queries import box_keys
from govapp.core import bulk, clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, Unreadable, require
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import leaves, sealing, shares, slots
from govapp.ledger.faults import Mistyped
from govapp.ledger.notes import Signer
from govapp.ledger.shares import Sheet

VOTER_BYTES = 16

NOT_PREPARING = N_("The vote was opened: nothing of it can be changed any more.")
NO_VOTERS = N_("Nobody may vote yet: put people on the roll first.")
THREE_PEOPLE = N_("A box has three different key-holders.")
NEEDS_KEYS = N_("The key of the box must be made first.")
NOT_A_ROOM = N_("This box is opened by its chair and secretary; it has no sheets.")
NO_CHAIR = N_("A box with so few voters is opened by two people: name its chair first.")
NOT_HOLDER = N_("You are not one of the key-holders of this box.")


@dataclass(frozen=True)
class Plan:
    """What the slice above wants decided.

    kind        its name, such as "question"
    contests    district -> contest, as verifier/contests.py reads it; "" where there are no districts
    more        whatever else shall be committed to before the first vote; plain values
    with_ties   whether a secret is drawn that decides ties after the last vote
    """

    kind: str
    title: str
    contests: Mapping[str, Any]
    opens_at: datetime
    closes_at: datetime
    openings: Openings = Openings.PUBLIC
    objection_hours: int = 0
    with_ties: bool = False
    chair_id: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def new_voter() -> str:
    """An opaque id for a voter; the slice above keeps to whom it belongs."""
    return secrets.token_urlsafe(VOTER_BYTES)


def prepare(session: Session, actor: Any, post: Post, plan: Plan, host: str) -> BallotBox:
    """A new box of a post. host: of the site, for the name of its log. Raises Denied."""
    require(may_work_at(actor, post))
    draft = {"contests": dict(plan.contests), "more": dict(plan.more), "with_ties": plan.with_ties}
    given = {
        name: value for name, value in asdict(plan).items() if name not in ("contests", "more", "with_ties")
    }
    name = f"{host}/box/{secrets.token_hex(8)}"
    box = BallotBox(name=name, post_id=post.id, draft=draft, status=Status.PREPARING, **given)
    session.add(box)
    session.flush()
    record(session, actor.id, BoxPrepared(box.id, post.id, 0))
    return box


def change_plan(session: Session, actor: Any, box_id: int, plan: Plan) -> BallotBox:
    """Another plan in place of the one before; keys and roll stay. Raises Denied, NotNow once it is open."""
    box = preparing(session, actor, box_id)
    box.draft = {"contests": dict(plan.contests), "more": dict(plan.more), "with_ties": plan.with_ties}
    box.title, box.opens_at, box.closes_at = plan.title, plan.opens_at, plan.closes_at
    box.openings, box.objection_hours = plan.openings, plan.objection_hours
    record(session, actor.id, BoxPlanChanged(box_id))
    return box


def set_electorate(
    session: Session, actor: Any, box_id: int, voters: Collection[tuple[str, str]]
) -> BallotBox:
    """Who may vote: (opaque id, district or ""), in place of those of before.

    A box that becomes, or ceases to be, a room box needs its keys anew; one that is empty for a while, as its
    roll is corrected, keeps them. Raises Denied, NotNow once it is open.
    """
    box = preparing(session, actor, box_id)
    session.execute(delete(Elector).where(Elector.box_id == box_id))
    rows = [(box_id, voter, district) for voter, district in sorted(voters)]
    bulk.copy_in(session, "electorate", ("box_id", "voter_id", "district"), rows)
    is_room = len(rows) < rules.FEWEST_VOTERS if rows else box.is_room
    if is_room != box.is_room:
        box.is_room, box.public_key, box.tried_at = is_room, None, None
    record(session, actor.id, ElectorateSet(box_id, len(rows)))
    return box


def name_key_holders(session: Session, actor: Any, box_id: int, user_ids: Sequence[int]) -> BallotBox:
    """The three who get a sheet each, in this order. Sheets made before are worth nothing then.

    Raises Denied, NotNow once it is open, Unreadable unless they are three different people.
    """
    box = preparing(session, actor, box_id)
    if len(set(user_ids)) != rules.KEY_HOLDERS or len(user_ids) != rules.KEY_HOLDERS:
        raise Unreadable(THREE_PEOPLE)
    session.execute(delete(KeyHolder).where(KeyHolder.box_id == box_id))
    session.add_all(
        KeyHolder(box_id=box_id, number=number, user_id=user_id)
        for number, user_id in enumerate(user_ids, start=1)
    )
    box.public_key, box.tried_at = None, None
    record(session, actor.id, KeyHoldersNamed(box_id))
    session.flush()
    session.expire(box, ["key_holders"])
    return box


def make_sheets(
    session: Session, keys: KeyFolder, actor: Any, box_id: int, passphrase: str
) -> tuple[Sheet, ...]:
    """Make the key of the box, split it into three sheets, and forget it. They are never shown again.

    Done anew before the box is open, it makes the sheets of before worthless.
    Raises Denied, NotNow once it is open or while nobody may vote, Unreadable for a passphrase that not every
    keyboard has.
    """
    box = preparing(session, actor, box_id)
    if box.is_room:
        raise NotNow(NOT_A_ROOM)
    if len(box.key_holders) != rules.KEY_HOLDERS:
        raise NotNow(THREE_PEOPLE)
    private = sealing.new_key()
    try:
        sheets = shares.split(private, passphrase)
    except Mistyped as error:
        raise Unreadable(error.message_id) from error
    _key_made(session, keys, actor, box, private)
    for holder in box.key_holders:
        holder.received_at = None
    return sheets


def make_room_key(session: Session, keys: KeyFolder, actor: Any, box_id: int) -> BallotBox:
    """The key of a room box: a file beside K_slot, used by two people together. Raises Denied, NotNow."""
    box = preparing(session, actor, box_id)
    if not box.is_room:
        raise NotNow(THREE_PEOPLE)
    private = sealing.new_key()
    keys.put(box_keys.file(box, box_keys.ROOM), private)
    _key_made(session, keys, actor, box, private)
    return box


def receive_sheet(session: Session, actor: Any, box_id: int) -> KeyHolder:
    """A key-holder says that the sheet is in their hands. Raises Denied, NotNow before it is made."""
    box = fetch(session, BallotBox, box_id, lock=True)
    holder = next((each for each in box.key_holders if each.user_id == actor.id), None)
    require(holder is not None, NOT_HOLDER)
    assert holder is not None
    if box.public_key is None or box.is_room:
        raise NotNow(NEEDS_KEYS)
    if holder.received_at is None:
        holder.received_at = clock.now()
        record(session, actor.id, SheetReceived(box_id, holder.number))
    return holder


def try_sheets(session: Session, actor: Any, box_id: int, private: bytes) -> BallotBox:
    """Two sheets were joined (opening.joined) on trial before anybody votes. Raises Denied, NotNow."""
    box = fetch(session, BallotBox, box_id, lock=True)
    require(rules.may_take_part(actor, box))
    if box.status is not Status.PREPARING:
        raise NotNow(NOT_PREPARING)
    if box.public_key != sealing.public_of(private):
        raise NotNow(NEEDS_KEYS)
    box.tried_at = clock.now()
    record(session, actor.id, BoxTried(box_id))
    return box


def preparing(session: Session, actor: Any, box_id: int) -> BallotBox:
    """The box, locked, for those who run it; raises Denied, NotNow once it is open."""
    box = fetch(session, BallotBox, box_id, lock=True)
    require(rules.may_run(actor, box))
    if box.status is not Status.PREPARING:
        raise NotNow(NOT_PREPARING)
    return box


def _key_made(session: Session, keys: KeyFolder, actor: Any, box: BallotBox, private: bytes) -> None:
    """The other keys of the box are made with it: K_slot, and the one that signs."""
    k_slot = slots.new_key()
    keys.put(box_keys.file(box, box_keys.SLOT), k_slot)
    if keys.read(box_keys.file(box, box_keys.LOG)) is None:
        keys.make(box_keys.file(box, box_keys.LOG), Signer.new(box.name).private)
    box.public_key, box.k_slot_id, box.tried_at = sealing.public_of(private), slots.key_id(k_slot), None
    box.tie_secret = box.tie_commitment = None
    if box.draft["with_ties"]:
        secret = secrets.token_bytes(leaves.RANDOM)
        box.tie_secret = sealing.seal_secret(secret, box.public_key, box.name)
        box.tie_commitment = leaves.tie_commitment(secret)
    record(session, actor.id, BoxKeysMade(box.id))
