"""Long work and things to send: rows written with the deed that asks for them, done by a worker later.

A job is taken by exactly one worker (row lock, SKIP LOCKED on PostgreSQL) and held by a lease that
its progress renews; a worker that dies loses the lease and the job is taken up again, up to its number
of tries. Each taking has a number: a worker that lost its lease and still goes on can change nothing.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from govapp.core import clock
from govapp.core.db import Base, Created, Database, Json, LongKey, add_or_find
from govapp.core.errors import Refused

log = logging.getLogger("govapp.jobs")

LEASE = timedelta(minutes=5)
RENEW_EVERY = LEASE / 5
PAUSE_SECONDS = 1.0
TIDY_EVERY = timedelta(hours=1)


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work. `message` is a msgid with `message_values`, for the person who waits."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("progress >= 0 AND progress <= 100", name="progress_percent"),
        Index("ix_jobs_waiting", "state", "run_after"),
    )

    id: Mapped[LongKey]
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[Json]
    once: Mapped[str | None] = mapped_column(String(120), unique=True)  # at most one job of this name
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    actor_id: Mapped[int | None]
    created_at: Mapped[Created]
    run_after: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)  # percent
    message: Mapped[str] = mapped_column(Text, default="")
    message_values: Mapped[Json]
    result: Mapped[Json]
    finished_at: Mapped[datetime | None]


class TooEarly(Exception):
    """Another job must be done first: this one is tried again like one that failed, and nothing is wrong."""


class LeaseLost(Exception):
    """Another worker has this job now."""


@dataclass
class Running:
    """What a task is given: its payload, sessions, and a way to tell how far it is."""

    job_id: int
    actor_id: int | None
    payload: Mapping[str, Any]
    database: Database
    attempt: int
    _told: int = field(default=-1)
    _renewed: datetime = field(default_factory=clock.now)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session whose work is committed at the end of the block."""
        with self.database.write.begin() as session:
            yield session

    def tell(self, done: int, total: int | None) -> None:
        """Show progress, and renew the lease; cheap to call often. Raises LeaseLost."""
        percent, now = min(99, done * 100 // total) if total else 0, clock.now()
        if percent == self._told and now < self._renewed + RENEW_EVERY:
            return
        self._told, self._renewed = percent, now
        with self.begin() as session:
            lease = {"progress": percent, "leased_until": now + LEASE}
            renewed = update(Job).where(*self.ours()).values(**lease).returning(Job.id)
            if session.scalars(renewed).first() is None:
                raise LeaseLost

    def ours(self) -> tuple[ColumnElement[bool], ...]:
        """Whether the job is still in these hands."""
        return Job.id == self.job_id, Job.attempts == self.attempt, Job.state == JobState.RUNNING


@dataclass(frozen=True)
class Task:
    """How one kind of job is done, and how often it is tried."""

    do: Callable[[Running], Mapping[str, Any] | None]
    tries: int = 3
    again_after: timedelta | None = None  # a standing job: queue it again when it is done
    is_private: bool = False  # of people: the payload is forgotten as soon as the job has ended
    is_long: bool = False  # may take minutes: one hand of every worker leaves it alone


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    actor_id: int | None = None,
    once: str | None = None,
) -> Job:
    """Ask for work in the caller's transaction; with `once`, an unfinished job of that name is kept."""

    def queued() -> Job | None:
        return session.scalars(select(Job).where(Job.once == once)).first() if once is not None else None

    job = Job(kind=kind, payload=dict(payload), actor_id=actor_id, once=once)
    return queued() or add_or_find(session, job, queued)


def run_next(database: Database, tasks: Mapping[str, Task]) -> bool:
    """Take one job that is due and do it; False when there is none."""
    taken = _take(database, tasks)
    if taken is None:
        return False
    kind, running = taken
    task = tasks[kind]
    try:
        result = task.do(running)
    except Refused as refused:
        _finish(running, task, JobState.FAILED, message=refused.message, message_values=refused.values)
    except TooEarly:
        _retry(running, task)
    except LeaseLost:
        log.warning("job %s (%s) was taken up by another worker", running.job_id, kind)
    except Exception:
        log.exception("job %s (%s) failed", running.job_id, kind)
        _retry(running, task)
    else:
        _finish(running, task, JobState.DONE, result=dict(result or {}))
    return True


