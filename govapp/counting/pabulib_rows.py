"""The outer layer of a .pb file: bytes to text, text to sections, sections to rows, fields to numbers."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

TITLES = ("META", "PROJECTS", "VOTES")
MOST_COLUMNS = 100

_TITLE = re.compile(r"^[ \t]*(META|PROJECTS|VOTES)[ \t;]*$", re.MULTILINE)
_MONEY = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,20}))?")  # 13 digits keep sums in 64 bits
_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0{1,20})?")

Row = list[str]


class Malformed(ValueError):
    """A file that cannot be counted. `message_id` has {named} places, filled from `details`."""

    def __init__(self, file: str, line: int, message_id: str, details: Mapping[str, Any]) -> None:
        super().__init__(file, line, message_id, details)
        self.file, self.line, self.message_id, self.details = file, line, message_id, details

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message_id.format(**self.details)}"


@dataclass(frozen=True)
class Notice:
    """Something odd that does not stop a count; worded like Malformed. Line 0 means the whole file."""

    line: int
    message_id: str
    details: Mapping[str, Any]

    def __str__(self) -> str:
        return self.message_id.format(**self.details)


@dataclass(frozen=True)
class Section:
    """`rows` yields (line number, fields), as many fields as `header` has names."""

    line: int  # of the header
    header: Row
    rows: Iterator[tuple[int, Row]]


@dataclass(frozen=True)
class Source:
    """A file being read: its name, and what was odd so far."""

    name: str
    warnings: list[Notice] = field(default_factory=list)

    def fail(self, line: int, message_id: str, **details: Any) -> Malformed:
        """The error to raise; what is quoted from the file is cut to one short line."""
        return Malformed(self.name, line, message_id, _shown(details))

    def warn(self, line: int, message_id: str, **details: Any) -> None:
        self.warnings.append(Notice(line, message_id, _shown(details)))

    def sections(self, data: bytes, limit: int) -> dict[str, Section]:
        """META, PROJECTS and VOTES, each once and in this order."""
        text = self._text(data, limit)
        found = list(_TITLE.finditer(text))
        start = found[0].start() if found else len(text)
        if text[:start].strip():
            first = len(text) - len(text.lstrip())
            got = text[first:].split("\n", 1)[0]
            raise self.fail(_line(text, first), "expected the title META, found {found}", found=got)
        for place, title in enumerate(TITLES):
            got = found[place][1] if place < len(found) else "the end of the file"
            at = found[place].start() if place < len(found) else len(text)
            if got != title:
                raise self.fail(
                    _line(text, at), "expected the section {title}, found {found}", title=title, found=got
                )
        if len(found) > len(TITLES):
            line = _line(text, found[3].start())
            raise self.fail(line, "the section {title} stands here a second time", title=found[3][1])
        ends = [match.start() for match in found[1:]] + [len(text)]
        return {
            match[1]: self._section(match[1], text[match.end() : end], _line(text, match.end()))
            for match, end in zip(found, ends, strict=True)
        }

    def money(self, line: int, text: str, what: str) -> int:
        """A decimal amount in 1/100 of its unit."""
        match = _MONEY.fullmatch(text.strip())
        if not match:
            raise self.fail(
                line,
                "{what}: expected an amount such as 1500 or 1500.50, found {text!r}",
                what=what,
                text=text,
            )
        decimals = (match[2] or "").ljust(3, "0")
        if decimals[2:].strip("0"):
            self.warn(line, "{what} {text} is rounded to two decimals", what=what, text=text)
        return int(match[1]) * 100 + int(decimals[:2]) + (decimals[2] >= "5")

    def whole(self, line: int, text: str, what: str) -> int:
        """A whole number from 0 to 999,999,999."""
        match = _WHOLE.fullmatch(text.strip())
        if not match:
            raise self.fail(
                line, "{what}: expected a whole number, 0 or more, found {text!r}", what=what, text=text
            )
        return int(match[1])

    def within(self, line: int, found: int, most: int, what: str) -> None:
        if found > most:
            raise self.fail(
                line, "{what}: found {found}, the limit is {most}", what=what, found=found, most=most
            )

    def _text(self, data: bytes, limit: int) -> str:
        if len(data) > limit:
            raise self.fail(1, "the file has {size} bytes, the limit is {limit}", size=len(data), limit=limit)
        if (at := data.find(b"\0")) >= 0:
            line = data.count(b"\n", 0, at) + 1
            raise self.fail(line, "byte {position} is zero: expected text in UTF-8", position=at)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            byte = data[error.start : error.start + 1].hex()
            raise self.fail(
                line,
                "byte {position} (hex {byte}) is not UTF-8: expected text in UTF-8",
                position=error.start,
                byte=byte,
            ) from None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _section(self, title: str, block: str, line: int) -> Section:
        rows = self._rows(block, line)
        at, header = next(rows, (line, []))
        names = [name.strip() for name in _trimmed(header)]
        if not names:
            raise self.fail(line, "{title}: expected a line with the names of the columns", title=title)
        self.within(at, len(names), MOST_COLUMNS, f"columns of {title}")
        for name in names:
            if names.count(name) > 1:
                raise self.fail(at, "{title} has two columns named {name!r}", title=title, name=name)
        return Section(at, names, self._fitted(rows, len(names)))

    def _rows(self, block: str, line: int) -> Iterator[tuple[int, Row]]:
        """Every row that is not blank with the line it starts on; `block` starts at the end of `line`."""
        reader = csv.reader(io.StringIO(block), delimiter=";")
        last = block.rstrip("\n").count("\n") + 1
        before = 0
        try:
            for row in reader:
                if reader.line_num > before + 1 and reader.line_num >= last:
                    raise self.fail(line + before, "a quotation mark opened here is never closed")
                if row:
                    yield line + before, row
                before = reader.line_num
        except csv.Error as error:
            raise self.fail(line + before, "unreadable line: {reason}", reason=str(error)) from None

    def _fitted(self, rows: Iterator[tuple[int, Row]], width: int) -> Iterator[tuple[int, Row]]:
        for line, row in rows:
            if len(row) == width:
                yield line, row
            elif fitting := _trimmed(row):
                if len(fitting) > width or len(row) < width:
                    raise self.fail(
                        line, "expected {expected} fields, found {found}", expected=width, found=len(row)
                    )
                yield line, row[:width]


def _trimmed(row: Row) -> Row:
    """Without the empty fields that spreadsheets add at the end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _shown(details: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _short(value) if isinstance(value, str) else value for key, value in details.items()}


def _short(text: str) -> str:
    line = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:200])
    return line if len(line) <= 60 else line[:57] + "..."
