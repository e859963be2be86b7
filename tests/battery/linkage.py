"""Somebody takes a copy of the database while a vote is open: can they say later who voted what?"""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any
from unittest.mock import patch

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from benchmarks.figures import Figure, note
from govapp.ballotbox.models import BallotBox, Cast
from govapp.ballotbox.queries import casting
from govapp.ledger import sealing, slots
from tests.ballotbox import traces
from tests.battery.frame import Run
from tests.battery.linkage_copy import Copy, taken, watched
from tests.battery.linkage_guesses import FIVE_SIGMAS, THREE_SIGMAS, Best, limit, to_entries, to_slots
from tests.battery.linkage_world import World, made
from tests.battery.sites import database

NAME = "linkage"
QUIET, BUSY = 1, 30  # so many sign in before the first of them votes
ENTRY_FORM = 32 + 8  # bytes of leaf and number, before the form token


def measure(short: bool) -> Iterator[Figure]:
    for at_once, hour in ((QUIET, "a quiet hour"), (BUSY, f"{BUSY} at once")):
        yield from _attacked(f"{_voters(short)} voters, {hour}", short, at_once, by_pages=True)


def broken(short: bool) -> Iterator[Figure]:
    """Of each faulty box the one figure that must tell it."""
    faults: tuple[tuple[str, int, bool, AbstractContextManager[Any], str], ...] = (
        ("leaf in clear", QUIET, False, _leaf_in_clear(), ENTRIES),
        ("FOR SHARE on the roll", BUSY, False, _share_on_the_roll(), FROM_VOTE),
        ("ballot page marks the sign-in", BUSY, True, nullcontext(), FROM_ALL),
    )
    for fault, at_once, marks, broken_box, name in faults:
        with broken_box, closing(_attacked(fault, short, at_once, marks=marks)) as figures:
            found = next(figure for figure in figures if figure.name == name)
        yield found


FROM_VOTE = "(a) voters joined to sealed ballots, from the tables of the vote"
FROM_ALL = "(c) voters joined to sealed ballots, with sign-ins and audit"
ENTRIES = "(a) (c) sealed ballots joined to entries of the log"


def _voters(short: bool) -> int:
    return 60 if short else 300


def _attacked(
    subject: str, short: bool, at_once: int, by_pages: bool = False, marks: bool = False
) -> Generator[Figure, None, None]:
    def figure(name: str, reached: float, unit: str = "", at_most: float | None = None) -> Figure:
        return Figure(NAME, subject, name, reached, unit, at_most=at_most)

    false_alarm = FIVE_SIGMAS if short else THREE_SIGMAS  # the short form runs many times a day
    with database("postgresql") as place:
        with place.database.engine.begin() as connection:  # what was there before stays, for the attacker
            connection.execute(text("ALTER TABLE cast_ballots SET (autovacuum_enabled = off)"))
        world = made(place, _voters(short), at_once, by_pages, marks)
        copy = taken(place.database.engine)
        people = len(world.people)
        yield figure("rows that name what they must not", len(_joins(world)), at_most=0)
        yield figure("lines of the app's log that name a voter", _said(world), at_most=0)
        row_of = {person: slot for person, (slot, _leaf) in world.truth.items()}
        best = to_slots(copy, world.people, row_of, only_vote=True)
        yield figure(FROM_VOTE, _told(best), at_most=limit([1 / people] * people, best.rules, false_alarm))
        best = to_slots(copy, world.people, row_of, only_vote=False)
        at_most = limit([1 / at_once] * people, best.rules, false_alarm) if at_once > 1 else None
        yield figure(FROM_ALL, _told(best), at_most=at_most)
        yield figure("(b) voters whose ballot is read with the key too", _read(world, best), "%")
        best = to_slots(watched(copy, world.watched), world.people, row_of, only_vote=False)
        yield figure("(b) the same, from a copy every ten ballots", _read(world, best), "%")
        late = _after_vacuum(world)
        best = to_slots(late, world.people, row_of, only_vote=False)
        yield figure("(b) the same, from a copy after VACUUM", _read(world, best), "%")
        log, counted, sizes = world.publish()
        best, chances = to_entries(copy, log, counted, sizes, dict(world.truth.values()))
        yield figure(ENTRIES, _told(best), at_most=limit(chances, best.rules, false_alarm))
        yield figure("expected by chance", sum(chances))


