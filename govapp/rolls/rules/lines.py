"""From the cells of a line to what stands on a roll. The number is hashed here, at once, and nowhere kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from govapp.accounts.rules.people import can_be_birth, is_case_number
from govapp.core import cipher, citizen_number, dates, names, partial_dates
from govapp.core.language import gettext as _
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.core.text import arabic_digits, search_text
from govapp.rolls.models import DISTRICT_LETTERS, Roll, Standing
from govapp.rolls.models.imports import Fault, Verdict
from govapp.rolls.rules import age, keys_of
from govapp.rolls.rules.columns import Column as C

STANDINGS: Mapping[str, Standing] = {
    word: standing
    for standing, words in {
        Standing.ON: "|ปกติ|มีสิทธิ|มีสิทธิ์|on|active|ok",
        Standing.MOVED: "ย้าย|ย้ายออก|ย้ายที่อยู่|moved|moved out",
        Standing.DEAD: "ตาย|เสียชีวิต|ถึงแก่กรรม|จำหน่ายตาย|dead|deceased",
    }.items()
    for word in words.split("|")
}
BANGKOK = "กรุงเทพ"
_FIGURES = re.compile(r"\d+")
_YEAR = re.compile(r"(?:พ\.?ศ\.?)? ?(\d{4})")
_MONTH = re.compile(r"0{1,2}/(\d{1,2})/(\d{4})|(\d{1,2})/(\d{4})")
_LENGTHS = {C.TITLE: 60, C.GIVEN: 200, C.FAMILY: 200, C.DISTRICT: DISTRICT_LETTERS}


class Line(NamedTuple):
    """As it is stored in roll_rows, after the number of the import."""

    line: int
    fingerprint: str | None
    case_number: str | None
    last_four: str
    title: str
    given_name: str
    family_name: str
    sort_key: str
    search_name: str
    birth_year: int | None
    birth_month: int | None
    birth_day: int | None
    district: str
    standing: str
    address: str
    postcode: str
    post_order: str
    verdict: str
    fault: str | None
    other: str


class Wrong(Exception):
    """The line cannot be taken over: why, and what fills the words for it."""

    def __init__(self, fault: Fault, other: str = "") -> None:
        super().__init__(fault, other)
        self.fault, self.other = fault, other


@dataclass(frozen=True)
class Reader:
    """Reads the lines of one file for one roll."""

    columns: Sequence[C | None]
    finding_key: bytes
    districts: Mapping[str, str]  # search text -> name; empty where any name may stand
    minimum_age: int
    age_on: date | None

    @classmethod
    def of(cls, roll: Roll, columns: Sequence[C | None], finding_key: bytes) -> "Reader":
        districts = {search_text(name): name for name in roll.districts}
        return cls(columns, finding_key, districts, roll.minimum_age, roll.age_on)

    def read(self, line: int, cells: Sequence[str]) -> Line:
        """What the line says; a wrong one with its fault, and as much as is needed to find it again."""
        said = {column: cell for column, cell in zip(self.columns, cells, strict=False) if column and cell}
        found = dict.fromkeys(("title", "given_name", "family_name", "district"), "")
        try:
            if any(cell.strip() for cell in cells[len(self.columns) :]):
                raise Wrong(Fault.CELLS, str(len(cells)))
            for column in (C.TITLE, C.GIVEN, C.FAMILY, C.DISTRICT):
                found[column.value] = _words(said.get(column, ""), _LENGTHS[column])
            return self._whole(line, said, found)
        except Wrong as wrong:
            last_four = arabic_digits(said.get(C.NUMBER, ""))[-4:]
            last_four = last_four if last_four.isascii() and last_four.isdigit() else ""
            return _line(
                line,
                found,
                last_four=last_four,
                verdict=Verdict.REJECTED,
                fault=wrong.fault,
                other=wrong.other,
            )

    def _whole(self, line: int, said: Mapping[C, str], found: dict[str, str]) -> Line:
        if not found["given_name"]:
            raise Wrong(Fault.NO_NAME)
        fingerprint, case_number, last_four = self._identity(said)
        standing = STANDINGS.get(search_text(said.get(C.STANDING, "")))
        if standing is None:
            raise Wrong(Fault.STANDING, said[C.STANDING][:40])
        found["district"] = self._district(found["district"])
        born = _born(said.get(C.BORN, ""))
        if standing is Standing.ON:
            self._check_age(born)
        return _line(
            line,
            found,
            fingerprint=fingerprint,
            case_number=case_number,
            last_four=last_four,
            born=born,
            standing=standing,
            place=_place(said),
        )

    def _identity(self, said: Mapping[C, str]) -> tuple[str | None, str | None, str]:
        if typed := said.get(C.NUMBER, "").strip():
            try:
                number = citizen_number.read(typed)
            except ValueError as error:
                raise Wrong(Fault.NUMBER, str(error)) from error
            return cipher.fingerprint(self.finding_key, number), None, number[-4:]
        if typed := " ".join(arabic_digits(said.get(C.CASE_NUMBER, "")).split()):
            if not is_case_number(typed):
                raise Wrong(Fault.CASE_NUMBER)
            return None, typed, ""
        raise Wrong(Fault.NO_IDENTITY)

    def _district(self, name: str) -> str:
        if not self.districts:
            return name
        if not name:
            raise Wrong(Fault.NO_DISTRICT)
        known = self.districts.get(search_text(name))
        if known is None:
            raise Wrong(Fault.DISTRICT, name[:60])
        return known

    def _check_age(self, born: PartialDate | None) -> None:
        if not self.minimum_age or self.age_on is None:
            return
        if born is None:
            raise Wrong(Fault.NO_BIRTH)
        years = age(born, self.age_on)
        if years < self.minimum_age:
            raise Wrong(Fault.TOO_YOUNG, str(max(years, 0)))


def born_as_typed(typed: str) -> PartialDate | None:
    """A birth of which perhaps only the year, or month and year, are known; raises ValueError."""
    plain = search_text(typed)
    if not plain:
        return None
    if found := _YEAR.fullmatch(plain):
        return partial_dates.read(found[1])
    if found := _MONTH.fullmatch(plain):
        return partial_dates.read(found[2] or found[4], int(found[1] or found[3]))
    day = dates.parse_date(typed)
    return PartialDate(day.year, day.month, day.day)


@lru_cache(maxsize=50_000)
def _born(typed: str) -> PartialDate | None:
    try:
        born = born_as_typed(typed)
    except ValueError as error:
        raise Wrong(Fault.BIRTH, str(error)) from error
    if born and not can_be_birth(date(born.year, born.month or 1, born.day or 1)):
        raise Wrong(Fault.BIRTH, _("Nobody living was born then. Check the year."))
    return born


@lru_cache(maxsize=50_000)
def _words(typed: str, most: int) -> str:
    found = names.spelled(typed)
    if len(found) > most or not found.isprintable():
        raise Wrong(Fault.LETTERS, str(most))
    return found


def _place(said: Mapping[C, str]) -> tuple[str, str, str]:
    """Address, postcode, and the place of the letter on a postman's way."""
    part = {column: _words(said.get(column, ""), 100) for column in _PARTS}
    postcode = arabic_digits(part[C.POSTCODE])
    if postcode and not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
        raise Wrong(Fault.POSTCODE, postcode[:20])
    is_bangkok = part[C.PROVINCE].startswith(BANGKOK)
    first = (
        part[C.HOUSE],
        _with("หมู่ที่", part[C.VILLAGE], only_figures=True),
        _with("ซอย", part[C.LANE]),
        _with("ถนน", part[C.ROAD]),
    )
    second = (
        _with("แขวง" if is_bangkok else "ตำบล", part[C.SUBDISTRICT]),
        _with("เขต" if is_bangkok else "อำเภอ", part[C.AMPHOE]),
    )
    third = (part[C.PROVINCE] if is_bangkok else _with("จังหวัด", part[C.PROVINCE]), postcode)
    lines = (" ".join(filter(None, some)) for some in (first, second, third))
    way = (postcode, *(part[column] for column in (C.SUBDISTRICT, C.VILLAGE, C.ROAD, C.LANE, C.HOUSE)))
    return "\n".join(filter(None, lines)), postcode, "\x1f".join(map(_padded, way))[:600]


