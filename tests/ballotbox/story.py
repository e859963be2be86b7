"""What must have become of a box: a model of a few lines, and how the real one is compared with it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from govapp.ballotbox.actions import batches, bundles, opening
from govapp.ballotbox.models import BallotBox, Cast, Elector, Openings, Status, Superseded, Voided
from govapp.ballotbox.models.log import LogLeaf
from govapp.ballotbox.queries import box_keys, log
from govapp.ballotbox.queries.log import Place
from govapp.core.errors import Refused
from govapp.ledger import checkpoints, receipts, slots
from govapp.ledger.checkpoints import Checkpoint
from govapp.ledger.leaves import RANDOM, Kind
from govapp.ledger.notes import Signer
from govapp.ledger.tree import Tree
from govapp.verifier.verify import verify
from tests.ballotbox import boxes, traces
from tests.ballotbox.boxes import Site

ACTIVE = 4  # voters who do something
OPTIONS = boxes.QUESTION["options"]

FROZEN = (
    "name, config, config_hash, public_key, k_slot_id, room, tie_secret, tie_commitment, opens_at, closes_at"
)
WAITING = (
    "SELECT count(*) FROM cast_ballots WHERE NOT flushed AND channel = 'online'",
    "SELECT count(*) FROM superseded_ballots WHERE NOT flushed",
    "SELECT count(*) FROM voided_ballots WHERE NOT flushed",
    "SELECT count(*) FROM voided_ballots WHERE NOT is_logged",
)

T = TypeVar("T")


class Crash(Exception):
    """The process died between the deed and its commit."""


@dataclass
class FragileSite(Site):
    """private: the key of the box; crashes: at the end of the next deed, before it is committed."""

    private: bytes = b""
    crashes: bool = False

    @contextmanager
    def begin(self) -> Iterator[Session]:
        with self.database.write() as session:
            yield session
            session.flush()
            if self.crashes:
                session.rollback()
                raise Crash
            session.commit()

    def open(self) -> Any:
        with self.begin() as session:
            officer = self.officer(session)
            return opening.count(session, self.keys, officer, self.box_id, self.private).result

    def publish_batch(self) -> int:
        with self.begin() as session:
            return batches.publish_batch(session, self.keys, session.get_one(BallotBox, self.box_id))

    def file(self, kind: str) -> bytes:
        return next((self.keys.read(n) or b"" for n in self.keys.names() if n.endswith(f".{kind}")), b"")


@dataclass(frozen=True)
class Given:
    """A ballot that was acknowledged."""

    code: str
    ballot: str
    token: bytes


@dataclass
class Voter:
    id: str
    given: list[Given] = field(default_factory=list)
    on_paper: bool = False
    is_voided: bool = False

    @property
    def counts(self) -> bool:
        return bool(self.given) and not self.is_voided


class Story:
    """The model of one box."""

    def __init__(self, site: FragileSite) -> None:
        self.site = site
        self.status = Status.OPEN
        self.has_key = True
        self.is_destroyed = False  # and signed for
        self.voters = [Voter(voter) for voter in site.voters[:ACTIVE]]
        self.notices = 1
        self.heads: dict[str, Checkpoint] = {}  # by their notes, in the order of publication
        with site.database.engine.connect() as connection:
            self.frozen = _frozen(connection)
        self.signer = Signer(self.frozen[0], site.file(box_keys.LOG))

    @property
    def given(self) -> list[Given]:
        return [each for voter in self.voters for each in voter.given]

    @property
    def voided(self) -> list[Given]:
        return [voter.given[-1] for voter in self.voters if voter.is_voided]

    def done(self, deed: Callable[[], T], crash: bool) -> T | None:
        """What the deed gives; None where it crashed."""
        self.site.crashes = crash
        try:
            return deed()
        except Crash:
            return None
        finally:
            self.site.crashes = False

    def refused(self, deed: Callable[[], Any], error: type[Refused], message: str = "") -> None:
        with pytest.raises(error) as raised:
            deed()
        assert not message or raised.value.message == message

    def check(self) -> None:
        """All that must hold after every deed, also one that was refused or cut off."""
        with self.site.database.engine.connect() as connection:
            assert _frozen(connection) == self.frozen
            (status,) = connection.exec_driver_sql("SELECT status FROM ballot_boxes").one()
            assert status == self.status.value
            if self.has_key:
                self._check_slots(connection)
            self._check_log(connection)

    def _check_slots(self, connection: Connection) -> None:
        """Every acknowledged ballot is in its slot, or superseded or voided; no other is."""
        key, name = self.site.file(box_keys.SLOT), self.frozen[0]
        cast = connection.exec_driver_sql("SELECT slot, leaf_enc FROM cast_ballots")
        stored = {row.slot: row.leaf_enc for row in cast}
        past = connection.exec_driver_sql("SELECT id, leaf_enc FROM superseded_ballots").all()
        void = connection.exec_driver_sql("SELECT id, leaf_enc FROM voided_ballots").all()
        for voter in self.voters:
            slot = slots.slot(key, name, voter.id)
            held = stored.pop(slot, None)
            code = receipts.code_of(slots.unseal_entry(key, name, slot, held).leaf) if held else None
            assert code == (voter.given[-1].code if voter.counts else None)
        assert not stored
        codes = [receipts.code_of(slots.unseal_superseded(key, name, *row)) for row in past]
        assert sorted(codes) == sorted(each.code for voter in self.voters for each in voter.given[:-1])
        codes = [receipts.code_of(slots.unseal_superseded(key, name, *row)[RANDOM:]) for row in void]
        assert sorted(codes) == sorted(each.code for each in self.voided)

    def _check_log(self, connection: Connection) -> None:
        """Every leaf is in it once, or waits; what was signed stays signed."""
        entries = connection.exec_driver_sql("SELECT leaf, kind FROM log_leaves ORDER BY idx").all()
        notes = connection.exec_driver_sql("SELECT note FROM checkpoints ORDER BY size").scalars().all()
        waiting = sum(connection.exec_driver_sql(count).scalar_one() for count in WAITING)
        kinds = Counter(kind for _leaf, kind in entries)
        logged = [receipts.code_of(leaf) for leaf, kind in entries if kind == Kind.BALLOT]
        given = [each.code for each in self.given]
        assert len(set(logged)) == len(logged)
        assert set(logged) <= set(given)
        assert kinds[Kind.NOTICE] == self.notices
        assert len(entries) + waiting == len(given) + len(self.voided) + self.notices
        if self.status in (Status.FINAL, Status.OPENED):
            assert waiting == 0
        assert notes[: len(self.heads)] == list(self.heads)
        key = self.signer.key
        self.heads |= {
            note: checkpoints.read(note.encode(), key, key.name) for note in notes[len(self.heads) :]
        }
        tree, heads = Tree(leaf for leaf, _kind in entries), self.heads.values()
        assert [head.root for head in heads] == [tree.root(head.size) for head in heads]
        assert max(head.size for head in heads) == tree.size
        assert self.site.file(box_keys.SEEN) == notes[-1].encode()

    def check_traces(self) -> None:
        """No row joins a voter and a ballot, and none names what is not published."""
        with self.site.database.read() as session:
            logged = session.scalars(select(LogLeaf.leaf).where(LogLeaf.kind != Kind.NOTICE)).all()
            held = session.execute(select(Cast.slot, Cast.leaf_enc)).all()
            name = session.get_one(BallotBox, self.site.box_id).name
        key = self.site.file(box_keys.SLOT)
        leaves = {slots.unseal_entry(key, name, *row).leaf for row in held if key and row.leaf_enc}
        names: dict[str, list[str | bytes]] = {
            "voter": list(self.site.voters),
            "slot": [row.slot for row in held],
            "leaf": list(logged),
            "waiting leaf": list(leaves.difference(logged)),
            "receipt": [each.code for each in self.given],
            "form token": [each.token for each in self.given],
            "key": [each for each in (self.site.private, key) if each],
        }
        assert traces.joins(self.site.database.engine, names) == []

    def check_end(self) -> None:
        """The bundles hold, recounted, and every receipt is answered."""
        site, last = self.site, {voter.given[-1].code for voter in self.voters if voter.counts}
        with site.begin() as session:
            box = session.get_one(BallotBox, site.box_id)
            for given in self.given:
                expected = Place.COUNTED if given.code in last else Place.NOT_COUNTED
                assert log.look_up(session, box, given.code).place is expected
            for audience in Openings:
                kept = bundles.make(session, site.keys, site.box_id, audience)
                verdict = verify(kept.content, self.signer.key, next(iter(self.heads)).encode())
                assert verdict.holds, [str(line) for line in verdict.lines]
            for table in (Cast, Superseded, Voided):
                assert session.scalar(select(func.count()).select_from(table)) == 0
            part = session.scalars(select(Elector.voter_id).where(Elector.took_part.is_(True)))
            took_part = {voter.id for voter in self.voters if voter.counts or voter.on_paper}
            assert set(part) == took_part


def _frozen(connection: Connection) -> tuple[Any, ...]:
    (box,) = connection.exec_driver_sql(f"SELECT {FROZEN} FROM ballot_boxes").all()
    roll = connection.exec_driver_sql("SELECT voter_id, district FROM electorate ORDER BY voter_id").all()
    return (*box, roll)
