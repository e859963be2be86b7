"""A file of areas, as an office types it: CSV in UTF-8 with the columns below, in any order.

Codes and dates may hold Thai digits and spaces, kinds and regions may be named in Thai. An entry
says everything about its area: an empty cell means none.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from govapp.areas.models import AreaKind, Region
from govapp.areas.rules import PROVINCIAL, WITH_FIGURES, AreaFile, Entry, Rejected
from govapp.core.dates import parse_date
from govapp.core.errors import Refused, Unreadable
from govapp.core.text import arabic_digits, search_text

C = TypeVar("C")

COLUMNS = (
    "code",
    "kind",
    "name_th",
    "name_en",
    "parent_code",
    "region",
    "opened_on",
    "closed_on",
    "merged_into_code",
)
OURS = ("line", "reason")  # a report of rejected lines can be mended and brought in again
LONGEST_NAME = 200
KINDS = {kind.value: kind for kind in AreaKind if kind is not AreaKind.ELSEWHERE} | {
    "ประเทศ": AreaKind.COUNTRY,
    "จังหวัด": AreaKind.PROVINCE,
    "กทม.": AreaKind.BANGKOK,
    "กรุงเทพมหานคร": AreaKind.BANGKOK,
    "อำเภอ": AreaKind.DISTRICT,
    "เขต": AreaKind.DISTRICT,
    "ตำบล": AreaKind.SUBDISTRICT,
    "แขวง": AreaKind.SUBDISTRICT,
    "อบจ.": AreaKind.PROVINCIAL_ADMINISTRATION,
    "เทศบาลนคร": AreaKind.CITY_MUNICIPALITY,
    "เทศบาลเมือง": AreaKind.TOWN_MUNICIPALITY,
    "เทศบาลตำบล": AreaKind.SUBDISTRICT_MUNICIPALITY,
    "อบต.": AreaKind.SUBDISTRICT_ADMINISTRATION,
    "เมืองพัทยา": AreaKind.PATTAYA,
}
REGIONS = {region.value: region for region in Region} | {
    "ภาคเหนือ": Region.NORTH,
    "ภาคตะวันออกเฉียงเหนือ": Region.NORTHEAST,
    "ภาคกลาง": Region.CENTRAL,
    "ภาคตะวันออก": Region.EAST,
    "ภาคใต้": Region.SOUTH,
    "ภาคใต้ชายแดน": Region.SOUTHERN_BORDER,
}
_CODE = re.compile(r"(?!x-)[0-9A-Za-z][0-9A-Za-z-]{0,39}", re.ASCII)  # x- begins what is invented


def read(content: bytes, tell: Callable[[int], None] = lambda lines: None) -> AreaFile:
    """The entries of a file and the lines that say none; raises Unreadable when it is no such file.

    tell  hears the number of lines as they are read
    """
    lines = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        header = tuple(next(lines, ()))
        names = _columns(header)
        file = AreaFile(header)
        first_lines: dict[str, int] = {}
        line = lines.line_num + 1
        for cells in lines:
            if any(cell.strip() for cell in cells):
                _read_line(file, names, line, tuple(cells), first_lines)
            tell(lines.line_num + 1 - line)
            line = lines.line_num + 1
    except csv.Error as error:
        raise Unreadable("Line %(line)s is no CSV: %(problem)s", line=lines.line_num, problem=error) from None
    return file


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable("Line %(line)s is not in UTF-8. Save the file as CSV UTF-8.", line=line) from None


def _columns(header: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(cell.strip().lower() for cell in header)
    wrong = [
        *(name for name in COLUMNS if names.count(name) != 1),
        *(name for name in names if name not in COLUMNS + OURS),
    ]
    if wrong:
        raise Unreadable(
            "The first line must name these columns, each once: %(columns)s. Look at: %(wrong)s",
            columns=",".join(COLUMNS),
            wrong=", ".join(dict.fromkeys(wrong)) or "–",
        )
    return names


def _read_line(
    file: AreaFile, names: tuple[str, ...], line: int, cells: tuple[str, ...], first_lines: dict[str, int]
) -> None:
    try:
        if len(cells) != len(names):
            raise Unreadable("It has %(cells)s cells, not %(wanted)s", cells=len(cells), wanted=len(names))
        entry = _entry(dict(zip(names, cells, strict=True)), line, cells)
        first = first_lines.setdefault(entry.code, line)
        if first != line:
            raise Unreadable("The code %(code)s stands on line %(line)s already", code=entry.code, line=first)
        file.entries.append(entry)
    except Refused as reason:
        file.rejected.append(Rejected(line, cells, reason))


def _entry(typed: Mapping[str, str], line: int, cells: tuple[str, ...]) -> Entry:
    kind = _choice(typed, "kind", KINDS)
    if kind is None:
        raise Unreadable("%(column)s is empty", column="kind")
    code = _code(typed, "code", WITH_FIGURES.get(kind))
    if code is None or not typed["name_th"].strip():
        raise Unreadable("%(column)s is empty", column="code" if code is None else "name_th")
    entry = Entry(
        code,
        kind,
        _name(typed, "name_th"),
        _name(typed, "name_en"),
        _code(typed, "parent_code"),
        _choice(typed, "region", REGIONS),
        _day(typed, "opened_on"),
        _day(typed, "closed_on"),
        _code(typed, "merged_into_code"),
        line,
        cells,
    )
    _check(entry)
    return entry


def _check(entry: Entry) -> None:
    if (entry.region is not None) != (entry.kind in PROVINCIAL):
        raise Unreadable(
            "A province must have a region, and nothing else may: districts take their province's"
        )
    if entry.opened_on and entry.closed_on and entry.closed_on <= entry.opened_on:
        raise Unreadable("closed_on must be after opened_on")
    if entry.merged_into_code and not entry.closed_on:
        raise Unreadable("An area that was merged is closed: give closed_on")


def _code(typed: Mapping[str, str], column: str, figures: int | None = None) -> str | None:
    found = "".join(arabic_digits(typed[column]).split())
    if not found:
        return None
    if not _CODE.fullmatch(found):
        raise Unreadable("%(column)s is no official code: %(text)s", column=column, text=found[:60])
    if figures and not (found.isdigit() and len(found) == figures):
        raise Unreadable(
            "%(column)s needs %(figures)s figures for this kind: %(text)s",
            column=column,
            figures=figures,
            text=found,
        )
    return found


def _choice(typed: Mapping[str, str], column: str, choices: Mapping[str, C]) -> C | None:
    found = search_text(typed[column])
    if found and found not in choices:
        allowed = ", ".join(word for word in choices if word.isascii())
        raise Unreadable(
            "%(column)s is not one of %(choices)s: %(text)s", column=column, choices=allowed, text=found[:60]
        )
    return choices[found] if found else None


def _name(typed: Mapping[str, str], column: str) -> str:
    found = " ".join(unicodedata.normalize("NFC", typed[column]).split())
    if len(found) > LONGEST_NAME:
        raise Unreadable("%(column)s is longer than %(count)s characters", column=column, count=LONGEST_NAME)
    if any(unicodedata.category(letter) == "Cc" for letter in found):
        raise Unreadable("%(column)s holds a character that cannot be shown", column=column)
    return found


def _day(typed: Mapping[str, str], column: str) -> date | None:
    if not typed[column].strip():
        return None
    try:
        return parse_date(typed[column])
    except ValueError as error:
        raise Unreadable("%(column)s: %(problem)s", column=column, problem=error) from None
