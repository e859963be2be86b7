"""The files of a bundle, read into what they say. Every one is in canonical JSON but the .pb files.

configuration.json  frozen at opening: box, log_key, openings, roll, contests, tie_commitment and whatever
                    else the slice above wants to commit to. "" is the district of a box that has none
leaves.json         the log: every leaf as hexadecimal digits, in its order
checkpoints.json    signed notes, in the order in which they were published
notices.json        the bodies of all notices, in the order of the log; the first is
                    {"kind": "configuration", "hash": SHA-256 of configuration.json}, a withdrawal is
                    {"kind": "withdrawal", "item": id, …}
voids.json          [{"nonce", "voided"}], ordered by the leaf that is voided
openings.json       [{"leaf", "nonce", "history", "ballot", "district"}], ordered by leaf
ballots.json        instead of it, where openings are for auditors only: [{"ballot", "district"}], in the
                    order of their canonical form
paper.json          [{"serial", "ballot", "district"}], serials from 1
audit.json          for auditors only: {"counted": {leaf: {"salt", "rev"}}, "voided": {leaf: a vote in full}}
result.json         {"superseded": n, "withheld": {district: ballots}, "tie_secret": digits or null,
                    "districts": {district: what contests.count gives}, "files": {district: its .pb file}}
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from govapp.ledger.bundle import Bundle
from govapp.ledger.canonical import decode, encode, from_hex
from govapp.ledger.faults import Malformed
from govapp.ledger.leaves import Opening
from govapp.ledger.notes import Key
from govapp.verifier import contests
from govapp.verifier.contests import Contest

CONFIGURATION = "configuration.json"
PUBLIC, AUDITORS = "public", "auditors"


@dataclass(frozen=True)
class Ballot:
    """A ballot that is counted."""

    ballot: Any
    district: str | None

    @property
    def contest(self) -> str:
        """The name of its contest: "" in a box without districts."""
        return self.district or ""


@dataclass(frozen=True)
class Configuration:
    box: str
    key: Key
    openings: str
    roll: Mapping[str, int]
    contests: Mapping[str, Contest]
    tie_commitment: bytes | None
    hash: str

    @classmethod
    def read(cls, data: bytes) -> "Configuration":
        """Raises Malformed."""
        given = _decoded(CONFIGURATION, data)
        try:
            commitment = given["tie_commitment"]
            return cls(
                str(given["box"]),
                Key.parse(given["log_key"]),
                {mode: mode for mode in (PUBLIC, AUDITORS)}[given["openings"]],
                {str(district): int(number) for district, number in given["roll"].items()},
                {str(district): contests.read(each) for district, each in given["contests"].items()},
                None if commitment is None else from_hex(commitment),
                hashlib.sha256(data).hexdigest(),
            )
        except (KeyError, TypeError, AttributeError):
            raise _unreadable(CONFIGURATION) from None


@dataclass(frozen=True)
class Contents:
    """A bundle. Each property reads its file when it is first asked for, and raises Malformed then."""

    bundle: Bundle
    configuration: Configuration

    @classmethod
    def of(cls, bundle: Bundle) -> "Contents":
        return cls(bundle, Configuration.read(_file(bundle, CONFIGURATION)))

    @cached_property
    def leaves(self) -> tuple[bytes, ...]:
        return tuple(from_hex(leaf) for leaf in self._list("leaves.json"))

    @cached_property
    def known(self) -> frozenset[bytes]:
        return frozenset(self.leaves)

    @cached_property
    def checkpoints(self) -> tuple[bytes, ...]:
        return tuple(str(note).encode() for note in self._list("checkpoints.json"))

    @cached_property
    def notices(self) -> tuple[Any, ...]:
        return tuple(self._list("notices.json"))

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """What notices took out of the vote after it was opened."""
        return frozenset(
            str(body.get("item"))
            for body in self.notices
            if isinstance(body, dict) and body.get("kind") == "withdrawal"
        )

    @cached_property
    def voids(self) -> tuple[tuple[bytes, bytes], ...]:
        """(nonce, the leaf it voids)"""
        rows = self._rows("voids.json", "nonce", "voided")
        return tuple((from_hex(nonce), from_hex(voided)) for nonce, voided in rows)

    @property
    def has_openings(self) -> bool:
        return "openings.json" in self.bundle.files

    @cached_property
    def openings(self) -> tuple[tuple[bytes, Opening], ...]:
        """(leaf, what opens it)"""
        found = []
        for row in self._list("openings.json"):
            if not isinstance(row, dict) or "leaf" not in row:
                raise _unreadable("openings.json")
            opening = Opening.from_json({name: value for name, value in row.items() if name != "leaf"})
            found.append((from_hex(row["leaf"]), opening))
        return tuple(found)

    @cached_property
    def online(self) -> tuple[Ballot, ...]:
        """The counted ballots that were cast online, as far as the bundle holds them."""
        if self.has_openings:
            return tuple(Ballot(opening.ballot, opening.district) for _leaf, opening in self.openings)
        rows = self._rows("ballots.json", "ballot", "district")
        return tuple(_ballot(ballot, district) for ballot, district in rows)

    @cached_property
    def paper(self) -> tuple[tuple[int, Ballot], ...]:
        """(serial, ballot)"""
        rows = self._rows("paper.json", "serial", "ballot", "district")
        return tuple((_number(serial), _ballot(ballot, district)) for serial, ballot, district in rows)

    @cached_property
    def ballots(self) -> tuple[Ballot, ...]:
        """Every ballot that is counted and that the bundle holds."""
        return (*self.online, *(ballot for _serial, ballot in self.paper))

    @cached_property
    def audit(self) -> Mapping[str, Any] | None:
        """What only auditors get, or None."""
        if "audit.json" not in self.bundle.files:
            return None
        given = _decoded("audit.json", self.bundle.files["audit.json"])
        parts = given.values() if isinstance(given, dict) else ()
        if not isinstance(given, dict) or given.keys() != {"counted", "voided"}:
            raise _unreadable("audit.json")
        if not all(isinstance(part, dict) for part in parts):
            raise _unreadable("audit.json")
        return given

    @cached_property
    def result(self) -> Mapping[str, Any]:
        given = _decoded("result.json", _file(self.bundle, "result.json"))
        wanted = {"superseded", "withheld", "tie_secret", "districts", "files"}
        if not isinstance(given, dict) or given.keys() != wanted:
            raise _unreadable("result.json")
        if not all(isinstance(given[name], dict) for name in ("withheld", "districts", "files")):
            raise _unreadable("result.json")
        return given

    @cached_property
    def superseded(self) -> int:
        return _number(self.result["superseded"])

    @cached_property
    def withheld(self) -> Mapping[str, int]:
        """district -> counted ballots that only auditors may see, since there are so few of them"""
        return {district: _number(ballots) for district, ballots in self.result["withheld"].items()}

    def _list(self, name: str) -> list[Any]:
        given = _decoded(name, _file(self.bundle, name))
        if not isinstance(given, list):
            raise _unreadable(name)
        return given

    def _rows(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        rows = self._list(name)
        if not all(isinstance(row, dict) and row.keys() == set(columns) for row in rows):
            raise _unreadable(name)
        return [tuple(row[column] for column in columns) for row in rows]


def canonical_order(ballots: tuple[Ballot, ...]) -> list[bytes]:
    return [encode({"ballot": each.ballot, "district": each.district}) for each in ballots]


def _ballot(ballot: Any, district: Any) -> Ballot:
    if district is not None and not isinstance(district, str):
        raise Malformed("a district must be text or nothing")
    return Ballot(ballot, district)


def _file(bundle: Bundle, name: str) -> bytes:
    if name not in bundle.files:
        raise Malformed("the bundle has no file {name}", name=name)
    return bundle.files[name]


def _decoded(name: str, data: bytes) -> Any:
    try:
        return decode(data)
    except Malformed as error:
        raise Malformed("{name}: {why}", name=name, why=str(error)) from None


def _number(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise Malformed("a number in the bundle is not 0 or more")
    return given


def _unreadable(name: str) -> Malformed:
    return Malformed("{name} does not have the form it must have", name=name)
