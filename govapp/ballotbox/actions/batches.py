"""Publishing leaves: never one by one, but shuffled in batches, each sealed by a signed checkpoint.

The rows of a batch are rewritten in one transaction and in the order of their random names, never in that
of the log: neither their place nor their transaction tells which of them is which entry.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from govapp.ballotbox.events import CheckpointSigned
from govapp.ballotbox.models import BallotBox, Cast, Superseded, Voided
from govapp.ballotbox.models.log import Checkpoint, LogBody, LogLeaf
from govapp.ballotbox.queries import box_keys, log
from govapp.ballotbox.rules import LEFT_WAITING, WAITING_FOR_BATCH
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import after_commit
from govapp.core.errors import Unavailable
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import checkpoints, slots
from govapp.ledger.faults import Fault
from govapp.ledger.leaves import RANDOM, Kind, notice_leaf, void_leaf
from govapp.ledger.notes import Note
from govapp.ledger.tree import Tree

MOST_AT_ONCE = 20_000
DRAW = secrets.SystemRandom()

FORK = N_(
    "The log in the database is not the one that this server signed last: it may be an old copy. "
    "Nothing is signed until somebody has looked into it."
)
ACCOUNTS = N_(
    "The log does not have exactly the ballots that were cast: somebody has changed the database. The final "
    "checkpoint is not signed, and the key that joins names and ballots must stay, until auditors have "
    "looked into it."
)


@dataclass(frozen=True)
class Waiting:
    """A leaf that is not in the log: of which table and row, and which mark shows that it is."""

    table: Any
    row: bytes
    mark: str
    kind: Kind


def publish_batch(session: Session, keys: KeyFolder, box: BallotBox, whole: bool = False) -> int:
    """Put waiting leaves into the log, if there are enough of them, and sign; how many.

    whole  every one, as at closing; else none below WAITING_FOR_BATCH, and LEFT_WAITING always wait on
    Raises Unavailable without the keys, or where the database is not the one signed last.
    """
    box_keys.hold_log(session, box.id)
    waiting = _waiting(session, box.id)
    if not whole:
        if len(waiting) < WAITING_FOR_BATCH:
            return 0
        waiting = DRAW.sample(waiting, min(len(waiting) - LEFT_WAITING, MOST_AT_ONCE))
    key = box_keys.slot_key(keys, box)
    DRAW.shuffle(waiting)
    leaves = _taken(session, key, box, waiting, whole)
    append(session, keys, box, leaves)
    return len(leaves)


def append(session: Session, keys: KeyFolder, box: BallotBox, leaves: Sequence[tuple[bytes, Kind]]) -> None:
    """Add leaves in this order, and sign the tree they make; the log is held by the caller."""
    if not leaves:
        return
    at = log.size(session, box.id)
    before = select(func.max(LogLeaf.batch)).where(LogLeaf.box_id == box.id)
    batch = (session.scalar(before) or 0) + 1
    rows = [
        {"box_id": box.id, "idx": idx, "leaf": leaf, "kind": kind, "batch": batch}
        for idx, (leaf, kind) in enumerate(leaves, at)
    ]
    session.execute(insert(LogLeaf), rows)
    _sign(session, keys, box)


def append_notice(session: Session, keys: KeyFolder, box: BallotBox, body: Any) -> bytes:
    """What all must know goes into the log at once, with its text; the leaf."""
    box_keys.hold_log(session, box.id)
    leaf = notice_leaf(box.name, body)
    session.add(LogBody(box_id=box.id, leaf=leaf, body=body))
    append(session, keys, box, [(leaf, Kind.NOTICE)])
    return leaf


def tell_voids(session: Session, keys: KeyFolder, box: BallotBox) -> None:
    """Which leaf each void names, after closing; K_slot is needed for it one last time."""
    key = box_keys.slot_key(keys, box)
    told = select(Voided.id, Voided.leaf_enc).where(Voided.box_id == box.id)
    for voided in session.execute(told.order_by(Voided.id)):  # random: never in the order of objections
        nonce, leaf = _void_of(key, box, voided.id, voided.leaf_enc)
        body = {"nonce": nonce.hex(), "voided": leaf.hex()}
        session.add(LogBody(box_id=box.id, leaf=void_leaf(box.name, nonce, leaf), body=body))


def check_accounts(session: Session, keys: KeyFolder, box: BallotBox) -> None:
    """Raises Unavailable unless the log has the leaf of each ballot that was ever taken, and no other.

    Asked while K_slot is there: without it nobody could tell any more what does not fit.
    """
    key = box_keys.slot_key(keys, box)
    cast, past, voided = (_held(session, table, box) for table in (Cast, Superseded, Voided))
    try:
        void = [_void_of(key, box, *row) for row in voided]
        taken = [
            *((_leaf(key, box, Cast, Kind.BALLOT, *row), Kind.BALLOT) for row in cast),
            *((_leaf(key, box, Superseded, Kind.BALLOT, *row), Kind.BALLOT) for row in past),
            *((leaf, Kind.BALLOT) for _nonce, leaf in void),
            *((void_leaf(box.name, *each), Kind.VOID) for each in void),
        ]
    except Fault as error:
        raise Unavailable(ACCOUNTS) from error
    logged = select(LogLeaf.leaf, LogLeaf.kind).where(LogLeaf.box_id == box.id, LogLeaf.kind != Kind.NOTICE)
    if sorted(taken) != sorted((row.leaf, row.kind) for row in session.execute(logged)):
        raise Unavailable(ACCOUNTS)


def _held(session: Session, table: Any, box: BallotBox) -> Sequence[Any]:
    """What each row is called, and what is sealed in it; slots that are locked for paper hold nothing."""
    held = select(_name(table), table.leaf_enc).where(table.box_id == box.id, table.leaf_enc.is_not(None))
    return session.execute(held).all()


def _name(table: Any) -> Any:
    return table.slot if table is Cast else table.id


def check_extends(keys: KeyFolder, box: BallotBox, tree: Tree, published: Checkpoint | None) -> None:
    """Raises Unavailable unless the tree goes on from what was published and what this server signed."""
    seen = keys.read(box_keys.file(box, box_keys.SEEN))
    heads = [(published.size, published.root)] if published else []
    if seen:
        head = checkpoints.read(seen, box_keys.signer(keys, box).key, box.name)
        heads.append((head.size, head.root))
    if any(size > tree.size or tree.root(size) != root for size, root in heads):
        raise Unavailable(FORK)


def _sign(session: Session, keys: KeyFolder, box: BallotBox) -> None:
    tree = Tree(log.leaves(session, box.id))
    newest = log.checkpoints(session, box.id, most=1)
    check_extends(keys, box, tree, newest[0] if newest else None)
    head = checkpoints.Checkpoint(box.name, tree.size, tree.root())
    note = checkpoints.sign(head, box_keys.signer(keys, box))
    session.add(Checkpoint(box_id=box.id, size=head.size, root=head.root, note=note, signed_at=clock.now()))
    record(session, None, CheckpointSigned(box.id, head.size, head.root.hex()))
    seen = box_keys.file(box, box_keys.SEEN)
    after_commit(session, lambda: _remember(keys, seen, note, head.size))


def _remember(keys: KeyFolder, seen: str, note: str, size: int) -> None:
    """The last checkpoint is on the disk; another process that signed after us may have been first."""
    known = keys.read(seen)
    if known is None or checkpoints.Checkpoint.parse(Note.parse(known).text).size < size:
        keys.put(seen, note.encode())


def _waiting(session: Session, box_id: int) -> list[Waiting]:
    cast = select(Cast.slot).where(Cast.box_id == box_id, ~Cast.flushed, Cast.sealed.is_not(None))
    past = select(Superseded.id).where(Superseded.box_id == box_id, ~Superseded.flushed)
    unlogged = select(Voided.id).where(Voided.box_id == box_id, ~Voided.is_logged)
    void = select(Voided.id).where(Voided.box_id == box_id, ~Voided.flushed)
    return [
        *(Waiting(Cast, row, "flushed", Kind.BALLOT) for row in session.scalars(cast)),
        *(Waiting(Superseded, row, "flushed", Kind.BALLOT) for row in session.scalars(past)),
        *(Waiting(Voided, row, "is_logged", Kind.BALLOT) for row in session.scalars(unlogged)),
        *(Waiting(Voided, row, "flushed", Kind.VOID) for row in session.scalars(void)),
    ]


def _taken(
    session: Session, key: bytes, box: BallotBox, waiting: Sequence[Waiting], whole: bool
) -> list[tuple[bytes, Kind]]:
    """The leaves of these rows, which are marked; rows that somebody holds now wait for the next batch,
    unless this is the whole of them.
    """
    known: dict[Waiting, bytes] = {}
    for table, mark, kind in dict.fromkeys((each.table, each.mark, each.kind) for each in waiting):
        of_mark = [each for each in waiting if (each.table, each.mark) == (table, mark)]
        rows = [each.row for each in of_mark]
        place = _name(table)
        for start in range(0, len(rows), 500):
            some = select(place, table.leaf_enc).where(
                table.box_id == box.id, place.in_(rows[start : start + 500]), ~getattr(table, mark)
            )
            for row, sealed in session.execute(some.with_for_update(skip_locked=not whole)):
                if sealed is not None:
                    known[Waiting(table, row, mark, kind)] = _leaf(key, box, table, kind, row, sealed)
        marked = [{"row": row} for row in sorted(each.row for each in of_mark if each in known)]
        if marked:
            one = update(table).where(table.box_id == box.id, place == bindparam("row"))
            session.connection().execute(one.values({mark: True}), marked)
    return [(known[each], each.kind) for each in waiting if each in known]


def _leaf(key: bytes, box: BallotBox, table: Any, kind: Kind, row: bytes, sealed: bytes) -> bytes:
    if table is Cast:
        return slots.unseal_entry(key, box.name, row, sealed).leaf
    if table is Superseded:
        return slots.unseal_superseded(key, box.name, row, sealed)
    nonce, leaf = _void_of(key, box, row, sealed)
    return void_leaf(box.name, nonce, leaf) if kind is Kind.VOID else leaf


def _void_of(key: bytes, box: BallotBox, row: bytes, sealed: bytes) -> tuple[bytes, bytes]:
    both = slots.unseal_superseded(key, box.name, row, sealed)
    return both[:RANDOM], both[RANDOM:]
