"""T1 and T5: clerks are killed and the database server stops at once; whatever was acknowledged is there."""

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select, text

from benchmarks.figures import Figure, note
from govapp.ballotbox.models.log import Checkpoint
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.battery import recount
from tests.battery.frame import Run
from tests.battery.office import Book, Client, Office, at_once, clerks, form
from tests.battery.sites import Place, database, own_server

CLIENTS = 64
CHOICES = ("yes", "no", "abstain")
CHANGES = 4  # after so many first ballots a client changes one of them: 20 % of all
LOOKS_EVERY = 0.005  # seconds
PATIENCE = 10.0
LAZY = {  # a server that takes its time to write what nobody waits for
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "1GB",
    "wal_buffers": "64MB",
}


@dataclass(frozen=True)
class Plan:
    """ballots: to be acknowledged in all; kills: of clerks; stops: of the database server."""

    kind: str
    ballots: int
    kills: int
    stops: int = 0
    workers: int = 4
    fault: str = ""
    is_lazy: bool = False  # synchronous_commit=off


@dataclass(frozen=True)
class Told:
    site: Site
    book: Book
    kills: int
    stops: int
    batches: int
    seconds: float


def workers(short: bool) -> Iterator[Figure]:
    plan = Plan("postgresql", 800, 4, 1) if short else Plan("postgresql", 100_000, 50, 10)
    yield from _measured("killed-workers", plan)


def workers_broken(short: bool) -> Iterator[Figure]:
    size = (800, 0, 3) if short else (10_000, 5, 6)  # each loses what is not yet a full page of the WAL
    yield from _lost_by("killed-workers", Plan("postgresql", *size, is_lazy=True), "synchronous_commit=off")


def sqlite(short: bool) -> Iterator[Figure]:
    plan = Plan("sqlite", 600, 4, workers=2) if short else Plan("sqlite", 20_000, 50, workers=2)
    yield from _measured("killed-sqlite", plan)


def sqlite_broken(short: bool) -> Iterator[Figure]:
    plan = Plan("sqlite", 60 if short else 500, 4 if short else 20, workers=1, fault="hurried")
    yield from _lost_by("killed-sqlite", plan, "answered before the commit")


def _measured(name: str, plan: Plan) -> Iterator[Figure]:
    subject = f"{plan.ballots:,} ballots, {plan.kind}"

    def figure(what: str, reached: float, **target: float) -> Figure:
        return Figure(name, subject, what, reached, "", **target)

    with _voted(plan) as told:
        book, found = told.book, recount.contents(told.site)
        yield figure("acknowledged", len(book.taken), at_least=plan.ballots)
        yield figure("of them changes of an earlier ballot", sum(answer.rev > 1 for *_, answer in book.taken))
        yield figure(
            "of them asked for again after a cut", sum(answer.is_repeat for *_, answer in book.taken)
        )
        yield figure("clerks killed", told.kills, at_least=plan.kills)
        if plan.stops:
            yield figure("immediate stops of the server", told.stops, at_least=plan.stops)
        yield figure("batches published meanwhile", told.batches, at_least=1)
        yield figure("acknowledged and lost", recount.lost(book, found), at_most=0)
        yield figure("in the box twice, or of nobody", found.doubles, at_most=0)
        yield figure("forms with two receipts", recount.twice(book), at_most=0)
        yield figure("forms refused", len(book.refused), at_most=0)
        result = told.site.end()
        yield figure("ballots miscounted when the box is opened", recount.miscounted(book, result), at_most=0)
        yield Figure(name, subject, "acknowledged, all in all", len(book.taken) / told.seconds, "ballots/s")


def _lost_by(name: str, plan: Plan, subject: str) -> Iterator[Figure]:
    with _voted(plan) as told:
        lost = recount.lost(told.book, recount.contents(told.site))
        yield Figure(
            name, f"{len(told.book.taken):,} ballots, {subject}", "acknowledged and lost", lost, "", at_most=0
        )


@contextmanager
def _voted(plan: Plan) -> Iterator[Told]:
    """A box in which everybody has voted, while clerks were killed and the server stopped."""
    with _place(plan) as (place, crash):
        site = boxes.opened(place.database, place.folder, _voters(plan))
        if plan.is_lazy:
            _let_go(place)
        book, started = Book(site), time.monotonic()
        with clerks(place, plan.workers, publishes=not plan.fault, fault=plan.fault) as office:
            faults = _faults(plan, office, crash)
            over = threading.Event()
            culprit = threading.Thread(target=_strike, args=(book, faults, plan.ballots, over))
            culprit.start()
            parts = [site.voters[number::CLIENTS] for number in range(CLIENTS)]
            try:
                at_once([partial(_vote, office, book, part, number) for number, part in enumerate(parts)])
                if not plan.fault:
                    _await_batch(site)
            finally:
                over.set()
                culprit.join()
        seconds = time.monotonic() - started
        place.database.engine.dispose()  # its connections may be those to a server of before
        done = len(faults.done)
        stops = faults.done.count(faults.stop)
        yield Told(site, book, done - stops, stops, _batches(site), seconds)


