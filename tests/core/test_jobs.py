import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from govapp.core import clock
from govapp.core.db import Database
from govapp.core.errors import NotNow
from govapp.core.jobs import (
    LEASE,
    Job,
    JobState,
    Running,
    Task,
    enqueue,
    forget_old,
    run_next,
    stand_ready,
    work,
    work_all,
)


def put(database: Database, kind: str = "ring", **more: Any) -> int:
    with database.write.begin() as session:
        return enqueue(session, kind, {"bell": 1}, **more).id


def look(database: Database, job_id: int) -> Job:
    with database.read() as session:
        job = session.get(Job, job_id)
        assert job is not None
        return job


def test_a_job_is_done_and_says_what_came_of_it(database: Database) -> None:
    def ring(running: Running) -> Mapping[str, Any]:
        running.tell(1, 2)
        assert look(database, running.job_id).progress == 50
        return {"rung": running.payload["bell"]}

    job_id = put(database)
    assert work_all(database, {"ring": Task(ring)}) == 1
    job = look(database, job_id)
    assert (job.state, job.progress, job.result) == (JobState.DONE, 100, {"rung": 1})


def test_work_that_may_wait_is_done_last(database: Database) -> None:
    done: list[str] = []
    tasks = {
        "study": Task(lambda running: done.append(f"study {running.job_id}"), is_last=True),
        "ring": Task(lambda _: done.append("ring")),
    }
    first, second = put(database, "study"), put(database, "study")
    put(database, "ring")
    work_all(database, tasks)
    assert done == ["ring", f"study {first}", f"study {second}"]


def test_nothing_is_queued_for_what_was_rolled_back(database: Database) -> None:
    with database.write() as session:
        enqueue(session, "ring", {})
        session.rollback()
    assert not run_next(database, {"ring": Task(lambda _: None)})


def test_a_refusal_is_told_and_not_tried_again(database: Database) -> None:
    def refuse(_: Running) -> None:
        raise NotNow("The bell is %(state)s", state="cracked")

    job_id = put(database)
    work_all(database, {"ring": Task(refuse)})
    job = look(database, job_id)
    assert (job.state, job.message, job.message_values) == (
        JobState.FAILED,
        "The bell is %(state)s",
        {"state": "cracked"},
    )


def test_an_accident_is_tried_again_later_and_then_given_up(database: Database) -> None:
    tries = []

    def stumble(_: Running) -> None:
        tries.append(1)
        raise ZeroDivisionError

    job_id = put(database)
    start = clock.now()
    for minutes in range(0, 60, 5):
        with clock.stopped(start + timedelta(minutes=minutes)):
            work_all(database, {"ring": Task(stumble, tries=3)})
    assert len(tries) == 3
    assert look(database, job_id).state is JobState.FAILED


@pytest.mark.parametrize("is_private", [True, False])
def test_what_is_private_is_forgotten_however_the_job_ends(database: Database, is_private: bool) -> None:
    def refuse(_: Running) -> None:
        raise NotNow

    def stumble(_: Running) -> None:
        raise ZeroDivisionError

    for do in (lambda running: running.payload["bell"] and None, refuse, stumble):
        job_id = put(database)
        work_all(database, {"ring": Task(do, tries=1, is_private=is_private)})
        job = look(database, job_id)
        assert job.finished_at is not None
        assert job.payload == ({} if is_private else {"bell": 1})


def test_one_name_is_queued_once_until_it_is_done(database: Database) -> None:
    first = put(database, once="count:1")
    assert put(database, once="count:1") == first
    work_all(database, {"ring": Task(lambda _: None)})
    assert put(database, once="count:1") != first


def test_the_job_of_a_dead_worker_is_taken_up_again(database: Database) -> None:
    def die(_: Running) -> None:
        raise KeyboardInterrupt  # not an Exception: what a kill leaves behind

    put(database)
    with pytest.raises(KeyboardInterrupt):
        run_next(database, {"ring": Task(die)})
    assert not run_next(database, {"ring": Task(lambda _: None)}), "the lease still holds"
    with clock.stopped(clock.now() + LEASE + timedelta(seconds=1)):
        assert run_next(database, {"ring": Task(lambda _: None)})


def test_a_standing_job_comes_back(database: Database) -> None:
    rung = []
    tasks = {"ring": Task(lambda _: rung.append(1), again_after=timedelta(seconds=30))}
    stand_ready(database, tasks)
    stand_ready(database, tasks)
    assert work_all(database, tasks) == 1
    with clock.stopped(clock.now() + timedelta(minutes=1)):
        assert work_all(database, tasks) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_jobs_that_are_over_are_forgotten_in_time(database: Database) -> None:
    def refuse(_: Running) -> None:
        raise NotNow

    tasks = {
        "ring": Task(lambda _: None),
        "refuse": Task(refuse),
        "stand": Task(lambda _: None, again_after=timedelta(days=1)),
        "tidy": Task(lambda running: forget_old(running, timedelta(days=90))),
    }
    put(database)
    put(database, "refuse")
    put(database, "nobody does this")
    stand_ready(database, tasks)
    work_all(database, tasks)
    stays = ["nobody does this", "stand"]
    for days, left in ((89, sorted(["refuse", "ring", *stays])), (91, stays)):
        with clock.stopped(clock.now() + timedelta(days=days)):
            put(database, "tidy")
            work_all(database, tasks)
            with database.read() as session:
                kinds = session.scalars(select(Job.kind).where(Job.kind != "tidy")).all()
        assert sorted(kinds) == left


