"""Signed notes: short texts under which stand the signatures of a log and of its witnesses.

Source: C2SP signed-note (c2sp.org/signed-note), and for witnesses C2SP tlog-cosignature. A note is a
text that ends in a newline, an empty line, and a line for each signature: "— name base64(id ‖ signature)".
Ed25519 (RFC 8032) over the text; a witness signs the text with the time at which it saw it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from govapp.ledger.canonical import from_base64, short, to_base64
from govapp.ledger.faults import Forged, Malformed

LARGEST = 1024 * 1024  # bytes of a note
MOST_SIGNATURES = 64
KEY_BYTES = 32
ID_BYTES = 4
TIME_BYTES = 8

_SIGNED = re.compile("— ([^ ]+) ([A-Za-z0-9+/=]+)")
_KEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")


class Algorithm(IntEnum):
    """What stands before the public key when its id is made."""

    ED25519 = 1
    COSIGNATURE = 4  # Ed25519 with the time at which a witness saw the checkpoint


@dataclass(frozen=True)
class Key:
    """A public key with the name of its holder: such as example.org/log, without spaces and plus signs."""

    name: str
    public: bytes
    algorithm: Algorithm = Algorithm.ED25519

    @property
    def id(self) -> bytes:
        named = f"{self.name}\n".encode()
        return hashlib.sha256(named + bytes([self.algorithm]) + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        """As people hand keys on: name+id+base64, the C2SP verifier key."""
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.algorithm]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """The key that is written so; raises Malformed, also when its id is not that of name and key."""
        match = _KEY.fullmatch(text.strip())
        if not match or not _is_name(match[1]):
            raise Malformed("a key is written as name+id+letters: {text}", text=short(text))
        kind, public = from_base64(match[3])[:1], from_base64(match[3])[1:]
        if len(public) != KEY_BYTES or kind not in (b"\x01", b"\x04"):
            raise Malformed("the key {name} is of no kind that is known here", name=short(match[1]))
        key = cls(match[1], public, Algorithm(kind[0]))
        if key.id.hex() != match[2]:
            raise Malformed("the key {name} is mistyped: its id does not fit", name=short(key.name))
        return key


@dataclass(frozen=True)
class Signature:
    """A line under a note that says who signed."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {to_base64(self.key_id + self.value)}"


@dataclass(frozen=True)
class Note:
    """A text and its signatures, not looked at yet: believe nothing before `signers` says who signed it."""

    text: str  # with the newline at its end
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """Raises Malformed unless `data` is a note, byte for byte."""
        if len(data) > LARGEST:
            raise Malformed("a signed note has at most {limit} bytes", limit=LARGEST)
        try:
            whole = data.decode()
        except UnicodeDecodeError:
            raise Malformed("a signed note is not text in UTF-8") from None
        if _CONTROL.search(whole):
            raise Malformed("a signed note has a control character in it")
        text, between, below = whole.rpartition("\n\n")
        if not between or not below.endswith("\n"):
            raise Malformed("a signed note ends in an empty line and the lines of its signatures")
        lines = below[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise Malformed("a signed note has more than {most} signatures", most=MOST_SIGNATURES)
        return cls(f"{text}\n", tuple(_signature(line) for line in lines))

    def signers(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """The known keys that signed it; signatures of keys that are not known are passed over.

        Raises Forged when a signature of a known key does not fit the text, or no known key signed at all.
        """
        known = {(key.name, key.id): key for key in keys}
        found = dict.fromkeys(
            self._checked(known[signature.name, signature.key_id], signature)
            for signature in self.signatures
            if (signature.name, signature.key_id) in known
        )
        if not found:
            raise Forged("it is not signed by a key that is known here")
        return tuple(found)

    def _checked(self, key: Key, signature: Signature) -> Key:
        message, value = self.text.encode(), signature.value
        if key.algorithm is Algorithm.COSIGNATURE:
            message = _cosigned(self.text, int.from_bytes(value[:TIME_BYTES], "big"))
            value = value[TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
        except (InvalidSignature, ValueError):
            raise Forged("the signature of {name} does not fit the text above it", name=key.name) from None
        return key


@dataclass(frozen=True, repr=False)
class Signer:
    """A private Ed25519 key, 32 bytes, with the name of its holder."""

    name: str
    private: bytes

    @classmethod
    def new(cls, name: str) -> "Signer":
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @cached_property
    def key(self) -> Key:
        return Key(self.name, self._ed25519.public_key().public_bytes_raw())

    @property
    def witness_key(self) -> Key:
        """The key of the same holder's cosignatures."""
        return Key(self.name, self.key.public, Algorithm.COSIGNATURE)

    def sign(self, text: str) -> str:
        """The note that says this text. Raises Malformed for one that no note can hold."""
        return self._signed(Note(text, ()), self.key, self._ed25519.sign(text.encode()))

    def cosign(self, note: str, seen_at: int) -> str:
        """The note with this witness's signature beneath the others; `seen_at` in seconds since 1970."""
        opened = Note.parse(note.encode())
        signature = self._ed25519.sign(_cosigned(opened.text, seen_at))
        return self._signed(opened, self.witness_key, seen_at.to_bytes(TIME_BYTES, "big") + signature)

    @cached_property
    def _ed25519(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.private)

    def _signed(self, note: Note, key: Key, signature: bytes) -> str:
        signed = Note(note.text, (*note.signatures, Signature(key.name, key.id, signature)))
        if Note.parse(str(signed).encode()) != signed:
            raise Malformed("this text cannot be signed: it must end in a newline")
        return str(signed)


def _cosigned(text: str, seen_at: int) -> bytes:
    """What a witness signs: tlog-cosignature, "Ed25519 signed message"."""
    return f"cosignature/v1\ntime {seen_at}\n{text}".encode()


def _signature(line: str) -> Signature:
    match = _SIGNED.fullmatch(line)
    if not match or not _is_name(match[1]):
        raise Malformed("this is no signature: {line}", line=short(line))
    value = from_base64(match[2])
    if len(value) <= ID_BYTES:
        raise Malformed("this is no signature: {line}", line=short(line))
    return Signature(match[1], value[:ID_BYTES], value[ID_BYTES:])


def _is_name(text: str) -> bool:
    return bool(text) and not any(letter.isspace() or letter == "+" for letter in text)
