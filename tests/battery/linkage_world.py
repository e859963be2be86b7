"""A vote of people with accounts on PostgreSQL, and what of it the attacker must not find out."""

import logging
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from govapp.accounts.actions import sign_in
from govapp.accounts.models import User, WebSession
from govapp.app import create_app
from govapp.ballotbox.actions import batches, bundles, opening
from govapp.ballotbox.models import BallotBox, Cast, Openings
from govapp.ballotbox.queries import box_keys
from govapp.ledger import bundle, slots
from govapp.ledger.canonical import decode
from govapp.questions.models import QuestionVoter
from tests import make
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.battery.linkage_copy import seen
from tests.battery.sites import Place
from tests.conftest import config
from tests.questions import asked

TWELVE_HOURS = timedelta(hours=12)
CHANGED = 0.15  # of the voters change their ballot at the end
HIDDEN = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]+)"')
BATCH_AFTER = 10  # ballots a worker looks


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and what they are called in the box."""

    user_id: int
    voter: str
    email: str


class Door(Protocol):
    """How people come to the box."""

    def sign_in(self, person: Person) -> None: ...

    def vote(self, person: Person, answer: str) -> None: ...


@dataclass(frozen=True)
class Deeds:
    """By the actions that the pages call, and nothing else."""

    site: Site

    def sign_in(self, person: Person) -> None:
        with self.site.begin() as session:
            user = session.get_one(User, person.user_id)
            sign_in.sign_in(session, user, TWELVE_HOURS, "Firefox, Linux")

    def vote(self, person: Person, answer: str) -> None:
        self.site.cast(person.voter, answer)


@dataclass(frozen=True)
class Pages:
    """With a browser each, as people do: sign in, open the ballot, send it, look at it again."""

    app: Flask
    path: str
    browsers: dict[Person, FlaskClient] = field(default_factory=dict)

    def sign_in(self, person: Person) -> None:
        browser = self.browsers[person] = self.app.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"10.{person.user_id // 250}.{person.user_id % 250}.1"
        answer = make.post(browser, "/sign-in", email=person.email, password=make.PASSWORD)
        assert answer.status_code == 303, answer.get_data(as_text=True)

    def vote(self, person: Person, answer: str) -> None:
        browser = self.browsers[person]
        body = browser.get(self.path).get_data(as_text=True)
        sent = {name: value for name, value in HIDDEN.findall(body) if name in ("csrf_token", "ticket")}
        assert browser.post(self.path, data={**sent, "answer": answer}).status_code == 200
        assert browser.get(self.path).status_code == 200


@dataclass
class World:
    """What happened. truth: person -> their slot and the entry of their last ballot, which nobody may know.

    at_once  so many sign in before the first of them votes: 1 is a quiet hour
    marks    the ballot page notes on the sign-in that it was used: a fault, for a control
    """

    site: Site
    people: Sequence[Person]
    door: Door
    at_once: int
    marks: bool
    source: random.Random
    truth: dict[Person, tuple[bytes, bytes]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # lines of the app's log
    ballots: int = 0
    watched: Mapping[bytes, int] = field(default_factory=dict)  # by who copies the table again and again

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
            self.door.sign_in(person)
        for person in self.source.sample(some, len(some)):
            if self.marks:
                self._mark(person)
            self.door.vote(person, self.source.choice(boxes.QUESTION["options"]))
            self.ballots += 1
            if self.ballots % BATCH_AFTER == 0:
                self.watched = seen(self.site.database.engine, self.watched)
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


def made(place: Place, voters: int, at_once: int, by_pages: bool, marks: bool = False) -> World:
    """A vote of so many people, which is still open; through the pages of the site, or by deeds alone."""
    source = random.Random(1)
    with make.cheap_passwords():
        app = _site(place)
        question = asked.question(place.database, app.extensions["keys"], voters)
        with question.site.begin() as session:
            known = session.execute(
                select(QuestionVoter.user_id, QuestionVoter.voter_id, User.email).join(User)
            )
            people = [Person(*row) for row in known]
        source.shuffle(people)
        door = Pages(app, question.path) if by_pages else Deeds(question.site)
        world = World(question.site, people, door, at_once, marks, source)
        world.vote()
    return world


def _site(place: Place) -> Flask:
    app = create_app(config(instance=str(place.folder)))
    app.extensions["database"].engine.dispose()
    app.extensions["database"] = place.database
    return app


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