def test_several_workers_do_every_job_once(database: Database) -> None:
    done: Counter[int] = Counter()
    lock = threading.Lock()

    def ring(running: Running) -> None:
        with lock:
            done[running.job_id] += 1

    ids = [put(database) for _ in range(24)]
    tasks = {"ring": Task(ring)}
    workers = [threading.Thread(target=work_all, args=(database, tasks)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while run_next(database, tasks):
        pass
    assert done == Counter(ids)


def test_a_worker_that_lost_its_lease_changes_nothing_more(database: Database) -> None:
    def slow(running: Running) -> Mapping[str, Any]:
        with clock.stopped(clock.now() + LEASE + timedelta(seconds=1)):
            assert run_next(database, {"ring": Task(lambda _: {"by": "the second"})})
        return {"by": "the first"}

    job_id = put(database)
    assert run_next(database, {"ring": Task(slow)})
    assert look(database, job_id).result == {"by": "the second"}


def test_a_worker_that_lost_its_lease_is_stopped_when_it_tells(database: Database) -> None:
    went_on = []

    def slow(running: Running) -> None:
        running.tell(1, 4)
        with clock.stopped(clock.now() + LEASE + timedelta(seconds=1)):
            assert run_next(database, {"ring": Task(lambda _: {"by": "the second"})})
        running.tell(2, 4)
        went_on.append(1)

    job_id = put(database)
    run_next(database, {"ring": Task(slow)})
    assert not went_on
    assert (look(database, job_id).state, look(database, job_id).progress) == (JobState.DONE, 100)


def test_a_lease_is_renewed_while_the_percentage_stands_still(database: Database) -> None:
    def slow(running: Running) -> None:
        running.tell(1, 1000)
        with clock.stopped(clock.now() + LEASE * 0.9):
            running.tell(2, 1000)
        with clock.stopped(clock.now() + LEASE * 1.5):
            assert not run_next(database, {"ring": Task(lambda _: None)}), "the lease holds"

    job_id = put(database)
    run_next(database, {"ring": Task(slow)})
    assert look(database, job_id).state is JobState.DONE


def test_a_job_that_kills_its_workers_is_given_up(database: Database) -> None:
    deaths = []

    def die(_: Running) -> None:
        deaths.append(1)
        raise KeyboardInterrupt  # not an Exception: what a kill leaves behind

    poison, good = put(database), put(database, "bell")
    tasks = {"ring": Task(die, tries=3), "bell": Task(lambda _: None)}
    start = clock.now()
    for hour in range(6):
        with clock.stopped(start + timedelta(hours=hour)), suppress(KeyboardInterrupt):
            work_all(database, tasks)
    assert len(deaths) == 3
    assert look(database, poison).state is JobState.FAILED
    assert look(database, good).state is JobState.DONE


def test_one_name_asked_for_at_one_moment_is_queued_once(database: Database) -> None:
    both = threading.Barrier(2)
    ids = []

    def ask() -> None:
        with database.write.begin() as session:
            if database.engine.dialect.name == "postgresql":
                session.scalar(select(func.count()).select_from(Job))
                both.wait()  # neither sees the other's row; SQLite lets only one in
            ids.append(enqueue(session, "ring", {}, once="x").id)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.parametrize("is_long", [True, False])
def test_short_jobs_do_not_wait_for_long_ones(database: Database, is_long: bool) -> None:
    """Of two long jobs one waits for the other, and neither keeps a short one waiting; were they not called
    long, both hands would be full."""
    counts = [put(database, "count"), put(database, "count")]
    put(database)
    stop, rung = threading.Event(), threading.Event()

    def count(_: Running) -> None:
        rung.wait(20 if is_long else 2)

    tasks = {"count": Task(count, is_long=is_long), "ring": Task(lambda _: rung.set())}
    worker = threading.Thread(target=work, args=(database, tasks, stop))
    worker.start()
    assert rung.wait(10 if is_long else 1) is is_long
    rung.set()
    for _ in range(100):
        if all(look(database, job).state is JobState.DONE for job in counts):
            break
        time.sleep(0.05)
    stop.set()
    worker.join(10)
    assert not worker.is_alive()
    assert {look(database, job).state for job in counts} == {JobState.DONE}
