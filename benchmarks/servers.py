"""The servers that pages are measured on: govapp, the yardstick, and a PostgreSQL for both."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from benchmarks.counting import ROOT
from tests.postgres import Cluster, free_port

BARE = ROOT.parent / "shared" / "yardstick" / "bare.py"  # the least a Flask app can do for such a page
THREADS = 8
SECRET = "only-for-a-benchmark-on-127.0.0.1"
PATIENCE = 30.0  # seconds for a server to answer


class NoPostgreSQL(Exception):
    """There is no PostgreSQL server on this machine."""


@dataclass(frozen=True)
class Databases:
    """An empty database for each of the two, and how many web processes it is served with."""

    name: str
    govapp: str
    bare: str
    processes: int


@contextmanager
def sqlite(folder: Path) -> Iterator[Databases]:
    yield Databases("SQLite", f"sqlite:///{folder}/govapp.db", f"sqlite:///{folder}/bare.db", 1)


@contextmanager
def postgresql() -> Iterator[Databases]:
    """A real server, gone afterwards. Raises NoPostgreSQL where it is not installed."""
    try:
        cluster = Cluster(place="/tmp")  # on a disk, as that of a real site
    except RuntimeError as error:
        raise NoPostgreSQL(str(error)) from error
    try:
        server = create_engine(cluster.url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            for name in ("govapp", "bare"):
                connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        own, bare = (_named(cluster.url, name) for name in ("govapp", "bare"))
        yield Databases("PostgreSQL", own, bare, 2)
    finally:
        cluster.stop()


@contextmanager
def govapp(url: str, folder: Path, processes: int = 1, **more: str) -> Iterator[int]:
    """The port of the site, as `govapp serve` starts it. Jobs are left alone: only pages are measured.

    more  further environment variables
    """
    port = free_port()
    env = {
        "GOVAPP_DATABASE_URL": url,
        "GOVAPP_INSTANCE": str(folder),
        "GOVAPP_SECRET_KEY": SECRET,
        "GOVAPP_BIND": f"127.0.0.1:{port}",
        "GOVAPP_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GOVAPP_PROCESSES": str(processes),
        "GOVAPP_THREADS": str(THREADS),
        "GOVAPP_WORKER": "0",
    }
    with _running([sys.executable, "-m", "govapp", "serve"], env | more, port, "/health", ROOT):
        yield port


@contextmanager
def bare(databases: Databases, folder: Path) -> Iterator[int]:
    """The port of the yardstick, seeded, served with the same number of processes and threads."""
    port = free_port()
    env = {"DATABASE_URL": databases.bare, "PYTHONPATH": str(BARE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, BARE, "seed"], env=os.environ | env, cwd=folder, check=True)
    options = f"-k gthread -w {databases.processes} --threads {THREADS} -b 127.0.0.1:{port}".split()
    command = [sys.executable, "-m", "gunicorn", *options, "--log-level=warning", "bare:app"]
    with _running(command, env, port, "/list", folder):
        yield port


@contextmanager
def _running(
    command: Sequence[str], env: Mapping[str, str], port: int, path: str, folder: Path
) -> Iterator[None]:
    """A server that answers, in a session of its own, so that Ctrl-C reaches it through us alone."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, env=os.environ | env, cwd=folder, stderr=said, start_new_session=True
        )
        try:
            if not _answers(process, port, path):
                said.seek(0)
                words = said.read().decode(errors="replace")
                raise RuntimeError(f"the server does not answer: {' '.join(map(str, command))}\n{words}")
            yield
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(process: "subprocess.Popen[bytes]", port: int, path: str) -> bool:
    """Wait for a 200; False when the process ends, or does not answer in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return True
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    return False


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)
