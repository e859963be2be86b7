"""What a worker does for boxes: batches, closing by the clock, bundles, and rewriting what was emptied."""

import contextlib
import logging
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from govapp.ballotbox import queries
from govapp.ballotbox.actions import batches, bundles, closing
from govapp.ballotbox.models import BallotBox, Cast, Openings, Superseded, Voided
from govapp.core.db import fetch
from govapp.core.errors import Refused
from govapp.core.jobs import Running
from govapp.core.key_folder import KeyFolder
from govapp.ledger.faults import Fault

log = logging.getLogger("govapp.ballotbox")

BATCH_EVERY = timedelta(minutes=1)
CLOSE_EVERY = timedelta(seconds=10)
EMPTIED = (Cast, Superseded, Voided)


class Porter:
    """Tasks that need the key folder of the server they run on; without its key they leave a box alone."""

    def __init__(self, keys: KeyFolder) -> None:
        self.keys = keys

    def publish_batches(self, running: Running) -> None:
        """The standing job: a batch of every open box in which enough leaves wait."""
        with running.database.read() as session:
            waiting = queries.open_boxes(session)
        for box_id in waiting:
            with _BoxByBox(box_id), running.begin() as session:
                batches.publish_batch(session, self.keys, fetch(session, BallotBox, box_id))

    def close_boxes(self, running: Running) -> None:
        """The standing job: boxes whose time is over are closed."""
        with running.database.read() as session:
            due = queries.due_to_close(session)
        for box_id in due:
            with _BoxByBox(box_id), running.begin() as session:
                closing.close(session, self.keys, None, box_id)

    def bundle(self, running: Running) -> None:
        """Payload: box_id. The emptied tables are rewritten, then both bundles are made and verified."""
        rewrite(running)
        for audience in Openings:
            with running.database.read() as session:  # telling how far it is needs the lock of SQLite
                made = bundles.packed(session, self.keys, running.payload["box_id"], audience, running.tell)
            with running.begin() as session:
                bundles.keep(session, made)

    def verify_bundles(self, running: Running) -> None:
        """Payload: box_id. What was published is verified anew."""
        with running.begin() as session:
            bundles.verify_again(session, self.keys, running.payload["box_id"])


class _BoxByBox:
    """What is wrong with one box is noted, and keeps no other waiting."""

    def __init__(self, box_id: int) -> None:
        self.box_id = box_id

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> bool:
        is_of_box = isinstance(error, Refused | Fault | DBAPIError)
        if is_of_box:
            log.error("box %s: %s", self.box_id, error)
        return is_of_box


def rewrite(running: Running) -> None:
    """Write the tables of ballots anew, so that nothing dropped stays on the disk; they are nearly empty.

    PostgreSQL locks a table for it: a ballot of another box waits that long.
    """
    engine = running.database.engine
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            for table in EMPTIED:
                connection.execute(text(f"VACUUM FULL {table.__tablename__}"))
        return
    with contextlib.closing(engine.raw_connection()) as file:  # no BEGIN before it, as SQLite wants it
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            file.cursor().execute(statement)
