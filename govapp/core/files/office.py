"""Word and Excel files: ZIP archives of XML, checked part by part and packed anew.

Packing anew leaves out what lies between the parts, and makes sure that what was checked is what is
kept: two readers of one odd archive may see two different files in it.
"""

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from govapp.core.errors import Unreadable
from govapp.core.files import office_parts
from govapp.core.files.kinds import MB, ZIP, Kind, size
from govapp.core.files.office_parts import CONTENT_TYPES, DAMAGED, EMBEDDED, ODD, Parts

MOST_PARTS = 200
MOST_UNPACKED_BYTES = 50 * MB
MOST_RATIO = 100
PACKED_AT = (1980, 1, 1, 0, 0, 0)  # the same for all, so that the same file brought twice is one
ENCRYPTED = 1
PART_NAME = re.compile(r"[\w ()\[\]~+@&=,.-]+(?:/[\w ()\[\]~+@&=,.-]+)*")  # no < >: no PDF hides in names


@dataclass
class Room:
    """What may still be unpacked, over the archive and those inside it."""

    parts: int = MOST_PARTS
    bytes_: int = MOST_UNPACKED_BYTES


def clean(content: bytes) -> tuple[Kind, bytes]:
    """Which of the two kinds it is, and its parts packed anew.

    Raises Unreadable, saying how to mend it, for any other archive, for one that is too large, damaged or
    odd, for macros, for what is embedded, and for what would be fetched from elsewhere. The figures of a
    chart in Word are an Excel file inside it: that one is cleaned by the same rules, and holds no further.
    """
    room = Room()
    kind, parts = _checked(content, room)
    for name, inside in parts.items():
        if inside.startswith(ZIP):
            inner, figures = _checked(inside, room)
            if inner is not Kind.XLSX or any(part.startswith(ZIP) for part in figures.values()):
                raise Unreadable(EMBEDDED, part=name[-80:])
            parts[name] = _packed(figures)
    return kind, _packed(parts)


def _checked(content: bytes, room: Room) -> tuple[Kind, Parts]:
    parts = _unpacked(content, room)
    kind = office_parts.kind_of(parts)
    for name, part in parts.items():
        office_parts.check(name, part, kind)
    return kind, parts


def _unpacked(content: bytes, room: Room) -> Parts:
    """Every part by its name; how much there is, is asked before anything is unpacked."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_others({entry.filename for entry in entries})
            _take_room(entries, len(content), room)
            for entry in entries:
                _check_entry(entry)
            if len({entry.filename.casefold() for entry in entries}) < len(entries):
                raise Unreadable(ODD)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (BadZipFile, zlib.error, EOFError) as error:
        raise Unreadable(DAMAGED) from error


def _refuse_others(names: set[str]) -> None:
    if CONTENT_TYPES in names:
        return
    if {"mimetype", "content.xml"} <= names:
        raise Unreadable("This is an OpenDocument file. Save it as .docx, .xlsx or PDF.")
    raise Unreadable("This is a ZIP archive. Take the files out, and send each by itself.")


def _take_room(entries: list[ZipInfo], packed_bytes: int, room: Room) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    room.parts -= len(entries)
    room.bytes_ -= unpacked
    if room.parts < 0 or room.bytes_ < 0 or unpacked > MOST_RATIO * packed_bytes:
        raise Unreadable(
            "Unpacked, the file has more than %(parts)s parts, or is larger than %(size)s. "
            "Send it in several files, with fewer or smaller pictures.",
            parts=MOST_PARTS,
            size=size(MOST_UNPACKED_BYTES),
        )


def _check_entry(entry: ZipInfo) -> None:
    """orig_filename is what the archive says; filename ends at a NUL and has other slashes."""
    name = entry.orig_filename
    if entry.flag_bits & ENCRYPTED:
        raise Unreadable("The file has a password. Take it off and send it again.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or not PART_NAME.fullmatch(name):
        raise Unreadable(ODD)
    if any(step.strip(".") == "" for step in name.split("/")):
        raise Unreadable(ODD)


def _packed(parts: Parts) -> bytes:
    written = BytesIO()
    types_first = sorted(parts, key=lambda name: name != CONTENT_TYPES)  # as readers want it
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name in types_first:
            entry = ZipInfo(name, PACKED_AT)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return written.getvalue()
