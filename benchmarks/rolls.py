"""A roll of a city comes in from a CSV file, and is frozen for a ballot box."""

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, note
from benchmarks.servers import NoPostgreSQL, postgresql
from govapp.app import REACTIONS
from govapp.core import migrate
from govapp.core.db import Database
from govapp.rolls import actions
from govapp.rolls.actions import importing
from tests.rolls import files, keeping

PEOPLE, QUICK = 300_000, 10_000
AT_MOST_SECONDS = 60.0
KIB = 1024


def run(quick: bool) -> Iterator[Figure]:
    """Read, checked and taken over as `govapp rolls import` does it, on PostgreSQL."""
    people = QUICK if quick else PEOPLE
    subject = f"{people:,} people, PostgreSQL"
    try:
        with tempfile.TemporaryDirectory() as folder, postgresql() as databases:
            database = Database(databases.govapp, REACTIONS)
            migrate.upgrade(database.engine)
            yield from _measure(database, Path(folder), people, subject)
            database.engine.dispose()
    except NoPostgreSQL as error:
        note(f"rolls: left out, {error}")


def _measure(database: Database, folder: Path, people: int, subject: str) -> Iterator[Figure]:
    path = folder / "people.csv"
    with path.open("wb") as file:
        file.writelines(files.many(people))
    with database.write() as session:
        of = keeping.office(session)
        roll_id, officer_id = of.roll.id, of.officer.id
        box_id = keeping.box(session, of).id
    started = time.monotonic()
    with database.write.begin() as session:
        made = importing.begin(session, roll_id, officer_id, path.name, "th").id
    with path.open("rb") as file:
        importing.read(database.write.begin, made, file, keeping.FINDING)
    with database.write.begin() as session:
        importing.check(session, officer_id, made)
    with database.write.begin() as session:
        added = importing.apply(session, officer_id, made).added
    seconds = time.monotonic() - started
    if added != people:
        raise RuntimeError(f"{added} of {people} people came onto the roll")
    yield Figure("rolls", subject, "import", seconds, "s", at_most=AT_MOST_SECONDS)
    most_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    yield Figure("rolls", subject, "memory of the import", most_memory, "MiB")
    with database.write() as session:
        officer = session.merge(of.officer)
        started = time.monotonic()
        voters = actions.freeze(session, officer, roll_id, box_id)
        session.commit()
        yield Figure("rolls", subject, "freezing", time.monotonic() - started, "s")
        started = time.monotonic()
        keeping.setup.set_electorate(session, officer, box_id, voters)
        session.commit()
        yield Figure("rolls", subject, "handing the voters to the box", time.monotonic() - started, "s")