@lru_cache(maxsize=50_000)
def _padded(text: str) -> str:
    """Numbers so that house 12 comes after house 2."""
    return _FIGURES.sub(lambda figures: figures[0].zfill(6), arabic_digits(text))


_PARTS = (C.HOUSE, C.VILLAGE, C.LANE, C.ROAD, C.SUBDISTRICT, C.AMPHOE, C.PROVINCE, C.POSTCODE)
_SHORT = {"ตำบล": "ต.", "อำเภอ": "อ.", "จังหวัด": "จ.", "ถนน": "ถ.", "ซอย": "ซ.", "หมู่ที่": "ม."}


def _with(word: str, name: str, only_figures: bool = False) -> str:
    """The name with its kind before it, unless it says so itself."""
    if not name or name.startswith((word, _SHORT.get(word, word))):
        return name
    if only_figures and not name[0].isdigit():
        return name  # a community (ชุมชน) stands where a village would
    return f"{word} {name}" if name[0].isdigit() else word + name


def _line(
    line: int,
    found: Mapping[str, str],
    fingerprint: str | None = None,
    case_number: str | None = None,
    last_four: str = "",
    born: PartialDate | None = None,
    standing: Standing = Standing.ON,
    place: tuple[str, str, str] = ("", "", ""),
    verdict: Verdict = Verdict.NEW,
    fault: Fault | None = None,
    other: str = "",
) -> Line:
    sort_key, search_name = keys_of(Name(found["title"], found["given_name"], found["family_name"]))
    address, postcode, post_order = place
    return Line(
        line,
        fingerprint,
        case_number,
        last_four,
        found["title"],
        found["given_name"],
        found["family_name"],
        sort_key,
        search_name,
        born.year if born else None,
        born.month if born else None,
        born.day if born else None,
        found["district"],
        standing.value,
        address,
        postcode,
        post_order,
        verdict.value,
        fault.value if fault else None,
        other,
    )
