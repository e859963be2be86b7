"""What a person can take away: everything known about them, in parts that each slice hands in.

A slice offers `personal_data(session, user_id) -> list[Part]`; app.py names them all. A part holds
plain values and no secrets: no hashes, nothing sealed, no tokens.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Plain = str | int | bool | date | datetime | None


@dataclass(frozen=True)
class Part:
    """One list of what is known.

    name    for machines
    title   a msgid, for people
    labels  key of each value in a row -> a msgid, in order
    """

    name: str
    title: str
    labels: Mapping[str, str]
    rows: Sequence[Mapping[str, Plain]]


def as_json(parts: Sequence[Part], made_at: datetime) -> str:
    """Times are ISO 8601, UTC."""
    content = {"made_at": made_at} | {part.name: part.rows for part in parts}
    return json.dumps(content, ensure_ascii=False, indent=2, default=_iso) + "\n"


def pack(files: Mapping[str, str], made_at: datetime) -> bytes:
    """A ZIP of texts by name."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, words in files.items():
            archive.writestr(ZipInfo(name, made_at.timetuple()[:6]), words, ZIP_DEFLATED)
    return packed.getvalue()


def _iso(value: Any) -> str:
    found: str = value.isoformat()
    return found
