"""One way to write a value down, so that its hash is the same on every machine.

Canonical JSON: UTF-8, keys sorted by code point, no spaces, every character as itself but `"`, `\\` and the
control characters, whole numbers only. What RFC 8785 (JCS) writes, for values without fractions and keys
within the Basic Multilingual Plane; numbers keep to RFC 7493 §2.2, so that any language reads them exactly.

Fields: in every hash of the ledger ‖ joins byte strings each of which has its length before it, 8 bytes
big-endian, so that no two lists of fields give the same bytes. Text is UTF-8, numbers are 8 bytes big-endian.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from govapp.ledger.faults import Malformed

Field = bytes | str | int

DEEPEST = 32  # values within values
LARGEST = 2**53 - 1
DIGEST = 32  # bytes of SHA-256

_HEX = re.compile("[0-9a-f]*")


def encode(value: Any) -> bytes:
    """The only canonical form of None, bool, int, str and lists and dicts of them.

    Raises Malformed for anything else: fractions, NaN, numbers beyond ±(2^53 - 1), keys that are no text,
    text that is not Unicode (lone surrogates), more than 32 levels.
    """
    _check(value, DEEPEST)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Malformed("text in it is not Unicode") from None


def decode(data: bytes) -> Any:
    """The value of which `data` is the canonical form; raises Malformed for every other way to write it.

    So duplicate keys, spaces, other escapes, a byte order mark, -0 and 1.0 are refused.
    """
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise Malformed("it is not JSON in UTF-8") from None
    if encode(value) != data:
        raise Malformed("it is JSON, but not written in the one canonical way")
    return value


def digest(tag: str, *fields: Field) -> bytes:
    """SHA-256 of a tag, which says what is hashed, and fields."""
    return hashlib.sha256(joined(tag, *fields)).digest()


def joined(*fields: Field) -> bytes:
    """The fields as bytes, each after its length; raises Malformed for text that is not Unicode."""
    pieces = [_piece(field) for field in fields]
    return b"".join(len(piece).to_bytes(8, "big") + piece for piece in pieces)


def from_hex(text: Any, length: int = DIGEST) -> bytes:
    """The bytes that small hexadecimal digits stand for; raises Malformed unless there are `length` bytes."""
    if not isinstance(text, str) or len(text) != 2 * length or not _HEX.fullmatch(text):
        raise Malformed("expected {digits} hexadecimal digits in small letters", digits=2 * length)
    return bytes.fromhex(text)


def to_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def from_base64(text: str) -> bytes:
    """RFC 4648 §4; raises Malformed for every way to write the bytes but the one of to_base64."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        value = b""
    if to_base64(value) != text:
        raise Malformed("this is not base64: {text}", text=short(text))
    return value


def short(text: str) -> str:
    """One line of what was handed in, for a message."""
    line = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:200])
    return line if len(line) <= 60 else line[:57] + "..."


def _piece(field: Field) -> bytes:
    if isinstance(field, bytes):
        return field
    if isinstance(field, int):
        return field.to_bytes(8, "big")
    try:
        return field.encode()
    except UnicodeEncodeError:
        raise Malformed("text in it is not Unicode") from None


def _check(value: Any, levels: int) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise Malformed("a number in it is beyond ±{largest}", largest=LARGEST)
    elif isinstance(value, list | tuple):
        _check_parts(value, levels)
    elif isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise Malformed("a key in it is not text")
        _check_parts(value.values(), levels)
    else:
        raise Malformed("it holds something other than text, whole numbers, yes and no, lists and mappings")


def _check_parts(parts: Iterable[Any], levels: int) -> None:
    if not levels:
        raise Malformed("it has more than {levels} levels", levels=DEEPEST)
    for part in parts:
        _check(part, levels - 1)
