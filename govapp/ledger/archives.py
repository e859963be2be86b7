"""ZIP archives that can be written in one way only, so that equal content is equal byte for byte.

Source: PKWARE APPNOTE 6.3.10, §4.3. Entries are stored, sorted by name, dated 1 January 1980, with neither
extra fields nor comments. Reading takes the entries out and writes them again: whatever differs (another
order, data between or behind the entries, a directory that says something else) is refused. Nothing is
unpacked to disk, and nothing can grow.
"""

import re
import struct
import zlib
from collections.abc import Mapping

from govapp.ledger.canonical import short
from govapp.ledger.faults import Malformed

LIMIT = 512 * 1024 * 1024  # bytes of an archive
MOST_ENTRIES = 1_000
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")

_VERSION = 20  # 2.0, APPNOTE §4.4.3
_STORED = 0
_DATE = 0x0021  # 1 January 1980, APPNOTE §4.4.6
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


def write(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files; names of small letters, digits, dots and dashes, no folders.

    Raises Malformed for another name, too many files or too much in them.
    """
    _within("files", len(files), MOST_ENTRIES)
    bodies, directory, at = [], [], 0
    for name, content in sorted(files.items()):
        if not NAME.fullmatch(name):
            raise Malformed("{name} is no name for a file of an archive", name=short(name))
        facts = (0, _STORED, 0, _DATE, zlib.crc32(content), len(content), len(content), len(name), 0)
        header = _LOCAL.pack(b"PK\x03\x04", _VERSION, *facts) + name.encode()
        directory.append(
            _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *facts, 0, 0, 0, 0, at) + name.encode()
        )
        bodies += [header, content]
        at += len(header) + len(content)
        _within("bytes", at, LIMIT)
    central = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(central), at, 0)
    return b"".join((*bodies, central, end))


def read(data: bytes) -> dict[str, bytes]:
    """name -> content; raises Malformed unless `data` is just what `write` makes of it."""
    _within("bytes", len(data), LIMIT)
    files: dict[str, bytes] = {}
    at = 0
    while data.startswith(b"PK\x03\x04", at) and len(data) >= at + _LOCAL.size:
        *_, checksum, size, _size, name_size, _extra = _LOCAL.unpack_from(data, at)
        starts = at + _LOCAL.size + name_size
        name = data[at + _LOCAL.size : starts].decode("latin-1")
        at = starts + size
        files[name] = data[starts:at]
        if zlib.crc32(files[name]) != checksum:
            raise Malformed("the file {name} in the archive is damaged", name=short(name))
        _within("files", len(files), MOST_ENTRIES)
    if not files or write(files) != data:
        raise Malformed("the archive is damaged, or was packed by another program: it must be used as it is")
    return files


def _within(what: str, found: int, most: int) -> None:
    if found > most:
        raise Malformed("an archive has at most {most} {what}", most=most, what=what)
