"""Where a voter's ballot lies, and which leaf it has, without a trace of either in the database.

Everything here hangs on K_slot, 32 random bytes of the box that are kept outside the database and its
backups: without it nobody can say whose a slot is, or which leaf of the public log belongs to it.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from govapp.ledger.canonical import DIGEST, joined
from govapp.ledger.faults import Forged

KEY_BYTES = 32
TOKEN_BYTES = 16
NONCE_BYTES = 12
REV_BYTES = 8


@dataclass(frozen=True, repr=False)
class Entry:
    """What a slot remembers of its ballot: the leaf, its number among the voter's, the form it came from."""

    leaf: bytes
    rev: int
    token: bytes  # 16 bytes: the same form sent again gets the same receipt


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def key_id(key: bytes) -> bytes:
    """What the database may know of the key, to tell that it is the right one."""
    return hashlib.sha256(key).digest()


def slot(key: bytes, box: str, voter: str) -> bytes:
    """32 bytes: HMAC-SHA256 of the box and the voter. Equal for equal voters; a row of the box by this key
    exists or does not, which is all that "has voted" means."""
    return hmac.digest(key, joined(box, voter), "sha256")


def seal_entry(key: bytes, box: str, slot: bytes, entry: Entry) -> bytes:
    """AES-256-GCM for this slot of this box only; every entry takes as many bytes."""
    if len(entry.leaf) != DIGEST or len(entry.token) != TOKEN_BYTES:
        raise ValueError(f"a leaf has {DIGEST} bytes and a token {TOKEN_BYTES}")
    content = entry.leaf + entry.rev.to_bytes(REV_BYTES, "big") + entry.token
    return _seal(_derived(key, "govapp/entry/1", slot), content, joined(box, slot))


def unseal_entry(key: bytes, box: str, slot: bytes, sealed: bytes) -> Entry:
    """Raises Forged when it was changed, or sealed for another slot, box or key."""
    content = _unseal(_derived(key, "govapp/entry/1", slot), sealed, joined(box, slot))
    rev_ends = DIGEST + REV_BYTES
    return Entry(content[:DIGEST], int.from_bytes(content[DIGEST:rev_ends], "big"), content[rev_ends:])


def seal_superseded(key: bytes, box: str, row: bytes, leaf: bytes) -> bytes:
    """A leaf that another took the place of, in a row with a random id: nothing tells whose it was."""
    return _seal(_derived(key, "govapp/superseded/1", row), leaf, joined(box, row))


def unseal_superseded(key: bytes, box: str, row: bytes, sealed: bytes) -> bytes:
    """Raises Forged as unseal_entry does."""
    return _unseal(_derived(key, "govapp/superseded/1", row), sealed, joined(box, row))


def _derived(key: bytes, purpose: str, place: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869) without salt: K_slot is random already."""
    return HKDF(SHA256(), KEY_BYTES, None, joined(purpose, place)).derive(key)


def _seal(key: bytes, content: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, bound_to)


def _unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise Forged("what is kept for a slot was changed, or belongs to another slot, box or key") from None
