"""Checkpoints: what a log says of itself at one size, signed, so that it can never say otherwise.

Source: C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint). The text of the note is a line with the name of the
log (its origin), one with the number of entries, one with the root in base64, and further lines that
nobody has to understand; ours has none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from govapp.ledger.canonical import DIGEST, from_base64, short, to_base64
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.notes import Key, Note, Signer

_SIZE = re.compile("0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint that is the text of a note; raises Malformed."""
        origin, size, root, *extensions = _lines(text)
        if not _SIZE.fullmatch(size):
            raise Malformed(
                "a checkpoint's second line is the number of entries, not {line}", line=short(size)
            )
        found = cls(origin, int(size), from_base64(root), tuple(extensions))
        if len(found.root) != DIGEST:
            raise Malformed("a checkpoint's third line is the root, {size} bytes in base64", size=DIGEST)
        return found


def sign(checkpoint: Checkpoint, signer: Signer) -> str:
    """The signed note. Whoever signs must have checked that it extends the last one they signed."""
    if Checkpoint.parse(str(checkpoint)) != checkpoint:
        raise Malformed("a checkpoint's lines must not have line breaks in them")
    return signer.sign(str(checkpoint))


def read(note: bytes, key: Key, origin: str, witnesses: Iterable[Key] = ()) -> Checkpoint:
    """The checkpoint in a note that the log's own key has signed.

    Witnesses that are known must have signed rightly where they signed; others are passed over.
    Raises Malformed, or Forged when the log did not sign it or it is another log's.
    """
    opened = Note.parse(note)
    if key not in opened.signers([key, *witnesses]):
        raise Forged("it is not signed by the log {name}", name=key.name)
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != origin:
        raise Forged("it is a checkpoint of {found}, not of {origin}", found=checkpoint.origin, origin=origin)
    return checkpoint


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise Malformed("a checkpoint has a line for its log, one for its size, one for its root, none empty")
    return lines
