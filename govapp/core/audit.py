"""The audit log: every deed leaves one event; a sealing job chains the committed rows by hash.

A row is sealed after it is committed, so writers never wait for each other; a late row with a low
id is simply sealed later. Each seal covers the row and the seal before it: a row that was changed
or taken away after sealing no longer fits the chain.

What this does not show: a database owner can change a row before it is sealed, can cut off the last
rows with their seals, and can write a whole new chain. What came of verifying is kept, so the next time
shows links that were there before; but whoever owns the database can change that too. Only a copy of the
last digest kept elsewhere shows it all; `govapp audit verify` and the page of the chain tell it for this.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, func, null, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from govapp.core import clock
from govapp.core.db import Base, Created, Json, LongKey
from govapp.core.jobs import Running

FIRST = "0" * 64
SEAL_EVERY = timedelta(seconds=30)
VERIFY_EVERY = timedelta(days=1)
AT_ONCE = 1000


class AuditEntry(Base):
    """One deed. No foreign keys: the log outlives what it speaks of."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at_id", "at", "id"),
        Index("ix_audit_entries_event_at_id", "event", "at", "id"),
        Index("ix_audit_entries_actor_id_at_id", "actor_id", "at", "id"),
    )

    id: Mapped[LongKey]
    at: Mapped[Created]
    actor_id: Mapped[int | None]
    event: Mapped[str] = mapped_column(String(80))
    details: Mapped[Json]

    objects: Mapped[list["AuditObject"]] = relationship()


class AuditObject(Base):
    """A thing an entry speaks of, so that the deeds about one thing are found at once.

    It is made from the entry's details and can be made anew: the chain does not cover it.
    """

    __tablename__ = "audit_objects"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)  # "post" for a post_id
    object_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)  # the entry's
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), primary_key=True)


class AuditSeal(Base):
    """One link of the chain: digest = SHA-256(previous digest, the entry as canonical JSON)."""

    __tablename__ = "audit_seals"

    id: Mapped[LongKey]
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))


class AuditVerdict(Base):
    """What came of verifying the chain.

    broken_at  the first entry that does not fit, None when all do
    cut_at     a link that was there when the chain was verified before and is gone, or another, now
    digest     of the last link that fits, to be noted elsewhere
    """

    __tablename__ = "audit_verdicts"

    id: Mapped[LongKey]
    at: Mapped[Created]
    actor_id: Mapped[int | None]  # None: the server by itself
    sealed: Mapped[int] = mapped_column(BigInteger)  # links that were looked at
    unsealed: Mapped[int] = mapped_column(BigInteger)
    broken_at: Mapped[int | None] = mapped_column(BigInteger)
    cut_at: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))

    @property
    def is_sound(self) -> bool:
        return self.broken_at is None and self.cut_at is None


@dataclass(frozen=True)
class Link:
    """An entry's place in the chain, counted from 1; fits: whether the entry still is what was sealed."""

    number: int
    previous: str
    digest: str
    fits: bool


def record(session: Session, actor_id: int | None, event: Any) -> None:
    """Write the event (a frozen dataclass of ids and plain values) down, then let the floors above react."""
    now, details = clock.now(), asdict(event)
    entry = AuditEntry(at=now, actor_id=actor_id, event=type(event).__name__, details=details)
    entry.objects = [AuditObject(kind=kind, object_id=number, at=now) for kind, number in objects_of(details)]
    session.add(entry)
    for react in session.info["reactions"].get(type(event), ()):
        react(session, event)


