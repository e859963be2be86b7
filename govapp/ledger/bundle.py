"""A bundle: all that is published of a vote, in one file whose list of contents is signed.

A canonical archive with a `manifest.note` in it: a signed note with the format, the box, and for each other
file its SHA-256 (as sha256sum writes it), its size in bytes and its name.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govapp.ledger import archives
from govapp.ledger.faults import Forged, Malformed
from govapp.ledger.notes import Key, Note, Signer

FORMAT = "govapp/bundle/1"
MANIFEST = "manifest.note"

_BOX = re.compile(r"[^\n]+")


@dataclass(frozen=True)
class Bundle:
    """A bundle whose files are those of its manifest; `manifest.signers` says who vouches for it."""

    box: str
    files: Mapping[str, bytes]  # name -> content, without the manifest
    manifest: Note

    def signers(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """The known keys that signed the manifest; raises Forged when none did."""
        return self.manifest.signers(keys)


def pack(box: str, files: Mapping[str, bytes], signer: Signer) -> bytes:
    """The bundle of a box. Equal files and an equal key give equal bytes. Raises Malformed."""
    if MANIFEST in files or not _BOX.fullmatch(box):
        raise Malformed("a bundle needs the name of a box, and makes its own {manifest}", manifest=MANIFEST)
    note = signer.sign(_manifest(box, files))
    return archives.write({**files, MANIFEST: note.encode()})


def unpack(data: bytes) -> Bundle:
    """Raises Malformed when it is no bundle, Forged when a file is not the one of the manifest."""
    files = archives.read(data)
    if MANIFEST not in files:
        raise Malformed("there is no {manifest} in this file: it is no bundle", manifest=MANIFEST)
    manifest = Note.parse(files.pop(MANIFEST))
    first, box, *listed = manifest.text.split("\n")[:-1] + [""] * 2
    if first != FORMAT or not box:
        raise Malformed("its {manifest} is of no form that is known here", manifest=MANIFEST)
    if manifest.text != _manifest(box, files):
        raise Forged("{name} is not the file that the manifest lists", name=_differing(listed, files))
    return Bundle(box, files, manifest)


def _manifest(box: str, files: Mapping[str, bytes]) -> str:
    lines = (_line(name, content) for name, content in sorted(files.items()))
    return "".join(f"{line}\n" for line in (FORMAT, box, *lines))


def _line(name: str, content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {len(content)} {name}"


def _differing(listed: list[str], files: Mapping[str, bytes]) -> str:
    """The first file that is not as listed, or not listed, or listed and not there."""
    for name, content in sorted(files.items()):
        if _line(name, content) not in listed:
            return name
    missing = [line.rpartition(" ")[2] for line in listed if line and line.rpartition(" ")[2] not in files]
    return missing[0] if missing else MANIFEST
