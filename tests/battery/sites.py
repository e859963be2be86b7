"""What runs are carried out on: fresh databases on SQLite and PostgreSQL, and the site as it is served."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import servers
from govapp.core import migrate
from govapp.core.db import Database
from govapp.wiring import REACTIONS
from tests.conftest import DATABASES, SERVER, new_database
from tests.postgres import Cluster

__all__ = ["DATABASES", "Place", "database", "own_server", "postgresql", "served"]

GUNICORN = Path(__file__).with_name("gunicorn_hooks.py")
PROXIES = "GOVAPP_TRUSTED_PROXIES"


@dataclass(frozen=True)
class Place:
    """A fresh database with all its tables, and a folder for what belongs to it."""

    kind: str
    url: str
    database: Database
    folder: Path


@contextmanager
def postgresql() -> Iterator[None]:
    """A server for every run, gone afterwards, unless TEST_DATABASE_URL names one.

    It is that of the tests, whose files are in memory.
    """
    if SERVER in os.environ:
        yield
        return
    with own_server():
        yield


@contextmanager
def own_server(place: str = "", made: Sequence[str] = (), **settings: str) -> Iterator[Cluster]:
    """A server that a run may crash: databases are made on it meanwhile. place: its folder."""
    cluster, before = Cluster(place, made, **settings), os.environ.get(SERVER)
    os.environ[SERVER] = cluster.url
    try:
        yield cluster
    finally:
        del os.environ[SERVER]
        if before is not None:
            os.environ[SERVER] = before
        cluster.stop()


@contextmanager
def database(kind: str, root: Path | None = None) -> Iterator[Place]:
    """root: where its folder is made; that of a server is elsewhere."""
    with TemporaryDirectory(prefix="govapp-battery-", dir=root) as folder:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        url = new_database(kind, Path(folder), f"battery_{worker}")
        made = Database(url, REACTIONS)
        try:
            migrate.upgrade(made.engine)
            yield Place(kind, url, made, Path(folder))
        finally:
            made.engine.dispose()


@contextmanager
def served(place: Place, variant: str = "") -> Iterator[int]:
    """The port of the site as `govapp serve` starts it, behind one proxy whose word on addresses it takes.

    Password hashes are counted in hashes(place); a variant is one of gunicorn_hooks.
    """
    hashes(place).touch()
    hooks = {
        "GUNICORN_CMD_ARGS": f"--config={GUNICORN}",
        "BATTERY_HASHES": str(hashes(place)),
        "BATTERY_VARIANT": variant,
    }
    processes = 1 if place.kind == "sqlite" else 2
    with servers.govapp(place.url, place.folder, processes, **{PROXIES: "1"}, **hooks) as port:
        yield port


def hashes(place: Place) -> Path:
    """A file that grows by a byte with each password hashed or verified."""
    return place.folder / "hashes"
