"""Sealing short texts for storage: a copy of the database without the server's key tells nothing.

AES-256-GCM with a random nonce; the key comes from the app's signing key by HKDF-SHA256 (RFC 5869),
one key for each purpose. A sealed text is bound to its place and cannot be moved to another row.
"""

import base64
import binascii
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from govapp.core.keys import derive

NONCE_BYTES = 12


class Unsealable(Exception):
    """Sealed with another key, for another place, or changed since."""


def key_for(purpose: str, signing_key: str) -> bytes:
    """The key of a purpose, such as "accounts/second-factor"."""
    return derive(signing_key.encode(), f"govapp/{purpose}".encode())


def fingerprint(key: bytes, text: str) -> str:
    """Equal for equal texts, so that a sealed one can be found; without the key nobody can try texts out.

    HMAC-SHA256, 64 hexadecimal digits.
    """
    return hmac.digest(key, text.encode(), "sha256").hex()


def seal(key: bytes, text: str, place: str) -> str:
    """The text for storing at `place`, such as "second_factors/7"; ASCII."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.urlsafe_b64encode(
        nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())
    ).decode()


def unseal(key: bytes, sealed: str, place: str) -> str:
    """The text that was sealed for this place; raises Unsealable."""
    try:
        packed = base64.urlsafe_b64decode(sealed)
        nonce, body = packed[:NONCE_BYTES], packed[NONCE_BYTES:]
        return AESGCM(key).decrypt(nonce, body, place.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise Unsealable from error
