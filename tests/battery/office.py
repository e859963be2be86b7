"""The clerks of a box and those who come to them: clients who ask again until they have an answer."""

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govapp.ballotbox.rules.tickets import Ticket
from tests.ballotbox.boxes import Site
from tests.battery.machine import ROOT, work
from tests.battery.sites import Place

PATIENCE = 60.0  # seconds in which a form must be answered for good
PAUSE = 0.02  # seconds before a client asks again


@dataclass(frozen=True)
class Answer:
    """status 0: the connection was cut before there was one."""

    status: int
    code: str = ""
    promise: str = ""
    rev: int = 0
    is_repeat: bool = False
    said: str = ""


CUT = Answer(0)


@dataclass
class Office:
    """Where the clerks are found."""

    door: Path
    master: "subprocess.Popen[bytes]"

    def workers(self) -> list[int]:
        return [process for (process, _), (_, parent, _) in work().items() if parent == self.master.pid]

    def kill_one(self, chance: random.Random) -> None:
        """SIGKILL to one of the clerks, or to the one who publishes."""
        os.kill(chance.choice(sorted(self.workers())), signal.SIGKILL)


class Client:
    """Holds one connection, until it is cut."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.line: socket.socket | None = None

    def post(self, form: Ticket, ballot: Any) -> Answer:
        """One try."""
        try:
            self._send(form, ballot)
            assert self.line is not None
            with self.line.makefile("rb") as answers:
                told = answers.readline()
        except OSError:
            told = b""
        if not told.endswith(b"\n"):
            self.hang_up()
            return CUT
        return Answer(**json.loads(told))

    def post_and_hang_up(self, form: Ticket, ballot: Any) -> None:
        """The form is on its way; nobody waits for the answer."""
        self._send(form, ballot)
        self.hang_up()

    def until_answered(self, form: Ticket, ballot: Any) -> Answer:
        """The same form again and again while the clerk is gone, or the database."""
        end, answer = time.monotonic() + PATIENCE, CUT
        while time.monotonic() < end:
            answer = self.post(form, ballot)
            if answer.status not in (0, 503):
                return answer
            time.sleep(PAUSE)
        raise RuntimeError(f"no answer in {PATIENCE:.0f} s: {answer}")

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None

    def _send(self, form: Ticket, ballot: Any) -> None:
        if self.line is None:
            self.line = socket.socket(socket.AF_UNIX)
            self.line.settimeout(PATIENCE)
            self.line.connect(str(self.office.door))
        named = {"box": form.box_id, "voter": form.voter, "rev": form.rev, "token": form.token.hex()}
        self.line.sendall(json.dumps(named | {"ballot": ballot}).encode() + b"\n")


@dataclass
class Book:
    """What was acknowledged. Threads write at the same time; a list takes that."""

    site: Site
    taken: list[tuple[str, Any, Answer]] = field(default_factory=list)  # voter, ballot, receipt
    refused: list[Answer] = field(default_factory=list)

    def note(self, voter: str, ballot: Any, answer: Answer) -> None:
        if answer.status == 200:
            self.taken.append((voter, ballot, answer))
        else:
            self.refused.append(answer)

    def last(self) -> dict[str, Any]:
        """voter -> the ballot of the receipt with the highest number."""
        return {voter: ballot for voter, ballot, _ in sorted(self.taken, key=lambda each: each[2].rev)}


@contextmanager
def clerks(place: Place, workers: int = 4, publishes: bool = False, fault: str = "") -> Iterator[Office]:
    """The office of all boxes of a place, with its clerks at work; they are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="govapp-clerks-") as folder:
        door = Path(folder) / "door"
        words = [place.url, str(place.folder / "keys"), str(door), f"--workers={workers}", f"--fault={fault}"]
        command = [sys.executable, "-m", "tests.battery.clerks", *words, *["--publishes"] * publishes]
        master = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
        try:
            end = time.monotonic() + PATIENCE
            while not _answers(door):
                if master.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("the clerks did not come")
                time.sleep(0.05)
            yield Office(door, master)
        finally:
            assert master.stdin is not None
            master.stdin.close()
            master.wait(PATIENCE)


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What they return, each in a thread of its own that begins when all are there."""
    ready = threading.Barrier(len(works))

    def begin(do: Callable[[], Any]) -> Any:
        ready.wait()
        return do()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


def form(site: Site, voter: str, rev: int = 0) -> Ticket:
    """A new form, as the page would give it out; the database is not asked."""
    return Ticket(site.box_id, voter, rev, secrets.token_bytes(16))


def _answers(door: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(door))
            return True
    except OSError:
        return False
