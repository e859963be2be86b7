"""T6: the disk of the database is full: everybody is told so, nothing is lost, and it goes on with room."""

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, request
from sqlalchemy import text

from benchmarks.figures import Figure
from benchmarks.servers import SECRET
from govapp.app import create_app
from govapp.ballotbox.actions import casting
from govapp.ballotbox.queries.casting import facts
from govapp.ballotbox.rules.tickets import Ticket
from govapp.config import Config
from govapp.core import web
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.battery import recount
from tests.battery.clerks import as_json
from tests.battery.frame import Run
from tests.battery.office import Answer, Book, at_once, form
from tests.battery.sites import database, own_server
from tests.postgres import Cluster

NAME = "disk-full"
CLIENTS = 4
ROLL = 20_000
ROOM_BYTES = 4_000_000  # that are left for ballots
ADDRESS = "/battery/ballots"
DISK_MB = {"sqlite": 32, "postgresql": 160}
LOG_STAYS = {"min_wal_size": "2MB", "max_wal_size": "4MB", "shared_buffers": "4MB"}  # tables find no room
LOG_GROWS = {"max_wal_size": "1GB"}  # the server itself ends, and cannot start again until there is room
CASES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "sqlite": ("sqlite", {}),
    "postgresql, tables": ("postgresql", LOG_STAYS),
    "postgresql, log": ("postgresql", LOG_GROWS),
}
REFUSED_EACH = 5  # times that every client is told so before there is room again
AGAIN_SECONDS = 30.0
PAUSE = 0.05


@dataclass
class Visit:
    """One client's experience: the first answer with a receipt after there was room again."""

    book: Book
    others: list[int] = field(default_factory=list)  # statuses of answers without a receipt
    again_at: float = 0.0


@dataclass(frozen=True)
class Told:
    """again: seconds from the moment at which there was room to the last client's first receipt."""

    taken: int
    others: list[int]
    again: float
    lost: int
    doubles: int
    is_sound: bool


@dataclass(frozen=True)
class Disk:
    """A small one, in memory; root alone can mount it."""

    path: Path

    def fill(self, leave_bytes: int) -> None:
        """With something that can be taken away again."""
        free = int(subprocess.check_output(["df", "--output=avail", "-B1", self.path]).split()[-1])
        (self.path / "ballast").write_bytes(bytes(free - leave_bytes))

    def free(self) -> None:
        (self.path / "ballast").unlink()


def measure(short: bool) -> Iterator[Figure]:
    for case in CASES:
        found = _until_full(case, short)
        subject = f"{found.taken:,} ballots, {case}"
        wrong = sum(status != 503 for status in found.others)

        def figure(
            name: str, reached: float, unit: str = "", subject: str = subject, **target: float
        ) -> Figure:
            return Figure(NAME, subject, name, reached, unit, **target)

        yield figure("answers while it was full", len(found.others), at_least=CLIENTS * REFUSED_EACH)
        yield figure("of them other than 503", wrong, at_most=0)
        yield figure("acknowledged and lost", found.lost, at_most=0)
        yield figure("in the box twice, or of nobody", found.doubles, at_most=0)
        yield figure("database damaged", not found.is_sound, at_most=0)
        yield figure("until it goes on", found.again, "s", at_most=AGAIN_SECONDS)


def broken(short: bool) -> Iterator[Figure]:
    known = web.why_unavailable
    web.why_unavailable = lambda _error: ""  # type: ignore[attr-defined]
    try:
        found = _until_full("sqlite", short=True)
    finally:
        web.why_unavailable = known  # type: ignore[attr-defined]
    wrong = sum(status != 503 for status in found.others)
    yield Figure(NAME, f"{found.taken:,} ballots, sqlite", "answers other than 503", wrong, "", at_most=0)