def _told(best: Best) -> int:
    note(f"best of {best.rules} rules: {best.rule}")
    return best.joined


def _read(world: World, best: Best) -> float:
    """Percent of the voters whose ballot opens with the key of the box, and is theirs."""
    private = world.private_key()
    with world.site.database.read() as session:
        box = session.get_one(BallotBox, world.site.box_id)
        sealed = {row.slot: row.sealed for row in session.execute(select(Cast.slot, Cast.sealed))}
    room = box.room or 0
    read = {one: sealing.unseal(sealed[slot], private, box.name, room) for one, slot in best.guess.items()}
    right = sum(world.truth[one][1] == vote.leaf(box.name) for one, vote in read.items())
    return right * 100 / len(world.people)


def _after_vacuum(world: World) -> Copy:
    engine = world.site.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM cast_ballots"))
    return taken(world.site.database.engine)


def _joins(world: World) -> list[str]:
    names: dict[str, list[str | bytes]] = {
        "voter": [person.voter for person in world.people],
        "slot": [slot for slot, _leaf in world.truth.values()],
        "leaf": [leaf for _slot, leaf in world.truth.values()],
        "key": [world.private_key()],
    }
    return traces.joins(world.site.database.engine, names)


def _said(world: World) -> int:
    return sum(person.voter in line for line in world.said for person in world.people)


def _leaf_in_clear() -> AbstractContextManager[Any]:
    def seal(_key: bytes, _box: str, _slot: bytes, entry: slots.Entry) -> bytes:
        return entry.leaf + entry.rev.to_bytes(8, "big") + entry.token

    def unseal(_key: bytes, _box: str, _slot: bytes, sealed: bytes) -> slots.Entry:
        return slots.Entry(sealed[:32], int.from_bytes(sealed[32:ENTRY_FORM], "big"), sealed[ENTRY_FORM:])

    return patch.multiple(slots, seal_entry=seal, unseal_entry=unseal)


def _share_on_the_roll() -> AbstractContextManager[Any]:
    now: Callable[..., Any] = casting.now
    share = text("SELECT 1 FROM electorate WHERE box_id = :box AND voter_id = :voter FOR SHARE")

    def locking(session: Session, box_id: int, voter: str = "") -> Any:
        session.execute(share, {"box": box_id, "voter": voter})
        return now(session, box_id, voter)

    return patch.object(casting, "now", locking)


RUN = Run(
    name=NAME,
    claim=(
        "A superuser who copies the database while a vote is open, with sign-ins, letters, jobs and audit, "
        "and later reads all that is published, joins no more voters to their ballots than by chance; the "
        "tables of the vote alone join no voter to a sealed ballot. Who also has the key of the box reads "
        "the ballots of people who voted at a quiet hour: how many is told."
    ),
    how=(
        "300 people with accounts sign in and vote on the pages, on PostgreSQL, alone or thirty at once; "
        "some change their ballot, and batches are published. The copy holds every version of a row that is "
        "still in the pages (pageinspect). Rules join by transaction, the ones near it and who locked a row, "
        "by place in the table and the index, by names, times and batches; the best of them counts. Chance "
        "is that of a guess among the people or in the batch, with three sigmas for the best of so many "
        "rules."
    ),
    measure=measure,
    control=(
        "the leaf lies in clear beside its slot; casting locks the voter's row of the roll (FOR SHARE); the "
        "ballot page notes that the sign-in was used"
    ),
    broken=broken,
)
