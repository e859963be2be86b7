"""Casting a ballot, and changing it: one transaction, after which it is in the box or nothing has happened.

Core statements, and as few as can be: this is the path that all voters take at the same time. A first ballot
is one statement on PostgreSQL (migration 0013); whatever that does not take, the longer way takes or refuses.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from govapp.ballotbox import rules
from govapp.ballotbox.models import Cast, Channel, Status, Superseded
from govapp.ballotbox.queries import box_keys, casting, log
from govapp.ballotbox.queries.casting import NO_VOTER, Facts
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core.db import Database
from govapp.core.errors import NotNow, Unreadable, require
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import receipts, sealing, slots
from govapp.ledger.faults import Malformed
from govapp.ledger.leaves import Vote
from govapp.ledger.slots import Entry

ROW_BYTES = 16
CAST: Any = Cast.__table__
PAST: Any = Superseded.__table__
_FREE = {  # into a free slot, made once for all
    name: make(CAST).on_conflict_do_nothing(index_elements=["box_id", "slot"]).returning(CAST.c.rev)
    for name, make in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
_REPLACE = update(CAST).where(CAST.c.box_id == bindparam("box"), CAST.c.slot == bindparam("place"))
_PUT_ASIDE = insert(PAST)
_FIRST = select(
    func.cast_first_ballot(
        bindparam("box"),
        bindparam("slot"),
        bindparam("lock"),
        bindparam("voter"),
        bindparam("district"),
        bindparam("leaf_enc"),
        bindparam("sealed"),
    )
)

STALE = N_(
    "Your ballot was changed in another window or on another device after you opened this form. "
    "Nothing was cast now. Open the ballot again to see which one is in the box, and change it there."
)
ON_PAPER = N_("You vote on paper: a ballot cast online would not count, so none is taken.")
NOT_YET = N_("Voting has not begun. Nothing was cast.")
TOO_LATE = N_("The box is closed: no ballot was cast now. If you cast one before, that one counts.")
NOT_LEGAL = N_("This ballot does not keep to the rules of the vote. Choose again; nothing was cast.")
WITHDRAWN = N_("Something you chose was withdrawn from the vote. Choose again; nothing was cast.")


@dataclass(frozen=True)
class Receipt:
    """What the voter takes home. promise: a signed note; both are empty for a room box.

    rev        how many ballots this voter has cast
    is_repeat  the form was sent before, and this is the same receipt again
    """

    code: str
    promise: str
    rev: int
    is_repeat: bool


@dataclass(frozen=True)
class Place:
    """Where the ballot of a voter goes, and with which key that was found out."""

    box: Facts
    key: bytes
    slot: bytes
    ticket: Ticket

    @classmethod
    def of(cls, keys: KeyFolder, box: Facts, ticket: Ticket) -> "Place":
        key = box_keys.slot_key(keys, box)
        return cls(box, key, slots.slot(key, box.name, ticket.voter), ticket)


def cast_at_once(
    database: Database,
    looking: Session,
    keys: KeyFolder,
    ticket: Ticket,
    ballot: Any,
    box: Facts | None,
    district: str,
) -> Receipt:
    """As cast, in a transaction of its own, which is committed when this returns.

    looking   of the same database, by Database.look: there a statement is a transaction
    district  of the voter, as it was read with the box; the box asks its own roll again
    """
    if box is not None and database.is_server:
        receipt = cast_first(looking, keys, ticket, ballot, box, district)
        if receipt is not None:
            return receipt
    with database.write.begin() as session:
        return cast(session, keys, ticket, ballot, box)


def cast_first(
    looking: Session, keys: KeyFolder, ticket: Ticket, ballot: Any, box: Facts, district: str
) -> Receipt | None:
    """A first ballot on PostgreSQL, in one statement; None where it was not taken, whatever the reason."""
    if ticket.rev != 0:
        return None
    place = Place.of(keys, box, ticket)
    _check(looking, box, district, ballot)
    leaf, row = enclosed(place, ballot, district)
    return _receipt(keys, box, leaf, 1) if put_first(looking, place, district, row) else None


def cast(session: Session, keys: KeyFolder, ticket: Ticket, ballot: Any, box: Facts | None = None) -> Receipt:
    """Put a ballot into the box, in place of the one the ticket says, if any. Committed by the caller.

    ballot  plain values, as the contest of the voter's district wants them
    box     where the caller has read it
    Raises Denied for somebody who is not on the roll, Unreadable for a ballot that is not legal, NotNow
    before opening, after closing, for a stale form and for who votes on paper, Unavailable without K_slot.
    """
    box = box or casting.facts(session, ticket.box_id)
    require(box is not None, NO_VOTER)
    assert box is not None
    place = Place.of(keys, box, ticket)
    box_keys.share_box(session, box.id, place.slot)
    district = require_open(session, box.id, ticket.voter)
    _check(session, box, district, ballot)
    leaf, row = enclosed(place, ballot, district)
    if ticket.rev == 0 and into_free_slot(session, {"box_id": box.id, "slot": place.slot, **row}):
        return _receipt(keys, box, leaf, 1)
    return _change(session, keys, place, leaf, row)


def require_open(session: Session, box_id: int, voter: str) -> str:
    """The district of the voter; asked while the box is held.

    Raises NotNow unless ballots are taken now, Denied for who is not on the roll.
    """
    box = casting.now(session, box_id, voter)
    if not rules.takes_ballots(box.status, box.opens_at, box.closes_at, box.at):
        is_early = box.status in (Status.PREPARING, Status.OPEN) and box.at < box.opens_at
        raise NotNow(NOT_YET if is_early else TOO_LATE)
    require(box.district is not None, NO_VOTER)
    return box.district or ""


def into_free_slot(session: Session, values: dict[str, Any]) -> bool:
    """Put a row of cast_ballots where there is none; whether the slot was free."""
    return session.execute(_FREE[session.get_bind().dialect.name], values).first() is not None


def put_aside(session: Session, key: bytes, box: Facts, leaf: bytes, flushed: bool) -> None:
    """A leaf in whose place another stands now: it goes into the log like any other."""
    row = secrets.token_bytes(ROW_BYTES)
    sealed = slots.seal_superseded(key, box.name, row, leaf)
    values = {"id": row, "box_id": box.id, "leaf_enc": sealed, "flushed": flushed}
    session.execute(_PUT_ASIDE, values)


def _check(session: Session, box: Facts, district: str, ballot: Any) -> None:
    contest = casting.contest(session, box, district)
    try:
        contest.check(ballot)
    except Malformed as error:
        raise Unreadable(NOT_LEGAL) from error
    if isinstance(ballot, list | dict) and log.withdrawn(session, box.id).intersection(ballot):
        raise NotNow(WITHDRAWN)


def enclosed(place: Place, ballot: Any, district: str) -> tuple[bytes, dict[str, Any]]:
    """The leaf of a ballot, and what is stored of it."""
    box, ticket = place.box, place.ticket
    vote = Vote.new(ballot, district or None, ticket.rev + 1)
    leaf = vote.leaf(box.name)
    return leaf, {
        "channel": Channel.ONLINE,
        "rev": vote.rev,
        "leaf_enc": slots.seal_entry(place.key, box.name, place.slot, Entry(leaf, vote.rev, ticket.token)),
        "sealed": sealing.seal(vote, box.public_key, box.name, box.room),
        "flushed": False,
    }


def put_first(session: Session, place: Place, district: str, row: dict[str, Any]) -> bool:
    """Put a first ballot into the box by one statement; whether it was taken."""
    given = {
        "box": place.box.id,
        "slot": place.slot,
        "lock": box_keys.slot_lock(place.slot),
        "voter": place.ticket.voter,
        "district": district,
        "leaf_enc": row["leaf_enc"],
        "sealed": row["sealed"],
    }
    return bool(session.scalar(_FIRST, given))


def _change(session: Session, keys: KeyFolder, place: Place, leaf: bytes, row: dict[str, Any]) -> Receipt:
    box, ticket = place.box, place.ticket
    present = casting.slot(session, box.id, place.slot, lock=True)
    if present is None:
        raise NotNow(STALE)
    if present.channel is Channel.PAPER:
        raise NotNow(ON_PAPER)
    entry = slots.unseal_entry(place.key, box.name, place.slot, present.leaf_enc)
    if entry.token == ticket.token:
        return _receipt(keys, box, entry.leaf, entry.rev, is_repeat=True)
    if entry.rev != ticket.rev:
        raise NotNow(STALE)
    put_aside(session, place.key, box, entry.leaf, present.flushed)
    session.execute(_REPLACE, {"box": box.id, "place": place.slot, **row})
    return _receipt(keys, box, leaf, row["rev"])


def _receipt(keys: KeyFolder, box: Facts, leaf: bytes, rev: int, is_repeat: bool = False) -> Receipt:
    if box.is_room:
        return Receipt("", "", rev, is_repeat)
    promise = receipts.promise(box.name, leaf, box_keys.signer(keys, box))
    return Receipt(receipts.code_of(leaf), promise, rev, is_repeat)
