"""Boxes for tests: a question to people who are ids only, with its keys, at any point of its life."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.accounts.models.posts import Post, Role
from govapp.accounts.queries import people
from govapp.accounts.rules.posts import posts_of
from govapp.ballotbox.actions import casting, closing, opening, setup, starting
from govapp.ballotbox.actions.casting import Receipt
from govapp.ballotbox.actions.setup import Plan
from govapp.ballotbox.models import BallotBox
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core import clock
from govapp.core.key_folder import KeyFolder
from govapp.ledger.shares import Sheet
from tests import make

HOST = "vote.example.org"
QUESTION = {"kind": "question", "options": ["abstain", "no", "yes"], "abstention": "abstain"}
PASSPHRASE = "only for tests"
LATER = timedelta(hours=2)  # after the end of a test's vote
MOVED_CLOCK = (  # found before the server's own, in this transaction alone
    "CREATE SCHEMA IF NOT EXISTS moved",
    "CREATE OR REPLACE FUNCTION moved.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
    " $$ SELECT pg_catalog.clock_timestamp() + current_setting('moved.by')::interval $$",
    "SELECT set_config('moved.by', CAST(CAST(:by AS interval) AS text), true)",
    "SET LOCAL search_path = moved, public, pg_catalog",
)


@dataclass
class Site:
    """A box with everything that is needed to use it. Every deed is a transaction of its own."""

    database: Any  # Database, or what opens a test's session as if it were one
    keys: KeyFolder
    box_id: int
    voters: list[str]
    officer_id: int
    second_id: int  # keeps the first sheet, and is the chair of a room box
    sheets: tuple[Sheet, ...] = ()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        with self.database.write.begin() as session:
            yield session

    def officer(self, session: Session) -> User:
        return session.get_one(User, self.officer_id)

    def second(self, session: Session) -> User:
        return session.get_one(User, self.second_id)

    def rev(self, voter: str) -> int:
        """How many ballots the voter has cast, as a form would be told."""
        with self.database.read() as session:
            stored = casting.casting.stored(session, self.keys, self.box_id, voter)
        assert stored is not None
        return stored.rev

    def form(self, voter: str) -> Ticket:
        return Ticket.new(self.box_id, voter, self.rev(voter))

    def cast(self, voter: str, ballot: Any = "yes", form: Ticket | None = None) -> Receipt:
        """As the site does it: at once, in a transaction of its own."""
        form = form or self.form(voter)
        with self.database.look() as looking:
            box, district = casting.casting.facts(looking, self.box_id), self.district(looking, voter)
            return casting.cast_at_once(self.database, looking, self.keys, form, ballot, box, district)

    def district(self, session: Session, voter: str) -> str:
        """Of a voter; "" also for who is none."""
        return casting.casting.now(session, self.box_id, voter).district or ""

    def close(self) -> None:
        with later(self) as session:
            closing.close(session, self.keys, None, self.box_id)

    def finish(self) -> None:
        with later(self) as session:
            closing.finish(session, self.keys, self.officer(session), self.box_id)

    def destroy(self) -> None:
        with self.begin() as session:
            closing.destroy_slot_key(session, self.keys, self.officer(session), self.box_id)
            closing.cosign_destruction(session, self.second(session), self.box_id)

    def open(self) -> Any:
        """The ceremony, with the first two sheets; the result."""
        with self.begin() as session:
            private = opening.joined(
                session.get_one(BallotBox, self.box_id), [s.text for s in self.sheets[:2]], PASSPHRASE
            )
            officer = self.officer(session)
            return opening.count(session, self.keys, officer, self.box_id, private).result

    def end(self) -> Any:
        """From closing to the result."""
        self.close()
        self.finish()
        self.destroy()
        return self.open()


@contextmanager
def later(site: Site, by: timedelta = LATER) -> Iterator[Session]:
    """A transaction after the end of the vote: the app's clock is moved, and that of the database."""
    with clock.stopped(clock.now() + by), site.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            for statement in MOVED_CLOCK:
                session.execute(text(statement), {"by": by} if ":by" in statement else {})
        yield session


def post_of(session: Session, role: Role = Role.OFFICER) -> tuple[User, Post]:
    """An officer of a town, and the post; the same for every box of a database."""
    known = people.by_email(session, "box-officer@example.org")
    if known is not None:
        return known, posts_of(known)[0]
    place = make.area(session)
    officer = make.staff(session, role, place, "box-officer@example.org")
    return officer, posts_of(officer)[0]


def holders_of_keys(session: Session) -> list[User]:
    """Three people; the same for every box of a database."""
    emails = [f"holder-{number}@example.org" for number in (1, 2, 3)]
    return [people.by_email(session, email) or make.person(session, email) for email in emails]


def prepared(database: Any, folder: Path, voters: int | Mapping[str, str] = 30, **plan: Any) -> Site:
    """A box before its keys are made. voters: how many, or id -> district."""
    roll = voters if isinstance(voters, Mapping) else {setup.new_voter(): "" for _ in range(voters)}
    with database.write() as session:
        officer, post = post_of(session)
        holders = holders_of_keys(session)
        now = clock.now()
        values = {
            "kind": "question",
            "title": "คำถามสมมติ",
            "contests": {"": QUESTION},
            "opens_at": now - timedelta(seconds=1),
            "closes_at": now + timedelta(hours=1),
            "chair_id": holders[0].id,
        }
        box = setup.prepare(session, officer, post, Plan(**(values | plan)), HOST)
        setup.set_electorate(session, officer, box.id, list(roll.items()))
        setup.name_key_holders(session, officer, box.id, [holder.id for holder in holders])
        session.commit()
        return Site(database, KeyFolder(folder / "keys"), box.id, list(roll), officer.id, holders[0].id)


def opened(
    database: Any,
    folder: Path,
    voters: int | Mapping[str, str] = 30,
    seconds: float | None = None,
    **plan: Any,
) -> Site:
    """A box that takes ballots now, and for so many seconds."""
    site = prepared(database, folder, voters, **plan)
    open_for_votes(site, seconds)
    return site


def open_for_votes(site: Site, seconds: float | None = None) -> None:
    """Its keys are made, received and tried, and the box is opened; for so many seconds where told."""
    with site.begin() as session:
        officer = site.officer(session)
        box = session.get_one(BallotBox, site.box_id)
        if box.is_room:
            setup.make_room_key(session, site.keys, officer, box.id)
        else:
            site.sheets = setup.make_sheets(session, site.keys, officer, box.id, PASSPHRASE)
            for holder in box.key_holders:
                setup.receive_sheet(session, holder.user, box.id)
            private = opening.joined(box, [sheet.text for sheet in site.sheets[1:]], PASSPHRASE)
            setup.try_sheets(session, site.second(session), box.id, private)
        if seconds is not None:
            box.closes_at = clock.now() + timedelta(seconds=seconds)
        starting.open_box(session, site.keys, officer, box.id)
