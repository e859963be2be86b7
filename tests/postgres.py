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

    place     folder for its files; in memory where there is room, unless another is named
    made      further words for initdb
    settings  of postgresql.conf
    """

    def __init__(self, place: str | Path = "", made: Sequence[str] = (), **settings: str) -> None:
        self.bin = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="govapp-pg-", dir=place or fast_place()))
        self.user = next(u for u in USERS if _is_user(u)) if os.getuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.data, self.port = self.folder / "data", free_port()
        self.settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder} | settings
        self.url = f"postgresql+psycopg://govapp@127.0.0.1:{self.port}/postgres"
        try:
            auth = ("-U", "govapp", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            self._run("initdb", "-D", str(self.data), *auth, *made)
            self.start()
        except BaseException:  # also Ctrl-C: leave nothing behind
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def start(self) -> None:
        """Also after a crash: the call returns when connections are taken again."""
        options = " ".join(
            f"-c {name}={value}" for name, value in {"port": self.port, **self.settings}.items()
        )
        where = ("-D", str(self.data), "-l", str(self.folder / "log"))
        self._run("pg_ctl", *where, "-o", options, "-w", "start")

    def crash(self) -> None:
        """Stop at once, without writing anything down, as when it is killed."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")

    def stop(self) -> None:
        if self.runs():
            self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def runs(self) -> bool:
        """False also when it ended by itself, as where its disk is full."""
        status = [str(self.bin / "pg_ctl"), "-D", str(self.data), "status"]
        said = subprocess.run(status, user=self.user, cwd="/tmp", stdout=subprocess.DEVNULL)
        return said.returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (str(self.bin / program), *arguments)
        subprocess.run(command, check=True, user=self.user, cwd="/tmp", stdout=subprocess.DEVNULL)


def programs() -> Path:
    """The folder of the newest server's programs."""
    found = sorted(glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        raise RuntimeError("no PostgreSQL server: run `make test`, or set TEST_DATABASE_URL")
    return Path(found[-1]).parent


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
