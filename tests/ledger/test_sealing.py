"""Sealed ballots: only the box's key opens them, and their length tells nothing. Checked against pyhpke."""

from dataclasses import replace

import pytest
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from govapp.ledger import sealing
from govapp.ledger.canonical import encode
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.leaves import Vote

PRIVATE = sealing.new_key()
PUBLIC = sealing.public_of(PRIVATE)
VOTE = Vote.new(["p1", "p2"], "เหนือ", 1)
ROOM = sealing.room([f"p{number}" for number in range(10)], "เหนือสุด")
SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES128_GCM)


def padded(content: bytes, room: int = ROOM) -> bytes:
    return len(content).to_bytes(4, "big") + content + bytes(room - len(content))


def elsewhere(plain: bytes, info: bytes = b"govapp/box/1" + b"box-1") -> bytes:
    """Sealed by the other implementation."""
    enc, context = SUITE.create_sender_context(KEMKey.from_pyca_cryptography_key(_public()), info)
    return enc + context.seal(plain)


def _public():  # type: ignore[no-untyped-def]
    return sealing.X25519PublicKey.from_public_bytes(PUBLIC)


def test_a_vote_reads_back() -> None:
    assert sealing.unseal(sealing.seal(VOTE, PUBLIC, "box-1", ROOM), PRIVATE, "box-1", ROOM) == VOTE


def test_another_implementation_opens_what_is_sealed_here() -> None:
    sealed = sealing.seal(VOTE, PUBLIC, "box-1", ROOM)
    key = KEMKey.from_pyca_cryptography_key(sealing.X25519PrivateKey.from_private_bytes(PRIVATE))
    context = SUITE.create_recipient_context(sealed[:32], key, b"govapp/box/1box-1")
    assert context.open(sealed[32:]) == padded(encode(VOTE.as_json()))


def test_what_another_implementation_sealed_is_opened_here() -> None:
    sealed = elsewhere(padded(encode(VOTE.as_json())))
    assert sealing.unseal(sealed, PRIVATE, "box-1", ROOM) == VOTE


def test_every_sealed_ballot_of_a_box_has_the_same_length() -> None:
    votes = (Vote.new([], None, 1), VOTE, Vote.new([f"p{number}" for number in range(10)], "เหนือสุด", 10**15))
    assert {len(sealing.seal(vote, PUBLIC, "box-1", ROOM)) for vote in votes} == {
        ROOM + sealing.LENGTH_BYTES + sealing.OVERHEAD
    }


def test_the_largest_legal_ballot_fits_and_a_larger_one_is_refused() -> None:
    """Even as the last of very many changes."""
    largest = Vote.new([f"p{number}" for number in range(10)], "เหนือสุด", 2**53 - 1)
    assert len(encode(largest.as_json())) == ROOM
    sealing.seal(largest, PUBLIC, "box-1", ROOM)
    with pytest.raises(ValueError, match=f"and the box has room for {ROOM}"):
        sealing.seal(replace(largest, district="เหนือสุดๆ"), PUBLIC, "box-1", ROOM)


def test_the_same_vote_is_sealed_differently_each_time() -> None:
    assert sealing.seal(VOTE, PUBLIC, "box-1", ROOM) != sealing.seal(VOTE, PUBLIC, "box-1", ROOM)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Forged, match="another box or another key"):
        sealing.unseal(sealing.seal(VOTE, PUBLIC, "box-1", ROOM), sealing.new_key(), "box-1", ROOM)


def test_it_does_not_open_as_of_another_box() -> None:
    with pytest.raises(Forged, match="another box or another key"):
        sealing.unseal(sealing.seal(VOTE, PUBLIC, "box-1", ROOM), PRIVATE, "box-2", ROOM)


def test_every_flipped_bit_is_found() -> None:
    room = sealing.room([], None)
    sealed = sealing.seal(Vote.new([], None, 1), PUBLIC, "box-1", room)
    for bit in range(8 * len(sealed)):
        changed = (int.from_bytes(sealed, "big") ^ (1 << bit)).to_bytes(len(sealed), "big")
        if bit == 8 * len(sealed) - 8 * 31 - 1:  # the highest bit of a Curve25519 point is not looked at…
            assert changed[31] == sealed[31] ^ 0x80
        with pytest.raises(Forged):  # …but it is part of what the key is derived from
            sealing.unseal(changed, PRIVATE, "box-1", room)


@pytest.mark.parametrize("cut", [0, 1, 31, 32, 47, 48, 100])
def test_a_sealed_ballot_that_was_cut_is_refused(cut: int) -> None:
    with pytest.raises(Forged):
        sealing.unseal(sealing.seal(VOTE, PUBLIC, "box-1", ROOM)[:cut], PRIVATE, "box-1", ROOM)


def test_a_point_of_small_order_is_refused() -> None:
    """RFC 9180 §7.1.4: the shared secret would be known to everybody."""
    with pytest.raises(ValueError):
        sealing.seal(VOTE, bytes(32), "box-1", ROOM)
    with pytest.raises(Forged):
        sealing.unseal(bytes(100), PRIVATE, "box-1", ROOM)


GOOD = encode(VOTE.as_json())


@pytest.mark.parametrize(
    ("plain", "why"),
    [
        (GOOD, "not padded"),
        (padded(GOOD)[:-1], "not padded"),
        (padded(GOOD) + b"\0", "not padded"),
        (padded(GOOD)[:-1] + b"x", "not padded"),
        ((ROOM + 1).to_bytes(4, "big") + bytes(ROOM), "not padded"),
        (b"", "not padded"),
        (padded(b""), "not JSON"),
        (padded(b" " + GOOD), "one canonical way"),
        (padded(b"{}"), "expected the keys"),
        (padded(encode(VOTE.as_json() | {"rev": 0})), "1 or more"),
    ],
)
def test_what_somebody_with_the_public_key_might_put_into_the_box(plain: bytes, why: str) -> None:
    """The control is test_what_another_implementation_sealed_is_opened_here."""
    with pytest.raises(Malformed, match=why):
        sealing.unseal(elsewhere(plain), PRIVATE, "box-1", ROOM)


def test_the_tie_secret_is_sealed_to_the_box_and_is_no_ballot() -> None:
    secret = bytes(range(32))
    sealed = sealing.seal_secret(secret, PUBLIC, "box-1")
    assert sealing.unseal_secret(sealed, PRIVATE, "box-1") == secret
    with pytest.raises(Forged):
        sealing.unseal_secret(sealed, PRIVATE, "box-2")
    with pytest.raises(Forged):
        sealing.unseal(sealed, PRIVATE, "box-1", ROOM)
    with pytest.raises(Forged):
        sealing.unseal_secret(sealing.seal(VOTE, PUBLIC, "box-1", ROOM), PRIVATE, "box-1")
