"""Slots and what they remember: nothing without K_slot, and nothing in another place."""

import hashlib
import hmac
import secrets

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from govapp.ledger import slots
from govapp.ledger.faults import Forged
from govapp.ledger.slots import Entry

KEY, OTHER = bytes(range(32)), bytes(32)
SLOT, NEXT = slots.slot(KEY, "box-1", "voter-1"), slots.slot(KEY, "box-1", "voter-2")
ENTRY = Entry(secrets.token_bytes(32), 3, secrets.token_bytes(16))


def joined(*fields: bytes) -> bytes:
    return b"".join(len(field).to_bytes(8, "big") + field for field in fields)


def test_a_slot_is_what_the_protocol_says() -> None:
    assert hmac.digest(KEY, joined(b"box-1", b"voter-1"), "sha256") == SLOT
    assert slots.key_id(KEY) == hashlib.sha256(KEY).digest()
    assert len(slots.new_key()) == 32
    assert slots.new_key() != slots.new_key()


def test_slots_differ_by_key_box_and_voter() -> None:
    others = (
        slots.slot(OTHER, "box-1", "voter-1"),
        slots.slot(KEY, "box-2", "voter-1"),
        slots.slot(KEY, "box-1voter", "-1"),
        NEXT,
    )
    assert len({SLOT, *others}) == 5


def test_what_a_slot_remembers_reads_back_and_has_always_the_same_length() -> None:
    sealed = slots.seal_entry(KEY, "box-1", SLOT, ENTRY)
    assert slots.unseal_entry(KEY, "box-1", SLOT, sealed) == ENTRY
    much = slots.seal_entry(KEY, "box-1", SLOT, Entry(ENTRY.leaf, 10**9, ENTRY.token))
    assert len(sealed) == len(much)
    assert sealed != slots.seal_entry(KEY, "box-1", SLOT, ENTRY)


def test_an_entry_opens_with_hkdf_as_rfc_5869_writes_it() -> None:
    """Extract and expand by hand."""
    sealed = slots.seal_entry(KEY, "box-1", SLOT, ENTRY)
    extracted = hmac.digest(bytes(32), KEY, "sha256")
    key = hmac.digest(extracted, joined(b"govapp/entry/1", SLOT) + b"\x01", "sha256")
    content = AESGCM(key).decrypt(sealed[:12], sealed[12:], joined(b"box-1", SLOT))
    assert content == ENTRY.leaf + (3).to_bytes(8, "big") + ENTRY.token


@pytest.mark.parametrize(
    ("key", "box", "slot"),
    [(OTHER, "box-1", SLOT), (KEY, "box-2", SLOT), (KEY, "box-1", NEXT)],
    ids=["another key", "another box", "another slot"],
)
def test_an_entry_opens_in_its_place_only(key: bytes, box: str, slot: bytes) -> None:
    sealed = slots.seal_entry(KEY, "box-1", SLOT, ENTRY)
    with pytest.raises(Forged, match="another slot, box or key"):
        slots.unseal_entry(key, box, slot, sealed)


def test_every_flipped_bit_of_an_entry_is_found() -> None:
    sealed = slots.seal_entry(KEY, "box-1", SLOT, ENTRY)
    for bit in range(8 * len(sealed)):
        changed = (int.from_bytes(sealed, "big") ^ (1 << bit)).to_bytes(len(sealed), "big")
        with pytest.raises(Forged):
            slots.unseal_entry(KEY, "box-1", SLOT, changed)


@pytest.mark.parametrize("short", [b"", b"123", bytes(12), bytes(27)])
def test_an_entry_that_was_cut_is_refused(short: bytes) -> None:
    with pytest.raises(Forged):
        slots.unseal_entry(KEY, "box-1", SLOT, short)


def test_a_superseded_leaf_is_tied_to_its_row_and_not_to_a_slot() -> None:
    row = secrets.token_bytes(16)
    sealed = slots.seal_superseded(KEY, "box-1", row, ENTRY.leaf)
    assert slots.unseal_superseded(KEY, "box-1", row, sealed) == ENTRY.leaf
    with pytest.raises(Forged):
        slots.unseal_superseded(KEY, "box-1", secrets.token_bytes(16), sealed)
    with pytest.raises(Forged):
        slots.unseal_entry(KEY, "box-1", row, sealed)


def test_lengths_that_would_tell_something_are_refused() -> None:
    for entry in (Entry(bytes(31), 1, bytes(16)), Entry(bytes(32), 1, bytes(15))):
        with pytest.raises(ValueError, match="a leaf has 32 bytes and a token 16"):
            slots.seal_entry(KEY, "box-1", SLOT, entry)
