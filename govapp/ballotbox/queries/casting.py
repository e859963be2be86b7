"""What a ballot needs to know of its box, in as few statements as can be."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from govapp.ballotbox.models import BallotBox, Cast, Channel, Elector, Status
from govapp.ballotbox.queries import box_keys
from govapp.core import clock
from govapp.core.errors import Unavailable
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import receipts, slots
from govapp.verifier import contests
from govapp.verifier.contests import Contest

NO_VOTER = N_("You are not on the roll of this vote.")
BOX, ELECTOR, CAST = BallotBox.__table__.c, Elector.__table__.c, Cast.__table__.c
# Statements are made once: making them anew takes longer than the database does.
FROZEN = (BOX.id, BOX.name, BOX.config_hash, BOX.public_key, BOX.k_slot_id, BOX.room, BOX.is_room)
_FACTS = select(*FROZEN).where(BOX.id == bindparam("box"), BOX.config_hash.is_not(None))
_DISTRICT = select(ELECTOR.district).where(ELECTOR.box_id == BOX.id, ELECTOR.voter_id == bindparam("voter"))
_STATE = select(BOX.status, BOX.opens_at, BOX.closes_at, _DISTRICT.scalar_subquery().label("district")).where(
    BOX.id == bindparam("box")
)
_STATE_AND_TIME = _STATE.add_columns(func.clock_timestamp())
_SLOT = select(CAST.slot, CAST.channel, CAST.rev, CAST.leaf_enc, CAST.sealed, CAST.flushed).where(
    CAST.box_id == bindparam("box"), CAST.slot == bindparam("slot")
)
_SLOT_HELD = _SLOT.with_for_update()
CHANGED = N_(
    "What is voted on was changed in the database after the vote was opened. Nothing is taken or counted "
    "until auditors have looked into it."
)
MOST_KNOWN = 32
_KNOWN: dict[bytes, dict[str, Contest]] = {}


@dataclass(frozen=True)
class Facts:
    """What was frozen of a box; nothing of it changes once it is open."""

    id: int
    name: str
    key_name: str
    config_hash: bytes
    public_key: bytes
    k_slot_id: bytes
    room: int
    is_room: bool


@dataclass(frozen=True)
class Now:
    """Whether ballots are taken, by the database's clock where it has one. district: None for no voter."""

    status: Status
    opens_at: datetime
    closes_at: datetime
    at: datetime
    district: str | None


@dataclass(frozen=True)
class Stored:
    """channel: None where nothing was cast yet. code: of the ballot that is in the box now."""

    district: str
    channel: Channel | None
    rev: int
    code: str


def facts(session: Session, box_id: int) -> Facts | None:
    """None where there is no such box, or it was never opened. Nothing is locked."""
    row = session.execute(_FACTS, {"box": box_id}).first()
    return row and facts_of(row)


def facts_of(row: Any) -> Facts:
    """From a row that has the columns of FROZEN, for who reads more in the same statement."""
    given = {column.name: getattr(row, column.name) for column in FROZEN}
    return Facts(key_name=row.name.rpartition("/")[2], **given)


def contest(session: Session, facts: Facts, district: str) -> Contest:
    """What is decided in a district, as the frozen configuration says."""
    return contests_of(session, facts.id, facts.config_hash)[district]


def contests_of(session: Session, box_id: int, config_hash: bytes) -> dict[str, Contest]:
    """Every contest of a box, by district. They are known by their hash, so what is kept is never stale.

    Raises Unavailable where the configuration is not the one that was committed to.
    """
    known = _KNOWN.get(config_hash)
    if known is None:
        text = session.scalars(select(BallotBox.config).where(BallotBox.id == box_id)).one() or ""
        if hashlib.sha256(text.encode()).digest() != config_hash:
            raise Unavailable(CHANGED)
        known = {district: contests.read(each) for district, each in json.loads(text)["contests"].items()}
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[config_hash] = known
    return known


def now(session: Session, box_id: int, voter: str = "") -> Now:
    """Where a box stands at this moment, and the district of a voter.

    Asked after the locks; now() of PostgreSQL would be the moment at which the transaction began.
    """
    is_server = session.get_bind().dialect.name == "postgresql"
    asked = {"box": box_id, "voter": voter}
    row: Any = session.execute(_STATE_AND_TIME if is_server else _STATE, asked).one()
    at = row[4] if is_server else clock.now()
    return Now(row.status, row.opens_at, row.closes_at, at, row.district)


def slot(session: Session, box_id: int, slot: bytes, lock: bool = False) -> Any:
    """slot, channel, rev, leaf_enc, sealed and flushed of a slot; None where nothing was cast."""
    return session.execute(_SLOT_HELD if lock else _SLOT, {"box": box_id, "slot": slot}).first()


def took_part(session: Session, box_id: int, voter: str) -> bool | None:
    """Whether a voter did; None until that is written for all at once, after closing."""
    query = select(Elector.took_part).where(Elector.box_id == box_id, Elector.voter_id == voter)
    return session.scalars(query).first()


def stored(session: Session, keys: KeyFolder, box_id: int, voter: str) -> Stored | None:
    """What the box says to a voter of themselves; None for who is not on the roll. Only looks.

    Raises Unavailable without K_slot, and once it is destroyed.
    """
    box, district = facts(session, box_id), now(session, box_id, voter).district
    if box is None or district is None:
        return None
    key = box_keys.slot_key(keys, box)
    present = slot(session, box_id, slots.slot(key, box.name, voter))
    if present is None:
        return Stored(district, None, 0, "")
    if present.channel is Channel.PAPER:
        return Stored(district, Channel.PAPER, present.rev, "")
    entry = slots.unseal_entry(key, box.name, present.slot, present.leaf_enc)
    code = "" if box.is_room else receipts.code_of(entry.leaf)
    return Stored(district, Channel.ONLINE, entry.rev, code)
