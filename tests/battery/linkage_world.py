"""A vote of people with accounts on PostgreSQL, and what of it the attacker must not find out."""

import logging
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import insert, select

from govapp.accounts.actions import sign_in
from govapp.accounts.models import User, WebSession
from govapp.ballotbox.actions import batches, bundles, opening
from govapp.ballotbox.models import BallotBox, Cast, Openings
from govapp.ballotbox.queries import box_keys
from govapp.core import clock
from govapp.ledger import bundle, slots
from govapp.ledger.canonical import decode
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.battery.sites import Place

TWELVE_HOURS = timedelta(hours=12)
CHANGED = 0.15  # of the voters change their ballot at the end
BATCH_AFTER = 10  # ballots a worker looks


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and what they are called in the box."""

    user_id: int
    voter: str


@dataclass
class World:
    """What happened. truth: person -> their slot and the entry of their last ballot, which nobody may know.

    at_once  so many sign in before the first of them votes: 1 is a quiet hour
    marks    the ballot page notes on the sign-in that it was used: a fault, for a control
    """

    site: Site
    people: Sequence[Person]
    at_once: int
    marks: bool
    source: random.Random
    truth: dict[Person, tuple[bytes, bytes]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # lines of the app's log
    ballots: int = 0

    def vote(self) -> None:
        with _listening(self.said):
            for start in range(0, len(self.people), self.at_once):
                self._come(self.people[start : start + self.at_once])
            again = [person for person in self.people if self.source.random() < CHANGED]
            self.source.shuffle(again)
            for start in range(0, len(again), self.at_once):
                self._come(again[start : start + self.at_once])
        self._remember()

    def publish(self) -> tuple[list[bytes], set[bytes], list[int]]:
        """What everybody reads after the ceremony: the log, the entries that count, sizes of checkpoints."""
        self.site.end()
        with self.site.begin() as session:
            made = bundles.packed(session, self.site.keys, self.site.box_id, Openings.PUBLIC)
        files = bundle.unpack(made.content).files
        leaves = [bytes.fromhex(leaf) for leaf in decode(files["leaves.json"])]
        counted = {bytes.fromhex(each["leaf"]) for each in decode(files["openings.json"])}
        sizes = [int(note.split("\n")[1]) for note in decode(files["checkpoints.json"])]
        return leaves, counted, sizes

    def private_key(self) -> bytes:
        """What two key-holders have who join their sheets."""
        with self.site.database.read() as session:
            box = session.get_one(BallotBox, self.site.box_id)
            return opening.joined(box, [sheet.text for sheet in self.site.sheets[:2]], boxes.PASSPHRASE)

    def _come(self, some: Sequence[Person]) -> None:
        """They sign in one after the other, then vote one after the other in another order."""
        for person in some:
            with self.site.begin() as session:
                sign_in.sign_in(
                    session, session.get_one(User, person.user_id), TWELVE_HOURS, "Firefox, Linux"
                )
        for person in self.source.sample(some, len(some)):
            if self.marks:
                self._mark(person)
            self.site.cast(person.voter, self.source.choice(boxes.QUESTION["options"]))
            self.ballots += 1
            if self.ballots % BATCH_AFTER == 0:
                with self.site.begin() as session:
                    box = session.get_one(BallotBox, self.site.box_id)
                    batches.publish_batch(session, self.site.keys, box)

    def _mark(self, person: Person) -> None:
        with self.site.begin() as session:
            latest = select(WebSession.id).where(WebSession.user_id == person.user_id)
            newest = session.scalars(latest.order_by(WebSession.id.desc()).limit(1)).one()
            sign_in.mark_used(session, newest)

    def _remember(self) -> None:
        with self.site.database.read() as session:
            box = session.get_one(BallotBox, self.site.box_id)
            key = box_keys.slot_key(self.site.keys, box)
            cast = session.execute(select(Cast.slot, Cast.leaf_enc))
            stored = {row.slot: row.leaf_enc for row in cast}
            for person in self.people:
                slot = slots.slot(key, box.name, person.voter)
                leaf = slots.unseal_entry(key, box.name, slot, stored[slot] or b"").leaf
                self.truth[person] = slot, leaf


def made(place: Place, voters: int, at_once: int, marks: bool = False, seed: int = 1) -> World:
    """A vote of so many people, which is still open."""
    source = random.Random(seed)
    site = boxes.opened(place.database, place.folder, voters=voters)
    now = clock.now()
    rows = [
        {
            "email": f"voter-{number}@example.org",
            "given_name": "ผู้มีสิทธิ",
            "family_name": "สมมติ",
            "verified_at": now,
        }
        for number in range(voters)
    ]
    with site.begin() as session:
        users = list(session.scalars(insert(User).returning(User.id), rows))
    people = [Person(*each) for each in zip(users, source.sample(site.voters, voters), strict=True)]
    source.shuffle(people)
    world = World(site, people, at_once, marks, source)
    world.vote()
    return world


@contextmanager
def _listening(said: list[str]) -> Iterator[None]:
    """Everything that the app writes into its log meanwhile."""
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
