"""A roll of a city comes in from a CSV file, is searched for doubles, and is frozen for a ballot box."""

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
from govapp.rolls.queries import doubles
from tests.rolls import files, keeping

PEOPLE, QUICK = 300_000, 10_000
AT_MOST_SECONDS = 60.0
AT_MOST_COUNTING = 0.2
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
    added = _import(database, path, roll_id, officer_id)
    seconds = time.monotonic() - started
    if added != people:
        raise RuntimeError(f"{added} of {people} people came onto the roll")
    yield Figure("rolls", subject, "import", seconds, "s", at_most=AT_MOST_SECONDS)
    most_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    yield Figure("rolls", subject, "memory of the import", most_memory, "MiB")
    yield from _doubles(database, folder, people, roll_id, officer_id, subject)
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


def _doubles(
    database: Database, folder: Path, people: int, roll_id: int, officer_id: int, subject: str
) -> Iterator[Figure]:
    """One in a hundred stands on the roll again, by a case number."""
    path = folder / "again.csv"
    lines = (f"2569-{seed:06},ผู้มีสิทธิ,{seed:06},เขต {seed % 8 + 1}" for seed in range(0, people, 100))
    path.write_text("\n".join(["เลขที่ระบบออกให้,ชื่อ,นามสกุล,เขต", *lines]), encoding="utf-8")
    again = _import(database, path, roll_id, officer_id)
    with database.read() as session:
        started = time.monotonic()
        found = doubles.count(session, roll_id)
        seconds = time.monotonic() - started
        if found != again:
            raise RuntimeError(f"{found} of {again} doubles were found")
        yield Figure("rolls", subject, f"counting {found:,} doubles", seconds, "s", at_most=AT_MOST_COUNTING)
        started = time.monotonic()
        (one, _other), *_more = doubles.of_roll(session, roll_id)
        yield Figure("rolls", subject, "a page of doubles", time.monotonic() - started, "s")
        started = time.monotonic()
        doubles.of_entry(session, one)
        yield Figure("rolls", subject, "doubles of one person", time.monotonic() - started, "s")


def _import(database: Database, path: Path, roll_id: int, officer_id: int) -> int:
    """How many people came onto the roll."""
    with database.write.begin() as session:
        made = importing.begin(session, roll_id, officer_id, path.name, "th").id
    with path.open("rb") as file:
        importing.read(database.write.begin, made, file, keeping.FINDING)
    with database.write.begin() as session:
        importing.check(session, officer_id, made)
    with database.write.begin() as session:
        return importing.apply(session, officer_id, made).added
