"""T14: backups of a box, its log and K_slot: what may go on from them, and what must not."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from benchmarks.figures import Figure
from govapp.ballotbox.actions import batches, bundles, notices
from govapp.ballotbox.models import BallotBox, Openings
from govapp.ballotbox.queries import box_keys, casting, log
from govapp.core.errors import Unavailable
from govapp.ledger import slots
from govapp.ledger.tree import Tree
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.battery import backups
from tests.battery.frame import Run
from tests.battery.machine import ROOT
from tests.battery.sites import DATABASES, Place, database

NAME = "old-backup"
VOTERS, FULL_VOTERS = 240, 3_000
SLOT_KEY = box_keys.slot_key


@dataclass(frozen=True)
class Head:
    """What somebody outside has seen of a log."""

    size: int
    root: bytes


def measure(short: bool) -> Iterator[Figure]:
    voters = VOTERS if short else FULL_VOTERS
    for kind in DATABASES:
        with database(kind) as place:
            old, good = (boxes.opened(place.database, place.folder, voters) for _ in range(2))
            yield from _escrow(old, kind)
            yield from _old(place, old, kind)
            yield from _good(place, good, kind)


def broken(short: bool) -> Iterator[Figure]:
    with database("sqlite") as place:
        site, other = (boxes.opened(place.database, place.folder, VOTERS) for _ in range(2))
        yield from _old(place, site, "sqlite, by a server that does not keep what it signed", forgets=True)
        with _new_key_when_lost():
            yield _figure(
                "sqlite, with a new K_slot when it is lost", "new keys made", _made_without(other)[1]
            )


def _old(place: Place, site: Site, subject: str, forgets: bool = False) -> Iterator[Figure]:
    """A backup from before the last batch comes back, and the site would go on from it."""
    quarter = len(site.voters) // 4
    _publish(site, site.voters[:quarter])
    file = backups.taken(place, "old")
    _publish(site, site.voters[quarter : 2 * quarter])
    seen = _head(site)
    old = backups.restored(site, place, file)
    if forgets:
        (site.keys.path / f"{_box(site).key_name}.seen").unlink()
    before = _head(old)
    _cast(old, old.voters[2 * quarter : 3 * quarter])
    refused = sum(_is_refused(old, deed) for deed in (_batch, _notice))
    refused += _is_refused(old, lambda session, site: _batch(session, site, whole=True))
    forks = _head(old) != before and not _extends(old, seen)
    yield _figure(f"old backup, {subject}", "checkpoints signed that fork the log", forks)
    yield _figure(f"old backup, {subject}", "of 3 deeds that sign, not refused", 3 - refused)
    old.database.engine.dispose()


def _good(place: Place, site: Site, kind: str) -> Iterator[Figure]:
    """A backup from after the last batch comes back: the vote goes on to its end on it."""
    quarter = len(site.voters) // 4
    _publish(site, site.voters[:quarter])
    seen = _head(site)
    good = backups.restored(site, place, backups.taken(place, "good"))
    _publish(good, site.voters[quarter : 2 * quarter])
    result = good.end()
    with good.begin() as session:
        file = place.folder / "bundle.zip"
        file.write_bytes(bundles.make(session, good.keys, good.box_id, Openings.PUBLIC).content)
    command = [sys.executable, "-m", "govapp", "verify", str(file), "--language", "en"]
    verified = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode
    yield _figure(f"backup, {kind}", "roots other than what was seen", not _extends(good, seen))
    yield _figure(f"backup, {kind}", "exit status of govapp verify", verified)
    yield _figure(f"backup, {kind}", "ballots miscounted", abs(result["districts"][""]["yes"] - 2 * quarter))
    good.database.engine.dispose()


def _escrow(site: Site, kind: str) -> Iterator[Figure]:
    """K_slot is lost, then another lies there, then the copy from the envelope."""
    some = site.voters[-40:-1]
    codes = {voter: site.cast(voter).code for voter in some}
    name = box_keys.file(_box(site), box_keys.SLOT)
    copy, before = site.keys.read(name) or b"", _slots(site)
    taken, made = _made_without(site)
    site.keys.put(name, slots.new_key())
    taken += sum(not _is_refused(site, _one) for _ in some)
    site.keys.put(name, copy)
    again = _slots(site)
    yield _figure(f"K_slot, {kind}", "ballots taken without the right key", taken)
    yield _figure(f"K_slot, {kind}", "new keys made", made)
    differ = sum(before[voter] != again[voter] for voter in site.voters)
    yield _figure(f"K_slot, {kind}", "slots that differ with the copy from the envelope", differ)
    with site.database.read() as session:
        told = {voter: casting.stored(session, site.keys, site.box_id, voter) for voter in some}
    lost = sum(each is None or each.code != codes[voter] for voter, each in told.items())
    yield _figure(f"K_slot, {kind}", "ballots not found again", lost)


def _made_without(site: Site) -> tuple[int, int]:
    """Without K_slot: ballots that are taken, and keys that are there afterwards."""
    name = box_keys.file(_box(site), box_keys.SLOT)
    site.keys.destroy(name)
    taken = not _is_refused(site, _one)
    return int(taken), int(site.keys.read(name) is not None)


def _one(session: Session, site: Site) -> None:
    boxes.casting.cast(session, site.keys, boxes.Ticket.new(site.box_id, site.voters[-1], 0), "yes")


def _is_refused(site: Site, deed: Callable[[Session, Site], object]) -> bool:
    """Whether the app says that it cannot do this on this server now (503)."""
    try:
        with site.begin() as session:
            deed(session, site)
    except Unavailable:
        return True
    return False


def _batch(session: Session, site: Site, whole: bool = False) -> None:
    batches.publish_batch(session, site.keys, session.get_one(BallotBox, site.box_id), whole)


def _notice(session: Session, site: Site) -> None:
    asked = notices.ask(session, site.officer(session), site.box_id, "ประกาศสมมติ")
    notices.publish(session, site.keys, site.second(session), asked.id)


def _cast(site: Site, voters: Sequence[str]) -> None:
    with site.begin() as session:
        for voter in voters:
            boxes.casting.cast(session, site.keys, boxes.Ticket.new(site.box_id, voter, 0), "yes")


def _publish(site: Site, voters: Sequence[str]) -> None:
    _cast(site, voters)
    with site.begin() as session:
        _batch(session, site)


def _box(site: Site) -> BallotBox:
    with site.database.read() as session:
        return session.get_one(BallotBox, site.box_id)


def _head(site: Site) -> Head:
    with site.database.read() as session:
        newest = log.checkpoints(session, site.box_id, most=1)[0]
        return Head(newest.size, newest.root)


def _extends(site: Site, seen: Head) -> bool:
    """Whether the log that stands in the database goes on from what was seen before."""
    with site.database.read() as session:
        tree = Tree(log.leaves(session, site.box_id))
    return seen.size <= tree.size and tree.root(seen.size) == seen.root


def _slots(site: Site) -> dict[str, bytes]:
    box = _box(site)
    key = box_keys.slot_key(site.keys, box)
    return {voter: slots.slot(key, box.name, voter) for voter in site.voters}


@contextmanager
def _new_key_when_lost() -> Iterator[None]:
    """The fault: a box is not to stand still only because a file is missing."""

    def slot_key(keys: boxes.KeyFolder, box: box_keys.Named) -> bytes:
        name = box_keys.file(box, box_keys.SLOT)
        found = keys.read(name)
        if found is None:
            found = slots.new_key()
            keys.put(name, found)
        return found

    box_keys.slot_key = slot_key
    try:
        yield
    finally:
        box_keys.slot_key = SLOT_KEY


def _figure(subject: str, name: str, reached: float) -> Figure:
    return Figure(NAME, subject, name, int(reached), "", at_most=0)


RUN = Run(
    name=NAME,
    claim=(
        "T14: on an old backup nothing is signed that would fork the log; on a fresh one the vote goes on, "
        "and its bundle is verified; K_slot from its envelope gives the same slots, and without it no ballot "
        "is taken and no key made."
    ),
    how=(
        "A box is backed up (pg_dump; VACUUM INTO) while it is open, once before and once after its last "
        "batch, and restored into a new database, with the keys that lie on the server by then. On the old "
        "one a batch, a notice and a whole batch, as at closing, are tried; on the fresh one the vote goes "
        "on to its end, and `govapp verify` reads the bundle in a process of its own."
    ),
    measure=measure,
    control="a server that forgets what it signed, and one that makes a new K_slot where it is lost",
    broken=broken,
)
