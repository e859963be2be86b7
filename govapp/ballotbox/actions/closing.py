"""Closing a box, and what follows before its ballots may be opened, in this order and no other."""

import json
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from govapp.ballotbox import queries, rules
from govapp.ballotbox.actions import batches
from govapp.ballotbox.events import (
    BoxAnnulled,
    BoxClosed,
    BoxFinished,
    DestructionCosigned,
    SlotKeyDestroyed,
)
from govapp.ballotbox.models import BallotBox, Cast, Status, Superseded
from govapp.ballotbox.queries import box_keys, casting
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import slots

PARTICIPATION = {
    "postgresql": "UPDATE electorate SET took_part = voter_id IN"
    " (SELECT json_array_elements_text(CAST(:voters AS json))) WHERE box_id = :box",
    "sqlite": "UPDATE electorate SET took_part = voter_id IN (SELECT value FROM json_each(:voters))"
    " WHERE box_id = :box",
}

TOO_EARLY = N_("The box closes at its time, not before: voters rely on it.")
OBJECTIONS_RUN = N_("Objections can still be raised. Finish the box when the time for them is over.")
NOT_FINAL = N_("The key that joins names and ballots is destroyed once the final checkpoint is signed.")
NOT_DESTROYED = N_("The key must be destroyed before a second person signs for it.")
NO_WORDS = N_("Write down why the vote is stopped: everybody will read it.")


def close(session: Session, keys: KeyFolder, actor: Any, box_id: int) -> BallotBox:
    """No ballot is taken any more. What waits goes into the log, and the closing checkpoint is signed.

    actor  None: the clock. Only a room box can be closed before its time, by those who run it.
    Raises NotNow, Denied, Unavailable without the keys: then nothing is closed, and no ballot is taken all
    the same, for the time is over.
    """
    box_keys.hold_box(session, box_id)
    box = fetch(session, BallotBox, box_id, lock=True)
    state = casting.now(session, box_id)
    if actor is None:
        _must(box, Status.OPEN)
        box.status = Status.CLOSED
    else:
        rules.MOVES.take("close", actor, box)
    if state.at < state.closes_at and not (box.is_room and actor is not None):
        raise NotNow(TOO_EARLY)
    box.closed_at = state.at
    box_keys.slot_key(keys, box)
    if not box.is_room:
        batches.publish_batch(session, keys, box, whole=True)
    record(session, actor and actor.id, BoxClosed(box_id))
    if box.is_room and not box.objection_hours:
        box.status = Status.FINAL
        _finish(session, keys, actor, box)
    return box


def finish(session: Session, keys: KeyFolder, actor: Any, box_id: int) -> BallotBox:
    """Objections are over: who took part is written down, voids are told, the final checkpoint is signed.

    Raises NotNow while objections can be raised, Denied, Unavailable without the keys, or where ballots and
    log do not fit.
    """
    box_keys.hold_box(session, box_id)
    box = fetch(session, BallotBox, box_id, lock=True)
    rules.MOVES.take("finish", actor, box)
    until = rules.objections_until(box)
    if until is None or casting.now(session, box_id).at < until:
        raise NotNow(OBJECTIONS_RUN)
    _finish(session, keys, actor, box)
    return box


def destroy_slot_key(session: Session, keys: KeyFolder, actor: Any, box_id: int) -> BallotBox:
    """K_slot is gone from this server, and with it all that joins names and ballots. Done twice: as once.

    Raises Denied, NotNow before the final checkpoint.
    """
    box = fetch(session, BallotBox, box_id, lock=True)
    require(rules.may_run(actor, box))
    if box.status is not Status.FINAL:
        raise NotNow(NOT_FINAL)
    keys.destroy(box_keys.file(box, box_keys.SLOT))
    if box.keys_destroyed_at is None:
        box.keys_destroyed_at, box.keys_destroyed_by_id = clock.now(), actor.id
        record(session, actor.id, SlotKeyDestroyed(box_id))
    return box


def destroy_copy(session: Session, keys: KeyFolder, box_id: int) -> bool:
    """K_slot is gone from another server of this site, and from a box that was opened the key of its ballots.

    Whether anything lay there. The page records the deed; after a room box was opened only a server that
    stopped at that moment has a key left. Raises Missing, NotNow before the final checkpoint.
    """
    box = fetch(session, BallotBox, box_id)
    if box.status in (Status.PREPARING, Status.OPEN, Status.CLOSED):
        raise NotNow(NOT_FINAL)
    is_opened = box.status is Status.OPENED
    return any([keys.destroy(file) for file in box_keys.ended_files(box, is_opened)])


def cosign_destruction(session: Session, actor: Any, box_id: int) -> BallotBox:
    """A second person has seen that K_slot was destroyed, on every server and in the envelope.

    Raises Denied, NotNow.
    """
    box = fetch(session, BallotBox, box_id, lock=True)
    require(rules.may_cosign(actor, box))
    if box.status is not Status.FINAL or box.keys_destroyed_at is None:
        raise NotNow(NOT_DESTROYED)
    if box.cosigned_by_id is None:
        box.cosigned_by_id = actor.id
        record(session, actor.id, DestructionCosigned(box_id))
    return box


def annul(session: Session, actor: Any, box_id: int, reason: str) -> BallotBox:
    """The vote is stopped and held again. What was cast is never opened; the reason is public.

    Raises Denied, NotNow once it is counted or stopped, or without a reason.
    """
    box_keys.hold_box(session, box_id)
    box = fetch(session, BallotBox, box_id, lock=True)
    if not reason.strip():
        raise NotNow(NO_WORDS)
    rules.MOVES.take("annul", actor, box)
    box.annulled_because = reason.strip()
    record(session, actor.id, BoxAnnulled(box_id))
    return box


def _finish(session: Session, keys: KeyFolder, actor: Any, box: BallotBox) -> None:
    taking_part = _took_part(session, box_keys.slot_key(keys, box), box)
    if not box.is_room:
        batches.tell_voids(session, keys, box)
        batches.publish_batch(session, keys, box, whole=True)
        batches.check_accounts(session, keys, box)
    superseded = select(func.count()).select_from(Superseded).where(Superseded.box_id == box.id)
    box.superseded = session.scalar(superseded) or 0
    box.finished_at = clock.now()
    record(session, actor and actor.id, BoxFinished(box.id, taking_part))


def _took_part(session: Session, key: bytes, box: BallotBox) -> int:
    """Write down for all voters at once whether they took part, by ballot or on paper; how many did."""
    taken = set(session.scalars(select(Cast.slot).where(Cast.box_id == box.id)))
    voters = [v for v, _ in queries.voters(session, box.id) if slots.slot(key, box.name, v) in taken]
    statement = text(PARTICIPATION[session.get_bind().dialect.name])
    session.execute(statement, {"voters": json.dumps(voters), "box": box.id})
    return len(voters)


def _must(box: BallotBox, status: Status) -> None:
    if box.status is not status:
        raise NotNow(
            "This step is not possible now: %(step)s (state: %(state)s)", step="close", state=box.status
        )
