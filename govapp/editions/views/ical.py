"""Calendar feeds (RFC 5545), written out by hand: a few lines of text, folded at 75 bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Response

from govapp.core import clock
from govapp.core.dates import local

ZONE = "Asia/Bangkok"
BEGIN = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//govapp//editions//TH",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "TZNAME:+07",
    "END:STANDARD",
    "END:VTIMEZONE",
)
LINE_BYTES = 75


@dataclass(frozen=True)
class Entry:
    """uid: the same for the same thing for ever, so that a changed date moves the entry."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    words: str
    url: str


def feed(name: str, entries: Iterable[Entry]) -> Response:
    lines = [*BEGIN, f"X-WR-CALNAME:{_text(name)}"]
    for entry in entries:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    body = "".join(f"{_folded(line)}\r\n" for line in lines)
    return Response(body, content_type="text/calendar; charset=utf-8")


def host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID={ZONE}:{local(entry.starts_at):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID={ZONE}:{local(entry.ends_at):%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{_text(entry.title)}"
    yield f"DESCRIPTION:{_text(entry.words)}"
    yield f"URL:{entry.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(words: str) -> str:
    for plain in ("\\", ";", ","):
        words = words.replace(plain, f"\\{plain}")
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """No line has more than 75 bytes; a letter is never cut."""
    parts: list[str] = []
    part = ""
    for letter in line:
        if len((part + letter).encode()) > LINE_BYTES - bool(parts):
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