def objects_of(details: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """What details speak of: `post_id: 12` is the post 12."""
    for name, value in details.items():
        if name.endswith("_id") and type(value) is int:
            yield name.removesuffix("_id"), value


def seal(session: Session, limit: int = 10_000) -> int:
    """Chain the rows that have no seal yet, one sealer at a time; returns how many."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('govapp/audit/seal'))"))
    last = last_seal(session)
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


def unsealed_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry).where(~_sealed())) or 0


def last_seal(session: Session) -> AuditSeal | None:
    return session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()


def link(session: Session, entry: AuditEntry) -> Link | None:
    """Where the entry stands in the chain; None while it waits for its seal."""
    own = session.scalars(select(AuditSeal).where(AuditSeal.entry_id == entry.id)).first()
    if own is None:
        return None
    before = session.get(AuditSeal, own.id - 1)
    previous = before.digest if before else FIRST
    return Link(own.id, previous, own.digest, _digest(previous, entry) == own.digest)


def verify(session: Session, progress: Callable[[int], None] | None = None) -> AuditVerdict:
    """Recompute the chain from its first link, and compare it with the last time it was sound.

    progress  hears how many links were checked
    The verdict is not kept: that is for the caller, who may only look.
    """
    noted = last_verdict(session, sound=True)
    verdict = AuditVerdict(sealed=0, digest=FIRST)
    for row in _chain(session):
        expected = _digest(verdict.digest, row) if row.id is not None else ""
        verdict.sealed += 1
        if row.number != verdict.sealed or expected != row.digest:
            verdict.broken_at = row.entry_id
            break
        verdict.digest = expected
        if noted and verdict.sealed == noted.sealed and expected != noted.digest:
            verdict.cut_at = verdict.sealed
            break
        if progress:
            progress(verdict.sealed)
    if noted and verdict.sealed < noted.sealed and verdict.broken_at is None:
        verdict.cut_at = verdict.sealed + 1
    verdict.unsealed = unsealed_count(session)
    return verdict


def last_verdict(session: Session, sound: bool = False) -> AuditVerdict | None:
    """What came of it the last time, or the last time that all was sound."""
    query = select(AuditVerdict).order_by(AuditVerdict.id.desc()).limit(1)
    if sound:
        query = query.where(AuditVerdict.broken_at.is_(None), AuditVerdict.cut_at.is_(None))
    return session.scalars(query).first()


def canonical(entry: Any) -> str:
    """The entry as it goes into the chain: JSON with its keys in order and no space between."""
    row = {
        "id": entry.id,
        "at": written(entry.at),
        "actor": entry.actor_id,
        "event": entry.event,
        "details": entry.details,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def written(at: datetime) -> str:
    """The moment of an entry as it goes into the chain."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _chain(session: Session) -> Iterator[Any]:
    """Every link with its entry; a link whose entry is gone, or cannot be read any more, has none."""
    links = select(AuditSeal.id.label("number"), AuditSeal.entry_id, AuditSeal.digest).order_by(AuditSeal.id)
    entry = (AuditEntry.id, AuditEntry.at, AuditEntry.actor_id, AuditEntry.event, AuditEntry.details)
    both = links.add_columns(*entry).outerjoin_from(
        AuditSeal, AuditEntry, AuditEntry.id == AuditSeal.entry_id
    )
    last = 0
    try:
        for row in session.execute(both.execution_options(yield_per=AT_ONCE)):
            yield row
            last = row.number
    except ValueError:  # somewhere in the next rows: they are read one by one
        for bare in session.execute(links.add_columns(null().label("id")).where(AuditSeal.id > last)):
            try:
                yield session.execute(both.where(AuditSeal.id == bare.number)).one()
            except ValueError:
                yield bare


def _sealed() -> Any:
    return select(AuditSeal.id).where(AuditSeal.entry_id == AuditEntry.id).exists()


def _digest(previous: str, entry: Any) -> str:
    return hashlib.sha256(f"{previous}\n{canonical(entry)}".encode()).hexdigest()


def seal_task(running: Running) -> None:
    """The standing job that seals what was committed since."""
    with running.begin() as session:
        seal(session)


def verify_task(running: Running) -> None:
    """Verify the chain and keep what came of it: asked for by a person, and every day by itself."""
    with running.database.read() as session:
        total = sealed_count(session)
        verdict = verify(session, lambda done: running.tell(done, total))
    verdict.actor_id = running.actor_id
    with running.begin() as session:
        session.add(verdict)
