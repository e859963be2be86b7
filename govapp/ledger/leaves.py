"""The leaves of a box's log: what is hashed for a ballot, a void and a notice, and what opens them.

A leaf tells nothing until it is opened: 32 random bytes are in it. An opening never names an earlier leaf
of the same voter, or a vote-buyer who holds the first receipt would learn from it how they voted in the
end: `history` commits to how often a voter changed their mind, for auditors, who get salt and rev.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from govapp.ledger.canonical import DIGEST, LARGEST, digest, encode, from_hex
from govapp.ledger.faults import Forged, Malformed

RANDOM = DIGEST  # bytes of a nonce, a salt, a tie secret


class Kind(StrEnum):
    BALLOT = "ballot"
    VOID = "void"
    NOTICE = "notice"


@dataclass(frozen=True)
class Opening:
    """What opens the leaf of a ballot; `district` is the opaque name of a district, or None."""

    nonce: bytes
    history: bytes
    ballot: Any  # what the slice above made of it, as plain values
    district: str | None

    def leaf(self, box: str) -> bytes:
        content = encode({"ballot": self.ballot, "district": self.district})
        return digest("govapp/leaf/1", box, self.nonce, self.history, content)

    def check(self, box: str, leaf: bytes) -> None:
        """Raises Forged unless this opens the leaf."""
        if self.leaf(box) != leaf:
            raise Forged("a ballot does not open its leaf {leaf}", leaf=leaf.hex())

    def check_history(self, salt: bytes, rev: int) -> None:
        """Raises Forged unless it was the `rev`-th ballot of its voter."""
        if history(salt, rev) != self.history:
            raise Forged("the number of changes told for a ballot is not the one in its leaf")

    def as_json(self) -> dict[str, Any]:
        return {
            "nonce": self.nonce.hex(),
            "history": self.history.hex(),
            "ballot": self.ballot,
            "district": self.district,
        }

    @classmethod
    def from_json(cls, given: Any) -> "Opening":
        """Raises Malformed."""
        _require_keys(given, {"nonce", "history", "ballot", "district"})
        nonce, past = from_hex(given["nonce"]), from_hex(given["history"])
        return cls(nonce, past, given["ballot"], _district(given["district"]))


@dataclass(frozen=True)
class Vote:
    """A ballot with all that is sealed with it. `rev` is 1 for a first vote, one more for each change."""

    ballot: Any
    district: str | None
    nonce: bytes
    salt: bytes
    rev: int

    @classmethod
    def new(cls, ballot: Any, district: str | None, rev: int) -> "Vote":
        """With fresh random bytes."""
        return cls(ballot, district, secrets.token_bytes(RANDOM), secrets.token_bytes(RANDOM), rev)

    @property
    def opening(self) -> Opening:
        return Opening(self.nonce, history(self.salt, self.rev), self.ballot, self.district)

    def leaf(self, box: str) -> bytes:
        return self.opening.leaf(box)

    def as_json(self) -> dict[str, Any]:
        return {
            "ballot": self.ballot,
            "district": self.district,
            "nonce": self.nonce.hex(),
            "salt": self.salt.hex(),
            "rev": self.rev,
        }

    @classmethod
    def from_json(cls, given: Any) -> "Vote":
        """Raises Malformed."""
        _require_keys(given, {"ballot", "district", "nonce", "salt", "rev"})
        nonce, salt, rev = from_hex(given["nonce"]), from_hex(given["salt"]), given["rev"]
        if not isinstance(rev, int) or isinstance(rev, bool) or not 1 <= rev <= LARGEST:
            raise Malformed("the number of a ballot among those of its voter must be 1 or more")
        return cls(given["ballot"], _district(given["district"]), nonce, salt, rev)


def history(salt: bytes, rev: int) -> bytes:
    """Commits to how many ballots a voter has cast in this box."""
    return digest("govapp/history/1", salt, rev)


def void_leaf(box: str, nonce: bytes, voided: bytes) -> bytes:
    """The leaf that voids another: of the voter who votes on paper, or of an upheld objection."""
    return digest("govapp/void/1", box, nonce, voided)


def notice_leaf(box: str, body: Any) -> bytes:
    """The leaf of what all must know: the frozen configuration, an emergency withdrawal."""
    return digest("govapp/notice/1", box, encode(body))


def tie_commitment(secret: bytes) -> bytes:
    """What the configuration says of the tie secret: its hash."""
    return digest("govapp/tie-secret/1", secret)


def tie_seed(secret: bytes, root: bytes) -> bytes:
    """Decides ties. Nobody knows it before the opening, and nobody can choose it: `root` is that of the final
    checkpoint, and the secret was committed to before the first vote."""
    return digest("govapp/ties/1", secret, root)


def _require_keys(given: Any, keys: set[str]) -> None:
    if not isinstance(given, dict) or given.keys() != keys:
        raise Malformed("expected the keys {keys}", keys=", ".join(sorted(keys)))


def _district(given: Any) -> str | None:
    if given is not None and not isinstance(given, str):
        raise Malformed("a district must be text or nothing")
    return given
