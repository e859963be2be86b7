"""Sealing ballots to the key of a box: nobody opens one before the key-holders bring their shares together.

HPKE, RFC 9180: base mode, single shot, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM (§7: KEM 0x0020,
KDF 0x0001, AEAD 0x0001), no additional data; what comes out is the 32-byte encapsulated key, then the
ciphertext with its tag: 48 bytes more than went in. The `info` (§5.1) is "govapp/box/1" and the box, one
after the other.

Every sealed ballot of a box is as long as the longest there can be: the plaintext is the length of the JSON
(4 bytes, big-endian), the JSON, then zeros.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from govapp.ledger.canonical import LARGEST, decode, encode
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.leaves import RANDOM, Vote

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
KEY_BYTES = 32
OVERHEAD = 48  # encapsulated key and tag
LENGTH_BYTES = 4


def new_key() -> bytes:
    """A private key, 32 bytes: to be split into shares and forgotten."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public key of a private one, 32 bytes (RFC 7748 §6.1)."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def room(largest: Any, district: str | None) -> int:
    """Bytes of JSON that every vote of a box fits into.

    largest   the legal ballot of the box that takes most bytes as canonical JSON
    district  the one whose name takes most bytes, None where there are none
    """
    return len(encode(Vote(largest, district, bytes(RANDOM), bytes(RANDOM), LARGEST).as_json()))


def seal(vote: Vote, public: bytes, box: str, room: int) -> bytes:
    """The sealed vote: room + 52 bytes, whatever was voted. Raises ValueError when it does not fit."""
    content = encode(vote.as_json())
    if len(content) > room:
        raise ValueError(f"this ballot takes {len(content)} bytes, and the box has room for {room}")
    padded = len(content).to_bytes(LENGTH_BYTES, "big") + content.ljust(room, b"\0")
    return SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(public), _info(box))


def unseal(sealed: bytes, private: bytes, box: str, room: int) -> Vote:
    """Raises Forged when it was changed, or sealed for another box or key; Malformed when it is no vote."""
    (vote,) = unseal_all([sealed], private, box, room)
    return vote


def unseal_all(sealed: Iterable[bytes], private: bytes, box: str, room: int) -> Iterator[Vote]:
    """Each vote as it is unsealed; raises as unseal does."""
    key, info = _key(private), _info(box)
    for each in sealed:
        padded = _opened(each, key, info)
        end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES], "big")
        if len(padded) != LENGTH_BYTES + room or end > len(padded) or any(padded[end:]):
            raise Malformed("a sealed ballot is not padded to the length of its box")
        yield Vote.from_json(decode(padded[LENGTH_BYTES:end]))


def seal_secret(secret: bytes, public: bytes, box: str) -> bytes:
    """Seal the tie secret of a box; it can never be taken for a ballot."""
    return SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(public), _info(box, "govapp/tie-secret/1"))


def unseal_secret(sealed: bytes, private: bytes, box: str) -> bytes:
    """Raises Forged as unseal does."""
    return _opened(sealed, _key(private), _info(box, "govapp/tie-secret/1"))


def _info(box: str, purpose: str = "govapp/box/1") -> bytes:
    return f"{purpose}{box}".encode()


def _key(private: bytes) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(private)
    except ValueError:
        raise _not_opened() from None


def _opened(sealed: bytes, key: X25519PrivateKey, info: bytes) -> bytes:
    try:
        return SUITE.decrypt(sealed, key, info)
    except (InvalidTag, ValueError):
        raise _not_opened() from None


def _not_opened() -> Forged:
    return Forged("what is sealed was changed, or was sealed for another box or another key")
