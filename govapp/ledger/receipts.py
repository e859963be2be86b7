"""What a voter takes home: a code by which their leaf is found, and a signed promise that it will be.

Both follow from the leaf alone, so they are stored nowhere, and the same form sent twice gets the same
receipt. Neither tells what was voted, by whom or when.
"""

import re

from govapp.ledger import codes
from govapp.ledger.canonical import DIGEST, from_base64, to_base64
from govapp.ledger.faults import Malformed
from govapp.ledger.notes import Key, Note, Signer

LETTERS = 12  # the check letter among them: 49.8 bits; two of 100,000 leaves share one in 1 of 190,000 boxes
CODES = codes.PRIME ** (LETTERS - 1)
LEAVES = 2 ** (8 * DIGEST)
FIRST_LINE = "govapp/receipt/1"

_PROMISE = re.compile(rf"{FIRST_LINE}\nbox ([^\n]+)\nleaf ([A-Za-z0-9+/=]+)\n")


def code_of(leaf: bytes) -> str:
    """The code of a leaf: its first 49.8 bits, so that equal codes are neighbours in the order of leaves."""
    return codes.written(int.from_bytes(leaf, "big") * CODES // LEAVES, LETTERS)


def leaves_of(code: str) -> tuple[bytes, bytes]:
    """The first and the last leaf that could have this code: what to look for, both included."""
    number = codes.number(code)
    first, beyond = (-(-each * LEAVES // CODES) for each in (number, number + 1))
    return first.to_bytes(DIGEST, "big"), (beyond - 1).to_bytes(DIGEST, "big")


def read(typed: str) -> str:
    """The code a person typed; raises Mistyped, which says what to look at."""
    return codes.read(typed, LETTERS)


def promise(box: str, leaf: bytes, signer: Signer) -> str:
    """A signed note: this leaf will be in the log of this box. It cannot be read as a checkpoint.

    Ed25519 is deterministic (RFC 8032 §5.1.6): the same leaf gives the same promise.
    """
    text = f"{FIRST_LINE}\nbox {box}\nleaf {to_base64(leaf)}\n"
    if _told(text) != (box, leaf):
        raise Malformed("a box has a name of one line, and a leaf {size} bytes", size=DIGEST)
    return signer.sign(text)


def promised(note: bytes, key: Key) -> tuple[str, bytes]:
    """The box and the leaf that the holder of the key has promised.

    Raises Malformed, or Forged when they have not.
    """
    opened = Note.parse(note)
    opened.signers([key])
    return _told(opened.text)


def _told(text: str) -> tuple[str, bytes]:
    match = _PROMISE.fullmatch(text)
    leaf = from_base64(match[2]) if match else b""
    if not match or len(leaf) != DIGEST:
        raise Malformed("this is no receipt")
    return match[1], leaf
