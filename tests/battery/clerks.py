"""Worker processes that take ballots as the site does, one transaction each, and answer over a socket.

python -m tests.battery.clerks URL KEYS SOCKET [--workers 4] [--publishes] [--fault NAME]

The first process makes the others, puts a new one in the place of one that dies, and ends them all when its
standard input does. It takes no ballots itself. A form is a line of JSON, and so is the answer (office.py).
--publishes  one process more, which publishes a batch of every open box again and again
--fault      what is broken on purpose, one of faults.FAULTS
"""

import argparse
import json
import logging
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from govapp.ballotbox.actions import casting
from govapp.ballotbox.queries.casting import facts
from govapp.ballotbox.rules.tickets import Ticket
from govapp.ballotbox.tasks import Porter
from govapp.core.db import Database
from govapp.core.errors import Refused
from govapp.core.failures import why_unavailable
from govapp.core.jobs import Running
from govapp.core.key_folder import KeyFolder
from tests.battery import faults

PUBLISH_EVERY = 0.2  # seconds
DAWDLES = 0.03  # seconds between a hurried answer and its commit
LOG = logging.getLogger("battery.clerks")


class Clerk:
    """hurried: answers first and commits a little later, which is a fault."""

    def __init__(self, database: Database, keys: KeyFolder, hurried: bool) -> None:
        self.database, self.keys, self.hurried = database, keys, hurried

    def serve(self, client: socket.socket) -> None:
        """Until the client hangs up."""
        with client, client.makefile("rb") as lines, suppress(OSError):  # who is gone gets no answer

            def send(told: dict[str, Any]) -> None:
                client.sendall(json.dumps(told).encode() + b"\n")

            for line in lines:
                self.answer(json.loads(line), send)

    def answer(self, form: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> None:
        ticket = Ticket(form["box"], form["voter"], form["rev"], bytes.fromhex(form["token"]))
        try:
            if self.hurried:
                with self.database.write.begin() as session:
                    send(as_json(casting.cast(session, self.keys, ticket, form["ballot"])))
                    time.sleep(DAWDLES)
                return
            send(as_json(self.taken(ticket, form["ballot"])))
        except Refused as refused:
            send({"status": refused.status, "said": str(refused)})
        except OSError:
            raise
        except Exception as error:
            words = why_unavailable(error)
            if not words:
                LOG.exception("a clerk stumbled")
            send({"status": 503 if words else 500, "said": words or repr(error)})

    def taken(self, ticket: Ticket, ballot: Any) -> casting.Receipt:
        """As the site does it, but with one connection at a time: a clerk serves more people at once."""
        if self.database.is_server:
            with self.database.look() as looking:
                box = facts(looking, ticket.box_id)
                receipt = box and casting.cast_first(looking, self.keys, ticket, ballot, box, district="")
            if receipt:
                return receipt
        with self.database.write.begin() as session:
            return casting.cast(session, self.keys, ticket, ballot)


def as_json(receipt: casting.Receipt) -> dict[str, Any]:
    told = {"code": receipt.code, "promise": receipt.promise, "rev": receipt.rev}
    return {"status": 200, "is_repeat": receipt.is_repeat, **told}


def take_ballots(arguments: argparse.Namespace, door: socket.socket) -> None:
    """One process: a thread for each client."""
    clerk = Clerk(Database(arguments.url), KeyFolder(arguments.keys), arguments.fault == "hurried")
    while True:
        client, _ = door.accept()
        threading.Thread(target=clerk.serve, args=(client,), daemon=True).start()


def publish(arguments: argparse.Namespace, _door: socket.socket) -> None:
    """Another: batches of every open box."""
    running = Running(0, None, {}, Database(arguments.url), 0)
    porter = Porter(KeyFolder(arguments.keys))
    while True:
        try:
            porter.publish_batches(running)
        except Exception as error:  # as the worker of the site, it goes on
            if not why_unavailable(error):
                LOG.exception("the publisher stumbled")
        time.sleep(PUBLISH_EVERY)


def main() -> None:
    arguments = _arguments()
    faults.FAULTS[arguments.fault]()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(arguments.socket))
        door.listen(128)
        _keep(arguments, door, [take_ballots] * arguments.workers + [publish] * arguments.publishes)


def _keep(arguments: argparse.Namespace, door: socket.socket, works: list[Callable[..., None]]) -> None:
    """See to it that each work has a process, until nobody is there who wants them."""
    doing = {_started(work, arguments, door): work for work in works}
    while not select.select([sys.stdin], [], [], 0.01)[0]:
        process, _status = os.waitpid(-1, os.WNOHANG)
        if process:
            work = doing.pop(process)
            doing[_started(work, arguments, door)] = work
    for process in doing:
        os.kill(process, signal.SIGKILL)


def _started(work: Callable[..., None], arguments: argparse.Namespace, door: socket.socket) -> int:
    process = os.fork()
    if process:
        return process
    try:
        work(arguments, door)
    finally:
        os._exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.battery.clerks", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("keys", type=Path)
    parser.add_argument("socket", type=Path)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--publishes", action="store_true")
    parser.add_argument("--fault", choices=faults.FAULTS, default="")
    return parser.parse_args()


if __name__ == "__main__":
    main()
