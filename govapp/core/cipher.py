"""Sealing texts and files for storage: a copy of the database without the server's key tells nothing.

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
    return base64.urlsafe_b64encode(seal_bytes(key, text.encode(), place)).decode()


def unseal(key: bytes, sealed: str, place: str) -> str:
    """The text that was sealed for this place; raises Unsealable."""
    try:
        return unseal_bytes(key, base64.urlsafe_b64decode(sealed), place).decode()
    except (binascii.Error, ValueError) as error:
        raise Unsealable from error


def seal_bytes(key: bytes, content: bytes, place: str) -> bytes:
    """A content for storing at `place`, such as "roll_imports/7"."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def unseal_bytes(key: bytes, sealed: bytes, place: str) -> bytes:
    """The content that was sealed for this place; raises Unsealable."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, body, place.encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable from error
