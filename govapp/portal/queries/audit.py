"""Reading the log of deeds: what was asked for, newest first, and what must be known of its chain."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, false, func, select, tuple_
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.posts import Post, Role
from govapp.areas.models import AreaKind
from govapp.core import clock, dates
from govapp.core.audit import VERIFY_EVERY, AuditEntry, AuditObject, AuditSeal, AuditVerdict, last_verdict
from govapp.core.errors import Unreadable
from govapp.core.jobs import Job
from govapp.core.language import N_
from govapp.core.matters import Matter, Why
from govapp.portal.events import LogSearched
from govapp.portal.wording import SENTENCES, THINGS, events_saying

PAGE_ROWS = 50
PAST_VERDICTS = 10
SEARCH_LASTS = timedelta(hours=1)  # so long one may turn pages before a search for a person is noted again
VERIFICATION = "verify_audit"  # a job of this kind, and of this name while it waits or runs
OVERDUE = 3 * VERIFY_EVERY
AT_ONCE = 1000
NUMBER = re.compile("[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Wish:
    """Which entries of the log to show.

    first, last  days in Bangkok, both included
    thing        kind and number of what the deed was about, such as ("post", 12)
    words        to be found in the sentence of the event
    """

    first: date | None = None
    last: date | None = None
    event: str = ""
    actor_id: int | None = None
    thing: tuple[str, int] | None = None
    words: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wish":
        """What an address asks for; raises Unreadable rather than show something else."""
        event, actor, thing = (given.get(name, "") for name in ("event", "actor", "object"))
        kind, _dash, number = thing.rpartition("-")
        _require("event", not event or event in SENTENCES)
        _require("actor", not actor or NUMBER.fullmatch(actor))
        _require("object", not thing or (kind in THINGS and NUMBER.fullmatch(number)))
        return cls(
            _day("from", given),
            _day("to", given),
            event,
            int(actor) if actor else None,
            (kind, int(number)) if thing else None,
            given.get("words", "")[:200],
        )

    def as_address(self) -> dict[str, Any]:
        """The parts of an address that read() understands."""
        parts = {
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
            "event": self.event,
            "actor": str(self.actor_id) if self.actor_id is not None else "",
            "object": f"{self.thing[0]}-{self.thing[1]}" if self.thing else "",
            "words": self.words,
        }
        return {name: value for name, value in parts.items() if value}

    @property
    def people(self) -> frozenset[int]:
        """Whom this asks about: what they did, or what was done to them."""
        about = self.thing[1] if self.thing and self.thing[0] == "user" else None
        return frozenset(number for number in (self.actor_id, about) if number is not None)


def entries(session: Session, wish: Wish, before: int | None = None) -> tuple[Sequence[AuditEntry], bool]:
    """One page of entries, newest first, and whether there are older ones.

    before  number of the entry after which, in this order, the page begins
    """
    query, at, number = _wanted(select(AuditEntry), wish)
    if before is not None and (last := session.get(AuditEntry, before)):
        query = query.where(tuple_(at, number) < tuple_(last.at, last.id))
    found = session.scalars(query.order_by(at.desc(), number.desc()).limit(PAGE_ROWS + 1)).all()
    return found[:PAGE_ROWS], len(found) > PAGE_ROWS


def count(session: Session, wish: Wish, most: int, until: datetime) -> int:
    """How many entries from before a moment are wanted; no more than `most` are counted."""
    query, at, _number = _wanted(select(AuditEntry.id), wish)
    some = query.where(at < until).order_by(at.desc()).limit(most)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def to_export(session: Session, wish: Wish, rows: int, until: datetime) -> Iterator[Sequence[Any]]:
    """The newest so many entries from before a moment, each with its link and digest (or None), in pieces."""
    entry = (AuditEntry.id, AuditEntry.at, AuditEntry.actor_id, AuditEntry.event, AuditEntry.details)
    sealed: Any = select(*entry, AuditSeal.id.label("link"), AuditSeal.digest)
    query, at, number = _wanted(sealed, wish)
    query = query.outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id).where(at < until)
    in_order = query.order_by(at.desc(), number.desc()).limit(rows)
    yield from session.execute(in_order.execution_options(yield_per=AT_ONCE)).partitions()


def people(session: Session, ids: Collection[int | None]) -> dict[int, User]:
    """By number; accounts that are gone are missing."""
    found = session.scalars(select(User).where(User.id.in_({number for number in ids if number is not None})))
    return {person.id: person for person in found}


def is_noted(session: Session, actor_id: int, about: Collection[int]) -> bool:
    """Whether the log tells already that this reader is looking for these people."""
    noted = (
        select(AuditObject.object_id)
        .join(AuditEntry, AuditEntry.id == AuditObject.entry_id)
        .where(AuditObject.kind == "user", AuditObject.object_id.in_(about))
        .where(AuditObject.at > clock.now() - SEARCH_LASTS)
        .where(AuditEntry.event == LogSearched.__name__, AuditEntry.actor_id == actor_id)
    )
    return not about or set(session.scalars(noted)) >= set(about)


def verification(session: Session, job_id: int | None = None) -> Job | None:
    """The job that verifies the chain now; or the one with this number, also when it is over."""
    by_number = session.get(Job, job_id) if job_id is not None else None
    if by_number and by_number.kind == VERIFICATION:
        return by_number
    return session.scalars(select(Job).where(Job.once == VERIFICATION)).first()


def verdicts(session: Session) -> Sequence[AuditVerdict]:
    """The latest first."""
    return session.scalars(select(AuditVerdict).order_by(AuditVerdict.id.desc()).limit(PAST_VERDICTS)).all()


def due(session: Session, post: Post) -> list[Matter]:
    """A chain that does not hold, or that nobody verifies any more, concerns administrators and auditors."""
    if post.role not in (Role.ADMINISTRATOR, Role.AUDITOR) or not post.area:
        return []
    if post.area.kind is not AreaKind.COUNTRY:
        return []
    verdict = last_verdict(session)
    if verdict and not verdict.is_sound:
        words = N_("The log was changed: its chain does not hold")
        return [Matter(Why.DUE, words, "audit.chain", day=dates.local_day(verdict.at))]
    since = verdict.at if verdict else session.scalar(select(func.min(AuditEntry.at)))
    if since and since < clock.now() - OVERDUE:
        words = N_("The log is no longer verified every day: see whether the worker runs")
        return [Matter(Why.DUE, words, "audit.chain", day=dates.local_day(since + VERIFY_EVERY))]
    return []


def _wanted(query: Select[Any], wish: Wish) -> tuple[Select[Any], Any, Any]:
    """The query for entries of this wish, and the two columns of its order: the moment, the number."""
    at, number = (AuditObject.at, AuditObject.entry_id) if wish.thing else (AuditEntry.at, AuditEntry.id)
    if wish.thing:
        kind, object_id = wish.thing
        query = query.join(AuditObject, AuditObject.entry_id == AuditEntry.id)
        query = query.where(AuditObject.kind == kind, AuditObject.object_id == object_id)
    midnight = time()
    if wish.first:
        query = query.where(at >= dates.from_local(wish.first, midnight))
    if wish.last:
        query = query.where(at < dates.from_local(wish.last + timedelta(days=1), midnight))
    if wish.event:
        query = query.where(AuditEntry.event == wish.event)
    if wish.actor_id is not None:
        query = query.where(AuditEntry.actor_id == wish.actor_id)
    if wish.words:
        said = events_saying(wish.words)
        query = query.where(AuditEntry.event.in_(sorted(said)) if said else false())
    return query, at, number


def _day(name: str, given: Mapping[str, str]) -> date | None:
    if not given.get(name):
        return None
    try:
        return dates.parse_date(given[name])
    except ValueError as error:
        raise _not_understood(name) from error


def _require(name: str, understood: object) -> None:
    if not understood:
        raise _not_understood(name)


def _not_understood(name: str) -> Unreadable:
    return Unreadable(N_("The address asks for something the log does not have: %(part)s"), part=name)
