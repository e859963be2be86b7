"""A real PostgreSQL for one test run: Debian's server in a temporary cluster, as an unprivileged user."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from glob import glob
from pathlib import Path

USERS = ("postgres", "nobody")  # initdb refuses root
ROOM_BYTES = 6 * 2**30


class Cluster:
    """A server on a free port of 127.0.0.1, gone with stop(). `url` names its first database.

    place  folder for its files; in memory where there is room, unless another is named
    """

    def __init__(self, place: str = "") -> None:
        found = sorted(glob("/usr/lib/postgresql/*/bin/initdb"))
        if not found:
            raise RuntimeError("no PostgreSQL server: run `make test`, or set TEST_DATABASE_URL")
        self.bin = Path(found[-1]).parent
        self.folder = Path(tempfile.mkdtemp(prefix="govapp-pg-", dir=place or fast_place()))
        self.user = next(u for u in USERS if _is_user(u)) if os.getuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.data = self.folder / "data"
        try:
            self.url = self._start(free_port())
        except BaseException:  # also Ctrl-C: leave nothing behind
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _start(self, port: int) -> str:
        auth = ("-U", "govapp", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run("initdb", "-D", str(self.data), *auth)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run(
            "pg_ctl", "-D", str(self.data), "-o", options, "-l", str(self.folder / "log"), "-w", "start"
        )
        return f"postgresql+psycopg://govapp@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (str(self.bin / program), *arguments)
        subprocess.run(command, check=True, user=self.user, cwd="/tmp", stdout=subprocess.DEVNULL)


def fast_place() -> str:
    """Memory, where there is enough of it: the server keeps its fsync, as a ballot box demands."""
    memory = "/dev/shm"
    return memory if os.path.isdir(memory) and shutil.disk_usage(memory).free > ROOM_BYTES else "/tmp"


def _is_user(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
