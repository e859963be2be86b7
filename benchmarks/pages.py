"""The results page of 160 projects and the list of rounds, beside the yardstick's list page, in turn."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import elections, servers
from benchmarks.figures import Figure, note
from benchmarks.load import COMPRESSED, Address, Load, alone, load, middle, size
from benchmarks.servers import BARE, Databases
from govapp.core import migrate
from govapp.core.db import Database
from tests import make

LARGE = "Poland_Lodz_2022.pb"
LISTED = 24  # rounds beside it: more than a page of the list
LISTED_PROJECTS = 40
ROUNDS = 3
SECONDS = 5
QUICK_SECONDS = 2
ALONE_AT_MOST = 150.0  # milliseconds, results page
OF_THE_YARDSTICK = 25.0  # per cent, list of rounds


def run(quick: bool) -> Iterator[Figure]:
    if not BARE.exists():
        note(f"pages: no ratio, there is no yardstick at {BARE}")
    yield from _on(servers.sqlite, quick)
    try:
        yield from _on(lambda _: servers.postgresql(), quick)
    except servers.NoPostgreSQL as error:
        note(f"pages: PostgreSQL left out: {error}")


def _on(databases_in: Callable[[Path], AbstractContextManager[Databases]], quick: bool) -> Iterator[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="govapp-bench-")))
        databases = stack.enter_context(databases_in(folder))
        note(f"pages: filling {databases.name}")
        results = f"/rounds/{_fill(databases.govapp)}"
        port = stack.enter_context(servers.govapp(databases.govapp, folder, databases.processes))
        pages = {"results page": Address(port, results), "list of rounds": Address(port, "/rounds")}
        if BARE.exists():
            pages["yardstick's list"] = Address(stack.enter_context(servers.bare(databases, folder)), "/list")
        yield from _measured(databases, pages, QUICK_SECONDS if quick else SECONDS)


def _fill(url: str) -> int:
    """Bring in a page of ordinary rounds and the large one; the id of the large one."""
    database = Database(url)
    try:
        migrate.upgrade(database.engine)
        with database.write() as session:
            for seed in range(1, LISTED + 1):
                make.round_(session, elections.made(1000, LISTED_PROJECTS, seed).encode())
            return make.round_(session, _large()).id
    finally:
        database.engine.dispose()


def _large() -> bytes:
    """160 projects, held under Equal Shares, whose reasons are the longest."""
    path = elections.real(LARGE)
    if path is None:
        note(f"pages: no {LARGE} in {elections.DATA}, a made election instead")
        return elections.made(20_000, 160).encode()
    return re.sub(rb"(?m)^rule;.*$", b"rule;equalshares/add1", path.read_bytes(), count=1)


def _measured(databases: Databases, pages: dict[str, Address], seconds: int) -> Iterator[Figure]:
    waits = {name: alone(page) for name, page in pages.items()}
    loads: dict[str, list[Load]] = {name: [] for name in pages}
    for number in range(1, ROUNDS + 1):
        note(f"pages: {databases.name}, round {number} of {ROUNDS}")
        for name, page in pages.items():
            loads[name].append(load(page, seconds))
    speeds = {name: middle(each) for name, each in loads.items()}
    for name, page in pages.items():
        subject = f"{name}, {databases.name}"
        at_most = ALONE_AT_MOST if name == "results page" else None
        yield Figure("pages", subject, "one request alone", waits[name], "ms", at_most=at_most)
        yield Figure("pages", subject, "32 readers", speeds[name].per_second, "/s")
        yield Figure("pages", subject, "32 readers, p50", speeds[name].p50, "ms")
        yield Figure("pages", subject, "32 readers, p99", speeds[name].p99, "ms")
        yield Figure("pages", subject, "size", size(page, {}) / 1000, "kB")
        yield Figure("pages", subject, "size as sent", size(page, COMPRESSED) / 1000, "kB")
    yield from _ratio(databases, speeds)


def _ratio(databases: Databases, speeds: dict[str, Load]) -> Iterator[Figure]:
    if yardstick := speeds.get("yardstick's list"):
        share = 100 * speeds["list of rounds"].per_second / yardstick.per_second
        subject = f"list of rounds, {databases.name}"
        yield Figure("pages", subject, "of the yardstick", share, "%", at_least=OF_THE_YARDSTICK)
