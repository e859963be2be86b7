"""Reading what is public of a box: the log, its checkpoints, notices; and what still waits for a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.ballotbox.models import BallotBox, Cast, Status, Superseded, Voided
from govapp.ballotbox.models.log import BoxNotice, Checkpoint, LogBody, LogLeaf, Opening
from govapp.ledger import receipts
from govapp.ledger.leaves import Kind
from govapp.ledger.tree import Proof, Tree

MOST_TREES = 4
_TREES: dict[bytes, Tree] = {}


class Place(StrEnum):
    """What can be said of a receipt."""

    LOGGED = "logged"
    NOT_YET = "not-yet"
    COUNTED = "counted"
    NOT_COUNTED = "not-counted"  # not the last ballot of its voter, or void
    UNKNOWN = "unknown"  # the log is complete, and it is not in there


@dataclass(frozen=True)
class Found:
    """number: of the entry, from 1; proof and size: that it is in the log of the newest checkpoint."""

    place: Place
    waiting: int = 0
    number: int = 0
    leaf: bytes = b""
    proof: Proof = ()
    size: int = 0


def leaves(session: Session, box_id: int, size: int | None = None) -> Sequence[bytes]:
    """The log in its order, or its first entries."""
    query = select(LogLeaf.leaf).where(LogLeaf.box_id == box_id).order_by(LogLeaf.idx)
    return session.scalars(query.limit(size)).all()


def size(session: Session, box_id: int) -> int:
    return session.scalar(select(func.count()).select_from(LogLeaf).where(LogLeaf.box_id == box_id)) or 0


def checkpoints(session: Session, box_id: int, most: int | None = None) -> Sequence[Checkpoint]:
    """The newest first."""
    query = select(Checkpoint).where(Checkpoint.box_id == box_id).order_by(Checkpoint.size.desc())
    return session.scalars(query.limit(most)).all()


def notices(session: Session, box_id: int) -> Sequence[BoxNotice]:
    """Emergency notices, published or waiting for a second person; the latest first."""
    query = select(BoxNotice).where(BoxNotice.box_id == box_id).order_by(BoxNotice.id.desc())
    return session.scalars(query).all()


def withdrawn(session: Session, box_id: int) -> frozenset[str]:
    """What was taken out of the vote since it was opened."""
    query = select(BoxNotice.item).where(BoxNotice.box_id == box_id, BoxNotice.leaf.is_not(None))
    return frozenset(item for item in session.scalars(query) if item is not None)


def bodies(session: Session, box_id: int, kind: Kind) -> list[tuple[bytes, Any]]:
    """(leaf, what it says) of notices or voids, in the order of the log."""
    query = (
        select(LogBody.leaf, LogBody.body)
        .join(LogLeaf, (LogLeaf.box_id == LogBody.box_id) & (LogLeaf.leaf == LogBody.leaf))
        .where(LogBody.box_id == box_id, LogLeaf.kind == kind)
        .order_by(LogLeaf.idx)
    )
    return [(row.leaf, row.body) for row in session.execute(query)]


def waiting(session: Session, box_id: int) -> int:
    """Leaves that are not in the log yet."""
    counts = (
        select(func.count())
        .select_from(Cast)
        .where(Cast.box_id == box_id, ~Cast.flushed, Cast.sealed.is_not(None)),
        select(func.count()).select_from(Superseded).where(Superseded.box_id == box_id, ~Superseded.flushed),
        select(func.count()).select_from(Voided).where(Voided.box_id == box_id, ~Voided.flushed),
        select(func.count()).select_from(Voided).where(Voided.box_id == box_id, ~Voided.is_logged),
    )
    return sum(session.scalar(count) or 0 for count in counts)


def look_up(session: Session, box: BallotBox, code: str) -> Found:
    """What the log says of a receipt code that was typed without mistakes. Nothing is written."""
    first, last = receipts.leaves_of(code)
    query = select(LogLeaf.idx, LogLeaf.leaf).where(
        LogLeaf.box_id == box.id, LogLeaf.leaf.between(first, last), LogLeaf.kind == Kind.BALLOT
    )
    row = session.execute(query.order_by(LogLeaf.leaf)).first()
    if row is None:
        if box.status is not Status.OPEN:
            return Found(Place.UNKNOWN)
        return Found(Place.NOT_YET, waiting=waiting(session, box.id))
    newest = checkpoints(session, box.id, most=1)[0]
    proof = tree(session, newest).inclusion(row.idx, newest.size)
    return Found(_place(session, box, row.leaf), 0, row.idx + 1, row.leaf, proof, newest.size)


def tree(session: Session, checkpoint: Checkpoint) -> Tree:
    """The tree of a checkpoint. It is kept by its root, so the same one answers many."""
    known = _TREES.get(checkpoint.root)
    if known is None:
        known = Tree(leaves(session, checkpoint.box_id, checkpoint.size))
        if len(_TREES) >= MOST_TREES:
            _TREES.clear()
        _TREES[checkpoint.root] = known
    return known


def _place(session: Session, box: BallotBox, leaf: bytes) -> Place:
    if box.status is not Status.OPENED:
        return Place.LOGGED
    opened = session.get(Opening, (box.id, leaf))
    return Place.COUNTED if opened is not None and opened.is_counted else Place.NOT_COUNTED
