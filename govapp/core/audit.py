"""The audit log: every deed leaves one event; a sealing job chains the committed rows by hash.

A row is sealed after it is committed, so writers never wait for each other; a late row with a low
id is simply sealed later. Each seal covers the row and the seal before it: a row that was changed
or taken away after sealing no longer fits the chain.

What this does not show: a database owner can change a row before it is sealed, can cut off the last
rows with their seals, and can write a whole new chain. Only a copy of the last digest kept elsewhere
shows that; `govapp audit verify` prints it for this purpose.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from govapp.core.db import Base, Created, Json, LongKey

FIRST = "0" * 64
SEAL_EVERY = timedelta(seconds=30)


class AuditEntry(Base):
    """One deed. No foreign keys: the log outlives what it speaks of."""

    __tablename__ = "audit_entries"

    id: Mapped[LongKey]
    at: Mapped[Created] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    event: Mapped[str] = mapped_column(String(80), index=True)
    details: Mapped[Json]


class AuditSeal(Base):
    """One link of the chain: digest = SHA-256(previous digest, the entry as canonical JSON)."""

    __tablename__ = "audit_seals"

    id: Mapped[LongKey]
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Verdict:
    """The state of the chain: broken_at is the first entry that does not fit, None when all do.

    digest  of the last link that fits, to be noted elsewhere
    """

    sealed: int
    unsealed: int
    broken_at: int | None
    digest: str


def record(session: Session, actor_id: int | None, event: Any) -> None:
    """Write the event (a frozen dataclass of ids and plain values) down, then let the floors above react."""
    session.add(AuditEntry(actor_id=actor_id, event=type(event).__name__, details=asdict(event)))
    for react in session.info["reactions"].get(type(event), ()):
        react(session, event)


def seal(session: Session, limit: int = 10_000) -> int:
    """Chain the rows that have no seal yet, one sealer at a time; returns how many."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('govapp/audit/seal'))"))
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()
    digest, links = (last.digest, last.id) if last else (FIRST, 0)
    waiting = select(AuditEntry).where(~_sealed()).order_by(AuditEntry.id).limit(limit)
    entries = session.scalars(waiting).all()
    for number, entry in enumerate(entries, links + 1):
        digest = _digest(digest, entry)
        session.add(AuditSeal(id=number, entry_id=entry.id, digest=digest))
    session.flush()
    return len(entries)


def sealed_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditSeal)) or 0


def verify(session: Session, progress: Callable[[int], None] | None = None) -> Verdict:
    """Recompute the chain from its first link; progress hears how many links were checked."""
    digest, sealed, broken_at = FIRST, 0, None
    for seal_, entry in _chain(session):
        expected = _digest(digest, entry) if entry else ""
        sealed += 1
        if seal_.id != sealed or expected != seal_.digest:
            broken_at = seal_.entry_id
            break
        digest = expected
        if progress:
            progress(sealed)
    unsealed = session.scalar(select(func.count()).select_from(AuditEntry).where(~_sealed()))
    return Verdict(sealed, unsealed or 0, broken_at, digest)


def _chain(session: Session) -> Iterator[tuple[AuditSeal, AuditEntry | None]]:
    both = select(AuditSeal, AuditEntry).outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
    in_order = both.order_by(AuditSeal.id).execution_options(yield_per=1000)
    yield from session.execute(in_order)


def _sealed() -> Any:
    return select(AuditSeal.id).where(AuditSeal.entry_id == AuditEntry.id).exists()


def _digest(previous: str, entry: AuditEntry) -> str:
    row = {
        "id": entry.id,
        "at": _written(entry.at),
        "actor": entry.actor_id,
        "event": entry.event,
        "details": entry.details,
    }
    words = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{words}".encode()).hexdigest()


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seal_task(running: Any) -> None:
    """The standing job that seals what was committed since."""
    with running.begin() as session:
        seal(session)
