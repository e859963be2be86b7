"""Taking a ballot out of the box: its voter votes on paper, or had no right to vote."""

import secrets
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from govapp.ballotbox import rules
from govapp.ballotbox.actions.casting import ROW_BYTES, into_free_slot, require_open
from govapp.ballotbox.events import ObjectionUpheld
from govapp.ballotbox.models import BallotBox, Cast, Channel, Status, Voided
from govapp.ballotbox.queries import box_keys, casting
from govapp.ballotbox.queries.casting import NO_VOTER, Facts
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Denied, NotNow, require
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import slots
from govapp.ledger.leaves import RANDOM

NOT_IN_TIME = N_("Objections are decided after the box is closed and before the time for them is over.")


def lock_for_paper(session: Session, keys: KeyFolder, box_id: int, voter: str) -> bool:
    """From now on this voter votes on paper; a ballot cast online before is voided. Whether there was one.

    Done twice it changes nothing. No event tells of it: the row would name a moment, and the void is in the
    log. Raises Denied for who is not on the roll, NotNow while no ballots are taken, Unavailable.
    """
    box, key = _facts(session, keys, box_id)
    slot = slots.slot(key, box.name, voter)
    box_keys.share_box(session, box_id, slot)
    require_open(session, box_id, voter)
    free = {
        "box_id": box_id,
        "slot": slot,
        "channel": Channel.PAPER,
        "rev": 0,
        "flushed": True,
        "leaf_enc": None,
        "sealed": None,
    }
    if into_free_slot(session, free):
        return False
    present = casting.slot(session, box_id, slot, lock=True)
    if present.channel is Channel.PAPER:
        return False
    _void(session, key, box, present)
    empty = {"channel": Channel.PAPER, "rev": present.rev, "leaf_enc": None, "sealed": None, "flushed": True}
    session.execute(update(Cast).where(Cast.box_id == box_id, Cast.slot == slot).values(empty))
    return True


def uphold_objection(
    session: Session, keys: KeyFolder, actor_id: int | None, box_id: int, voter: str
) -> bool:
    """This person had no right to vote: their ballot, if there is one, is voided. Whether there was one.

    Raises Denied for who is not on the roll, NotNow outside the time for objections, Unavailable.
    """
    box_keys.hold_box(session, box_id)
    row = fetch(session, BallotBox, box_id, lock=True)
    until = rules.objections_until(row)
    if row.status is not Status.CLOSED or until is None or casting.now(session, box_id).at >= until:
        raise NotNow(NOT_IN_TIME)
    box, key = _facts(session, keys, box_id)
    require(casting.now(session, box_id, voter).district is not None, NO_VOTER)
    present = casting.slot(session, box_id, slots.slot(key, box.name, voter), lock=True)
    had_voted = present is not None and present.channel is Channel.ONLINE
    if had_voted:
        _void(session, key, box, present)
        session.execute(delete(Cast).where(Cast.box_id == box_id, Cast.slot == present.slot))
    record(session, actor_id, ObjectionUpheld(box_id, had_voted))
    return had_voted


def _facts(session: Session, keys: KeyFolder, box_id: int) -> tuple[Facts, bytes]:
    box = casting.facts(session, box_id)
    if box is None:
        raise Denied(NO_VOTER)
    return box, box_keys.slot_key(keys, box)


def _void(session: Session, key: bytes, box: Facts, present: Any) -> None:
    """The ballot goes to the voided ones, with the nonce of the leaf that will say so."""
    leaf = slots.unseal_entry(key, box.name, present.slot, present.leaf_enc).leaf
    row = secrets.token_bytes(ROW_BYTES)
    both = secrets.token_bytes(RANDOM) + leaf
    values = {
        "id": row,
        "box_id": box.id,
        "leaf_enc": slots.seal_superseded(key, box.name, row, both),
        "sealed": present.sealed,
        "is_logged": present.flushed,
        "flushed": False,
    }
    session.execute(insert(Voided).values(values))
