"""How long the server takes for a ballot with 160 projects and their pictures, and what it sends."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import servers
from benchmarks.figures import Figure, note
from benchmarks.load import COMPRESSED
from benchmarks.servers import SECRET, Databases
from govapp.app import create_app
from govapp.config import Config
from govapp.core import migrate
from govapp.counting.ballots import BallotKind
from tests.editions import made

PROJECTS = 160
KINDS = (BallotKind.KNAPSACK, BallotKind.ORDINAL)
TIMES = 30
AT_MOST_MS = 100.0
MILLI = 1000.0


def run(quick: bool) -> Iterator[Figure]:
    yield from _on(servers.sqlite, quick)
    try:
        yield from _on(lambda _: servers.postgresql(), quick)
    except servers.NoPostgreSQL as error:
        note(f"ballot: PostgreSQL left out: {error}")


def _on(databases_in: Callable[[Path], AbstractContextManager[Databases]], quick: bool) -> Iterator[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="govapp-bench-")))
        databases = stack.enter_context(databases_in(folder))
        settings = {"database_url": databases.govapp, "instance": str(folder), "secret_key": SECRET}
        app = create_app(Config(**settings, worker=False))
        database, keys = app.extensions["database"], app.extensions["keys"]
        stack.callback(database.engine.dispose)
        migrate.upgrade(database.engine)
        for kind in KINDS[:1] if quick else KINDS:
            edition = made.edition(database, keys, kind, projects=PROJECTS, pictures=True)
            client = app.test_client()
            made.hand_pass(client, edition)
            waits, page = [], client.get(edition.path)
            for _ in range(TIMES):
                begun = time.perf_counter()
                page = client.get(edition.path, headers=dict(COMPRESSED))
                waits.append((time.perf_counter() - begun) * MILLI)
            subject = f"{kind.value} ballot of {PROJECTS} projects, {databases.name}"
            yield Figure("ballot", subject, "server time", median(waits), "ms", at_most=AT_MOST_MS)
            yield Figure("ballot", subject, "size as sent", len(page.data) / 1000, "kB")