def _until_full(case: str, short: bool) -> Told:
    kind, settings = CASES[case]
    with ExitStack() as open_:
        disk = open_.enter_context(small_disk(DISK_MB[kind]))
        keys = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="govapp-keys-")))
        server = None
        if kind == "postgresql":
            server = open_.enter_context(own_server(str(disk.path), ["--wal-segsize=1"], **settings))
        place = open_.enter_context(database(kind, disk.path if kind == "sqlite" else None))
        site = boxes.opened(place.database, keys, ROLL)
        app = app_with_ballots(place.url, keys)
        disk.fill(ROOM_BYTES // 10 if short else ROOM_BYTES)
        told = _tried(site, app, disk, server)
        app.extensions["database"].engine.dispose()
        return told


def _tried(site: Site, app: Flask, disk: Disk, server: Cluster | None) -> Told:
    visits = [Visit(Book(site)) for _ in range(CLIENTS)]
    is_full, there_is_room = threading.Barrier(CLIENTS + 1), threading.Event()
    parts = [site.voters[number::CLIENTS] for number in range(CLIENTS)]
    clients = [
        partial(_vote, app, visit, part, is_full.wait, there_is_room)
        for visit, part in zip(visits, parts, strict=True)
    ]
    (freed_at, *_) = at_once([partial(_make_room, disk, server, is_full.wait, there_is_room), *clients])
    whole = Book(site, [taken for visit in visits for taken in visit.book.taken])
    site.database.engine.dispose()  # its connections may be those to a server of before
    found = recount.contents(site)
    return Told(
        taken=len(whole.taken),
        others=[status for visit in visits for status in visit.others],
        again=max(visit.again_at for visit in visits) - freed_at,
        lost=recount.lost(whole, found),
        doubles=found.doubles,
        is_sound=_is_sound(site),
    )


def _vote(
    app: Flask, visit: Visit, voters: Sequence[str], full: Callable[[], Any], room: threading.Event
) -> None:
    """Until it is full, and then the same form again and again until it is taken."""
    client = app.test_client()
    for voter in voters:
        paper, refused = form(visit.book.site, voter), 0
        while (answer := _post(client, paper)).status != 200:
            visit.others.append(answer.status)
            refused += 1
            if refused == REFUSED_EACH and not room.is_set():
                full()
            time.sleep(PAUSE)
        visit.book.note(voter, "yes", answer)
        if room.is_set():
            visit.again_at = time.monotonic()
            return
    raise RuntimeError("the disk was never full")


def _make_room(disk: Disk, server: Cluster | None, full: Callable[[], Any], room: threading.Event) -> float:
    """Once all clients were refused; a server that ended is started, as the system around it does."""
    full()
    disk.free()
    room.set()
    at = time.monotonic()
    if server is not None and not server.runs():
        server.start()
    return at


def _post(client: Any, paper: Ticket) -> Answer:
    named = {"box": paper.box_id, "voter": paper.voter, "rev": paper.rev, "token": paper.token.hex()}
    answer = client.post(ADDRESS, json=named | {"ballot": "yes"})
    return (
        Answer(**json.loads(answer.get_data())) if answer.status_code == 200 else Answer(answer.status_code)
    )


def app_with_ballots(url: str, keys: Path) -> Flask:
    """The site with one address more, which takes a ballot without asking who sends it."""
    config = Config(database_url=url, secret_key=SECRET, worker=False, instance=str(keys))
    app = create_app(config)

    @app.post(ADDRESS)
    @web.public
    @web.by_machines
    def take() -> Any:
        sent = request.get_json()
        paper = Ticket(sent["box"], sent["voter"], sent["rev"], bytes.fromhex(sent["token"]))
        database, looking, keys = app.extensions["database"], web.looking(), app.extensions["keys"]
        box = facts(looking, paper.box_id)
        return as_json(casting.cast_at_once(database, looking, keys, paper, sent["ballot"], box, ""))

    return app


@contextmanager
def small_disk(megabytes: int) -> Iterator[Disk]:
    with tempfile.TemporaryDirectory(prefix="govapp-disk-") as folder:
        size = f"size={megabytes}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
        try:
            yield Disk(Path(folder))
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def _is_sound(site: Site) -> bool:
    """What the database itself says of its files; the index of ballots is looked through on PostgreSQL."""
    with site.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            return session.scalar(text("PRAGMA integrity_check")) == "ok"
        session.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
        session.execute(text("SELECT bt_index_check('pk_cast_ballots', true)"))
        return True


RUN = Run(
    name=NAME,
    claim=(
        "T6: with a full disk every ballot is answered with a 503 that says so; once there is room, ballots "
        "are taken again within 30 s; none that was acknowledged is lost. On PostgreSQL and on SQLite."
    ),
    how=(
        "The database, with its server and its write-ahead log, lies on a small disk in memory (tmpfs), "
        "which is filled up but for a few megabytes. Four clients send ballots to the site through its own "
        "error pages until each was refused five times; then room is made. A PostgreSQL that ended for want "
        "of room is started again. Who was refused sends the same form until it is taken."
    ),
    measure=measure,
    control="a site that does not know these errors",
    broken=broken,
    by_root=True,
)