def work(database: Database, tasks: Mapping[str, Task], stop: threading.Event) -> None:
    """Do jobs until told to stop; a worker process or the embedded thread runs this.

    It has two hands. One takes any job, the other short ones only: while the one counts a large vote,
    the other closes boxes, publishes batches and sends letters.
    """
    short = {kind: task for kind, task in tasks.items() if not task.is_long}
    other = threading.Thread(target=_work_on, args=(database, short, stop), name="short jobs", daemon=True)
    other.start()
    _work_on(database, tasks, stop)
    other.join()


def _work_on(database: Database, tasks: Mapping[str, Task], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            busy = run_next(database, tasks)
        except Exception:
            log.exception("the worker stumbled and goes on")
            busy = False
        if not busy:
            stop.wait(PAUSE_SECONDS)


def work_all(database: Database, tasks: Mapping[str, Task]) -> int:
    """Do every job that is due now; returns how many. For commands and tests."""
    done = 0
    while run_next(database, tasks):
        done += 1
    return done


def only(tasks: Mapping[str, Task], *kinds: str) -> dict[str, Task]:
    """Some of the tasks; jobs of other kinds are left waiting."""
    return {kind: tasks[kind] for kind in kinds}


def stand_ready(database: Database, tasks: Mapping[str, Task]) -> None:
    """Queue each standing job that is not queued yet."""
    with database.write.begin() as session:
        for kind, task in tasks.items():
            if task.again_after is not None:
                enqueue(session, kind, {}, once=f"standing:{kind}")


def forget_old(running: Running, kept: timedelta) -> None:
    """The standing job that takes away jobs done or given up longer ago."""
    with running.begin() as session:
        session.execute(delete(Job).where(Job.finished_at < clock.now() - kept))


def _take(database: Database, tasks: Mapping[str, Task]) -> tuple[str, Running] | None:
    now = clock.now()
    due = (
        select(Job)
        .where(
            Job.kind.in_(list(tasks)),
            or_(
                (Job.state == JobState.WAITING) & (Job.run_after <= now),
                (Job.state == JobState.RUNNING) & (Job.leased_until < now),
            ),
        )
        .order_by(Job.run_after, Job.id)
        .limit(1)
    )
    with database.read() as session:  # a look first: SQLite's write lock is not for idle workers
        if session.scalars(due).first() is None:
            return None
    with database.write.begin() as session:
        job = session.scalars(due.with_for_update(skip_locked=True)).first()
        if job is None:
            return None
        if not _is_spent(job, tasks[job.kind]):
            job.state, job.leased_until, job.attempts = JobState.RUNNING, now + LEASE, job.attempts + 1
            return job.kind, Running(job.id, job.actor_id, job.payload, database, job.attempts)
        _give_up(job, tasks[job.kind])  # its last worker died of it, perhaps
    return _take(database, tasks)


def _finish(running: Running, task: Task, state: JobState, **more: Any) -> None:
    with running.begin() as session:
        job = _held(session, running)
        if job is None:
            return
        if task.again_after is not None:
            job.state, job.run_after = JobState.WAITING, clock.now() + task.again_after
            return
        _end(job, task, state)
        job.progress = 100 if state is JobState.DONE else job.progress
        for name, value in more.items():
            setattr(job, name, value)


def _retry(running: Running, task: Task) -> None:
    with running.begin() as session:
        job = _held(session, running)
        if job is None:
            return
        if _is_spent(job, task):
            _give_up(job, task)
            return
        wait = task.again_after or timedelta(seconds=5 * 4**job.attempts)
        job.state, job.run_after, job.leased_until = JobState.WAITING, clock.now() + wait, None


def _held(session: Session, running: Running) -> Job | None:
    """The job, locked; None when another worker has it by now."""
    return session.scalars(select(Job).where(*running.ours()).with_for_update()).first()


def _is_spent(job: Job, task: Task) -> bool:
    return task.again_after is None and job.attempts >= task.tries


def _end(job: Job, task: Task, state: JobState) -> None:
    job.state, job.finished_at, job.leased_until, job.once = state, clock.now(), None, None
    if task.is_private:
        job.payload = {}


def _give_up(job: Job, task: Task) -> None:
    _end(job, task, JobState.FAILED)
    job.message = "Something went wrong on our side. We have noted it."