def _voters(plan: Plan) -> int:
    """So many that their first ballots and their changes are as many as are wanted, or a few more."""
    return -(-plan.ballots * CHANGES // (CHANGES + 1)) + CLIENTS


def _vote(office: Office, book: Book, voters: Sequence[str], number: int) -> None:
    """One client's part: first ballots, and now and then another in the place of an earlier one."""
    client, chance, revs = Client(office), random.Random(number), dict[str, int]()

    def cast(voter: str) -> None:
        ballot, rev = chance.choice(CHOICES), revs.get(voter, 0)
        answer = client.until_answered(form(book.site, voter, rev), ballot)
        book.note(voter, ballot, answer)
        revs[voter] = answer.rev or rev

    for count, voter in enumerate(voters, start=1):
        cast(voter)
        if count % CHANGES == 0:
            cast(chance.choice(voters[:count]))
    client.hang_up()


class Faults:
    """What is done to the app, in a random order; done: as far as it went."""

    def __init__(self, todo: list[Callable[[], None]], stop: Callable[[], None]) -> None:
        self.todo, self.stop = todo, stop
        self.done: list[Callable[[], None]] = []


def _faults(plan: Plan, office: Office, crash: Callable[[], None]) -> Faults:
    chance = random.Random(plan.ballots)
    kill = partial(office.kill_one, chance)
    todo = [kill] * plan.kills + [crash] * plan.stops
    chance.shuffle(todo)
    return Faults(todo, crash)


def _strike(book: Book, faults: Faults, ballots: int, over: threading.Event) -> None:
    """One fault after the other, whenever so many more ballots are acknowledged."""
    every = ballots / (len(faults.todo) + 1)
    for number, fault in enumerate(faults.todo, start=1):
        while len(book.taken) < every * number and not over.is_set():
            time.sleep(LOOKS_EVERY)
        if over.is_set():
            return
        fault()
        faults.done.append(fault)
        if number % 10 == 0:
            note(f"{len(book.taken):,} ballots, {number} faults")


@contextmanager
def _place(plan: Plan) -> Iterator[tuple[Place, Callable[[], None]]]:
    """A database on the disk, and how its server is stopped at once and started again."""
    if plan.kind == "sqlite":
        with database(plan.kind) as place:
            yield place, lambda: None
        return
    settings = LAZY if plan.is_lazy else {}
    with own_server(tempfile.gettempdir(), **settings) as cluster, database(plan.kind) as place:

        def crash() -> None:
            cluster.crash()
            cluster.start()

        yield place, crash


def _let_go(place: Place) -> None:
    """From now on the server acknowledges before it has written: no box would be opened on it so."""
    with place.database.engine.begin() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    place.database.engine.dispose()


def _await_batch(site: Site) -> None:
    """The one who publishes may have been killed all the time of a short run."""
    end = time.monotonic() + PATIENCE
    while not _batches(site) and time.monotonic() < end:
        time.sleep(LOOKS_EVERY)


def _batches(site: Site) -> int:
    """Checkpoints beside the one with which the box was opened."""
    with site.database.read() as session:
        signed = select(func.count()).select_from(Checkpoint).where(Checkpoint.box_id == site.box_id)
        return (session.scalar(signed) or 0) - 1


HOW = (
    "64 clients bring first ballots and, every fifth time, another in the place of an earlier one; who is "
    "cut off, or told that the database does not answer, sends the same form again. {clerks} take them "
    "through the action that the page calls, each in a process with a thread for each client, and one "
    "process more publishes batches five times a second. One of these is killed with SIGKILL at "
    "random{stops}, each time that a further part of the ballots is acknowledged. Then every receipt is "
    "looked for in its voter's slot with K_slot, the box is closed and opened with two sheets, and its "
    "result is compared with the last receipt of every voter. A kill does not test what a power failure "
    "does to a disk."
)

WORKERS = Run(
    name="killed-workers",
    claim=(
        "T1: of 100,000 acknowledged ballots, over 50 killed processes and 10 immediate stops of PostgreSQL, "
        "none is lost and none is there twice."
    ),
    how=HOW.format(
        clerks="Four clerks",
        stops=", and the server, whose files are on the disk with fsync, stopped at once and started again",
    ),
    measure=workers,
    control="synchronous_commit=off, set once the box is open",
    broken=workers_broken,
)
SQLITE = Run(
    name="killed-sqlite",
    claim="T5: of 20,000 ballots acknowledged on SQLite, over 50 killed processes, none is lost or doubled.",
    how=HOW.format(clerks="Two clerks", stops=""),
    measure=sqlite,
    control="clerks who answer before they commit",
    broken=sqlite_broken,
)
RUNS = (WORKERS, SQLITE)
