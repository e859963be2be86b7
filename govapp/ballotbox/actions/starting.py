"""Opening a box for votes: what is voted on, by whom and with which keys is frozen and committed to."""

import hashlib
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from govapp.ballotbox import queries, rules
from govapp.ballotbox.actions import batches
from govapp.ballotbox.actions.setup import NEEDS_KEYS, NO_CHAIR, NO_VOTERS, preparing
from govapp.ballotbox.events import BoxOpenedForVotes
from govapp.ballotbox.models import BallotBox
from govapp.ballotbox.queries import box_keys
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.errors import NotNow, Unavailable
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import canonical, sealing
from govapp.verifier import contests

FORMAT = "govapp/configuration/1"
MUST_BE = {  # settings of PostgreSQL without which an acknowledged ballot could be lost, or be dated
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_write", "remote_apply"),
    "track_commit_timestamp": ("off",),
    "log_statement": ("none", "ddl"),  # or its log tells of each ballot whose it is, and when
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
}

UNSAFE = N_(
    "The database is set up so that ballots could be lost or dated: %(name)s must be %(value)s. "
    "The box stays shut until the people who run the server have changed it."
)
NOT_RECEIVED = N_("All three key-holders must have said that they hold their sheets.")
NOT_TRIED = N_("Two sheets must be joined on trial before anybody votes.")
OVER = N_("The time of this vote is over. Set another one.")
DISTRICTS = N_("The roll has people of “%(district)s”, where nothing is voted on.")


def open_box(session: Session, keys: KeyFolder, actor: Any, box_id: int) -> BallotBox:
    """Freeze the box and write its first leaf. Ballots are taken from opens_at on.

    Raises Denied, NotNow with what is still missing, Unavailable where the database is not safe for it.
    """
    box_keys.hold_box(session, box_id)
    box = preparing(session, actor, box_id)
    if missing := missing_for_opening(session, box):
        raise NotNow(missing)
    require_safe(session)
    box_keys.slot_key(keys, box)
    roll = queries.roll_sizes(session, box_id)
    voted_on = box.draft["contests"]
    for district in roll.keys() - voted_on.keys():
        raise NotNow(DISTRICTS, district=district)
    roll |= {district: 0 for district in voted_on.keys() - roll.keys()}
    found = {district: contests.read(each) for district, each in voted_on.items()}
    box.room = max(sealing.room(each.largest, district or None) for district, each in found.items())
    configuration = canonical.encode(_configuration(keys, box, roll))
    box.config, box.config_hash = configuration.decode(), hashlib.sha256(configuration).digest()
    rules.MOVES.take("open", actor, box)
    session.flush()
    if not box.is_room:
        body = {"kind": "configuration", "hash": box.config_hash.hex()}
        batches.append_notice(session, keys, box, body)
    record(session, actor.id, BoxOpenedForVotes(box_id, box.config_hash.hex()))
    return box


def missing_for_opening(session: Session, box: BallotBox) -> str:
    """What must still be done before the box can be opened for votes, as a msgid; "" when nothing is."""
    if not queries.roll_sizes(session, box.id):
        return NO_VOTERS
    if box.is_room and box.chair_id is None:
        return NO_CHAIR
    if box.public_key is None:
        return NEEDS_KEYS
    if not box.is_room and any(holder.received_at is None for holder in box.key_holders):
        return NOT_RECEIVED
    if not box.is_room and box.tried_at is None:
        return NOT_TRIED
    return OVER if box.closes_at <= clock.now() else ""


def require_safe(session: Session) -> None:
    """Raises Unavailable where PostgreSQL could lose what it acknowledged, or keeps the time of ballots."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for name, values in MUST_BE.items():
        if session.scalar(text("SELECT current_setting(:name)"), {"name": name}) not in values:
            raise Unavailable(UNSAFE, name=name, value=values[0])


def _configuration(keys: KeyFolder, box: BallotBox, roll: dict[str, int]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "box": box.name,
        "title": box.title,
        "kind": box.kind,
        "log_key": str(box_keys.signer(keys, box).key),
        "public_key": (box.public_key or b"").hex(),
        "k_slot_id": (box.k_slot_id or b"").hex(),
        "openings": box.openings.value,
        "opens_at": box.opens_at.isoformat(),
        "closes_at": box.closes_at.isoformat(),
        "objection_hours": box.objection_hours,
        "roll": roll,
        "contests": box.draft["contests"],
        "tie_commitment": box.tie_commitment and box.tie_commitment.hex(),
        "more": box.draft["more"],
    }
