"""Leaves: what they commit to, byte for byte, and that nothing else opens them."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from govapp.ledger import leaves
from govapp.ledger.canonical import LARGEST
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.leaves import Opening, Vote

NONCE, SALT = bytes(range(32)), bytes(range(32, 64))
VOTE = Vote({"chosen": ["p3", "p1"]}, "เหนือ", NONCE, SALT, 2)


def hashed(*fields: bytes) -> bytes:
    """Written out a second time, from the protocol: SHA-256 of fields after their lengths."""
    whole = hashlib.sha256()
    for field in fields:
        whole.update(len(field).to_bytes(8, "big"))
        whole.update(field)
    return whole.digest()


def test_the_leaf_of_a_ballot_is_what_the_protocol_says() -> None:
    history = hashed(b"govapp/history/1", SALT, (2).to_bytes(8, "big"))
    content = json.dumps(
        {"ballot": {"chosen": ["p3", "p1"]}, "district": "เหนือ"}, ensure_ascii=False, separators=(",", ":")
    )
    leaf = hashed(b"govapp/leaf/1", b"box-1", NONCE, history, content.encode())
    assert VOTE.leaf("box-1") == VOTE.opening.leaf("box-1") == leaf
    assert VOTE.opening.history == history


def test_leaves_of_voids_and_notices_and_what_decides_ties() -> None:
    voided = VOTE.leaf("box-1")
    assert leaves.void_leaf("box-1", NONCE, voided) == hashed(b"govapp/void/1", b"box-1", NONCE, voided)
    assert leaves.notice_leaf("box-1", {"b": 1, "a": 2}) == hashed(
        b"govapp/notice/1", b"box-1", b'{"a":2,"b":1}'
    )
    assert leaves.tie_seed(SALT, NONCE) == hashed(b"govapp/ties/1", SALT, NONCE)
    assert leaves.tie_commitment(SALT) == hashed(b"govapp/tie-secret/1", SALT)


CHANGES: list[tuple[str, Any]] = [
    ("nonce", bytes(32)),
    ("history", bytes(32)),
    ("ballot", {"chosen": ["p1", "p3"]}),
    ("district", "ใต้"),
    ("district", None),
]


@pytest.mark.parametrize(("name", "other"), CHANGES)
def test_an_opening_that_was_changed_does_not_open(name: str, other: Any) -> None:
    leaf = VOTE.leaf("box-1")
    with pytest.raises(Forged, match=leaf.hex()):
        replace(VOTE.opening, **{name: other}).check("box-1", leaf)


def test_an_opening_opens_its_leaf_in_its_box_only() -> None:
    VOTE.opening.check("box-1", VOTE.leaf("box-1"))
    with pytest.raises(Forged, match="does not open"):
        VOTE.opening.check("box-2", VOTE.leaf("box-1"))


def test_how_often_a_voter_changed_is_told_by_salt_and_number_together() -> None:
    VOTE.opening.check_history(SALT, 2)
    for salt, rev in ((SALT, 1), (SALT, 3), (NONCE, 2)):
        with pytest.raises(Forged, match="number of changes"):
            VOTE.opening.check_history(salt, rev)


def test_an_opening_tells_neither_salt_nor_number() -> None:
    """Or whoever holds an earlier receipt could find what the voter voted in the end."""
    assert set(VOTE.opening.as_json()) == {"nonce", "history", "ballot", "district"}
    first = Vote.new("yes", None, 1)
    again = replace(first, rev=2)
    assert first.leaf("b") != again.leaf("b")
    assert first.opening.history != again.opening.history


def test_new_votes_are_never_equal() -> None:
    assert len({Vote.new("yes", None, 1).leaf("b") for _ in range(100)}) == 100
    vote = Vote.new("yes", None, 1)
    assert len(vote.nonce) == len(vote.salt) == 32


def test_votes_and_openings_read_back() -> None:
    assert Vote.from_json(VOTE.as_json()) == VOTE
    assert Opening.from_json(VOTE.opening.as_json()) == VOTE.opening
    assert Vote.from_json({**VOTE.as_json(), "district": None}).district is None


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"nonce": "00"},
        {"nonce": NONCE.hex().upper()},
        {"salt": None},
        {"rev": 0},
        {"rev": True},
        {"rev": "1"},
        {"rev": LARGEST + 1},
        {"district": 7},
    ],
)
def test_a_vote_in_another_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Vote.from_json(VOTE.as_json() | change)


@pytest.mark.parametrize("given", [None, [], {}, "x", {"nonce": NONCE.hex(), "ballot": 1, "district": None}])
def test_an_opening_in_another_form_is_refused(given: Any) -> None:
    with pytest.raises(Malformed, match="expected the keys"):
        Opening.from_json(given)
