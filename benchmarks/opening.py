"""The end of a large vote: closing, the ceremony, the bundle, and its verification, of 100,000 ballots."""

import random
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert

from benchmarks import servers
from benchmarks.figures import Figure, note
from govapp.ballotbox.actions import bundles
from govapp.ballotbox.models import BallotBox, Cast, Channel, Openings
from govapp.ballotbox.queries import box_keys
from govapp.core import migrate
from govapp.core.db import Database
from govapp.ledger import sealing, slots
from govapp.ledger.leaves import Vote
from govapp.ledger.slots import TOKEN_BYTES, Entry
from govapp.verifier.verify import verify
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site

BALLOTS, QUICK_BALLOTS = 100_000, 2_000
OPENED_AT_MOST = 60.0  # seconds
VERIFIED_AT_MOST = 60.0  # seconds; the goal is 15
AT_ONCE = 5_000
OPTIONS = ("abstain", "no", "yes")


def run(quick: bool) -> Iterator[Figure]:
    ballots = QUICK_BALLOTS if quick else BALLOTS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="govapp-bench-")))
        try:
            databases = stack.enter_context(servers.postgresql())
        except servers.NoPostgreSQL as error:
            note(f"opening: left out: {error}")
            return
        database = Database(databases.govapp)
        stack.callback(database.engine.dispose)
        migrate.upgrade(database.engine)
        note(f"opening: sealing {ballots:,} ballots")
        site = boxes.opened(database, folder, voters=ballots)
        draw = random.Random(7)
        fill(site, [draw.choice(OPTIONS) for _ in site.voters])
        yield from _ended(site, ballots)


def fill(site: Site, ballots: Sequence[Any]) -> None:
    """A sealed ballot of each voter, made as casting makes it, but written many at once."""
    with site.database.read() as session:
        box = session.get_one(BallotBox, site.box_id)
        key, public, name, room = box_keys.slot_key(site.keys, box), box.public_key, box.name, box.room
    for start in range(0, len(site.voters), AT_ONCE):
        rows = []
        part = slice(start, start + AT_ONCE)
        for voter, ballot in zip(site.voters[part], ballots[part], strict=True):
            vote, slot = Vote.new(ballot, None, 1), slots.slot(key, name, voter)
            entry = Entry(vote.leaf(name), 1, secrets.token_bytes(TOKEN_BYTES))
            rows.append(
                {
                    "box_id": site.box_id,
                    "slot": slot,
                    "channel": Channel.ONLINE,
                    "rev": 1,
                    "leaf_enc": slots.seal_entry(key, name, slot, entry),
                    "sealed": sealing.seal(vote, public or b"", name, room or 0),
                    "flushed": False,
                }
            )
        with site.begin() as session:
            session.execute(insert(Cast), rows)


def _ended(site: Site, ballots: int) -> Iterator[Figure]:
    subject = f"{ballots:,} ballots"

    def timed(name: str, deed: Callable[[], Any], at_most: float | None = None) -> tuple[Any, Figure]:
        note(f"opening: {name}")
        started = time.perf_counter()
        found = deed()
        seconds = time.perf_counter() - started
        return found, Figure("opening", subject, name, seconds, "s", at_most=at_most)

    yield timed("closing, whole log and checkpoint", site.close)[1]
    yield timed("finishing: accounts, participation, final checkpoint", site.finish)[1]
    site.destroy()
    yield timed("the ceremony: opened, checked, counted, written", site.open, OPENED_AT_MOST)[1]

    def bundled() -> bytes:
        with site.begin() as session:
            made = bundles.packed(session, site.keys, site.box_id, Openings.AUDITORS)
            return made.content

    content, figure = timed("the auditors' bundle packed, and verified once", bundled)
    yield figure
    yield Figure("opening", subject, "size of the bundle", len(content) / 1e6, "MB")
    verdict, figure = timed("verifying the bundle", lambda: verify(content), VERIFIED_AT_MOST)
    yield figure
    yield Figure("opening", subject, "verdict holds", float(verdict.holds), "", at_least=1)
