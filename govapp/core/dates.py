"""Days and hours for people: Buddhist-era years in Thai, Bangkok time, and reading what people type.

Babel knows no Buddhist calendar, so only the names of months and weekdays come from it.
Days and their parts are tied by no-break spaces. For Thai digits wrap the result in text.thai_digits.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Literal

from babel.dates import get_day_names, get_month_names

from govapp.core.language import N_, available, catalogue, current
from govapp.core.language import gettext as _
from govapp.core.text import NBSP, search_text

BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")  # no summer time, unchanged since 1920
BE_AHEAD = 543  # the Buddhist Era counts this many years more

Width = Literal["wide", "abbreviated"]

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_FIGURES = re.compile(
    r"(?P<day>\d{1,2})(?P<dash>[/.-])(?P<month>\d{1,2})(?P=dash)(?P<year>\d{2,4})", re.ASCII
)
_WORDS = re.compile(
    r"(?:วัน[ก-๎]*?ที่ ?|[a-z]+day,? )?(?P<day>\d{1,2}) ?(?P<month>[^\d ]+) ?"
    r"(?:พ\.?ศ\.? ?(?=2[4-9]))?(?P<year>\d{2,4})",
    re.ASCII,
)
_TIME = re.compile(r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?: ?น\.?)?", re.ASCII)
_YEARS_CE, _YEARS_BE = range(1850, 2300), range(2400, 2843)
_NEAR = {-1: N_("yesterday"), 0: N_("today"), 1: N_("tomorrow")}


def local(moment: datetime) -> datetime:
    """An aware moment on Bangkok clocks; raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone (store UTC)")
    return moment.astimezone(BANGKOK)


def from_local(day: date, hour: time) -> datetime:
    """The moment, in UTC, when Bangkok clocks show this day and hour."""
    return datetime.combine(day, hour, BANGKOK).astimezone(UTC)


def local_day(when: date | datetime) -> date:
    """The calendar day in Bangkok."""
    return local(when).date() if isinstance(when, datetime) else when


def last_day(ends_at: datetime) -> date:
    """The last whole or begun day before something is over: the day before, when it ends at midnight."""
    return local_day(ends_at - timedelta(microseconds=1))


def year_be(day: date) -> int:
    """The Buddhist-era year. Until 1940 it began on 1 April (the calendar year Act of BE 2483 moved it)."""
    began_in_april = day.year <= 1940 and day.month < 4
    return day.year + BE_AHEAD - began_in_april


def fiscal_year(when: date | datetime) -> int:
    """The budget year, Buddhist era: it begins on 1 October of the year before."""
    day = local_day(when)
    return year_be(day) + (day.month >= 10)


def fiscal_quarter(when: date | datetime) -> int:
    """1 (October–December) to 4."""
    return (local_day(when).month - 10) % 12 // 3 + 1


def long_date(when: date | datetime, language: str | None = None, weekday: bool = False) -> str:
    """`22 พฤศจิกายน 2569`, with the weekday `วันอาทิตย์ที่ 22 พฤศจิกายน 2569`."""
    return _date(local_day(when), language or current(), "wide", weekday)


def short_date(when: date | datetime, language: str | None = None, weekday: bool = False) -> str:
    """`22 พ.ย. 2569`"""
    return _date(local_day(when), language or current(), "abbreviated", weekday)


def time_of_day(moment: datetime, language: str | None = None) -> str:
    """`16.00 น.` in Thai, `16:00` elsewhere."""
    return _hours(f"{local(moment):%H:%M}", language or current())


def long_moment(moment: datetime, language: str | None = None, weekday: bool = False) -> str:
    """`22 พฤศจิกายน 2569 เวลา 16.00 น.`"""
    return _joined(long_date(moment, language, weekday), moment, language or current())


def short_moment(moment: datetime, language: str | None = None, weekday: bool = False) -> str:
    """`22 พ.ย. 2569 เวลา 16.00 น.`, `22 Nov 2026, 16:00`"""
    return _joined(short_date(moment, language, weekday), moment, language or current())


def time_range(start: datetime, end: datetime, language: str | None = None) -> str:
    """`09.30–12.00 น.`; what ends with the day ends at 24.00."""
    last = "24:00" if local(end).time() == time(0) else f"{local(end):%H:%M}"
    return _hours(f"{local(start):%H:%M}–{last}", language or current())


def date_range(
    first: date | datetime, last: date | datetime, language: str | None = None, width: Width = "abbreviated"
) -> str:
    """`20–22 พ.ย. 2569`, `28 พ.ย. – 2 ธ.ค. 2569`: what both days share is said once; raises ValueError."""
    start, end, code = local_day(first), local_day(last), language or current()
    if end < start:
        raise ValueError(f"{end} is before {start}")
    whole = _date(end, code, width)
    if start == end:
        return whole
    if start.replace(day=1) == end.replace(day=1):
        return f"{start.day}–{whole}"
    begin = _date(start, code, width)
    if _year(start, code) == _year(end, code):
        begin = begin.rpartition(NBSP)[0]
    return f"{begin}{NBSP}– {whole}"


def relative_day(when: date | datetime, today: date | datetime, language: str | None = None) -> str:
    """`วันนี้`, `อีก 4 วัน`, `4 วันก่อน`"""
    words = catalogue(language or current())
    days = (local_day(when) - local_day(today)).days
    if abs(days) <= 1:
        return words.gettext(_NEAR[days])
    if days > 0:
        found = words.ngettext("in %(count)s day", "in %(count)s days", days)
    else:
        found = words.ngettext("%(count)s day ago", "%(count)s days ago", -days)
    return found % {"count": f"{abs(days):,}"}


def parse_date(typed: str) -> date:
    """The day a person typed: `22 พ.ย. 2569`, `22/11/2569`, `๒๒ พฤศจิกายน ๒๕๖๙`, `2026-11-22`.

    Years from 2400 are Buddhist-era; two figures are refused, for they could be of either era.
    Raises ValueError with a reason in the current language.
    """
    text = search_text(typed)
    found = _ISO.fullmatch(text) or _FIGURES.fullmatch(text) or _WORDS.fullmatch(text)
    month = found and _months().get(found["month"].replace(".", ""))
    if not found or not month:
        raise ValueError(_("Write a date such as %(example)s.", example=short_date(date(2026, 11, 22))))
    year, day = int(found["year"]), int(found["day"])
    if year not in _YEARS_CE and year not in _YEARS_BE:
        raise ValueError(_("Write the year in four figures, such as %(year)s.", year=2569))
    for year_ce in (year - BE_AHEAD, year - BE_AHEAD + 1) if year in _YEARS_BE else (year,):
        try:
            read = date(year_ce, month, day)
        except ValueError:
            continue
        if year in (read.year, year_be(read)):
            return read
    raise ValueError(_("There is no such day: %(text)s.", text=text))


def parse_time(typed: str) -> time:
    """The time of day a person typed: `16.30`, `16:30 น.`, `๑๖.๓๐`.

    Raises ValueError with a reason in the current language.
    """
    found = _TIME.fullmatch(search_text(typed))
    if not found or int(found["hour"]) > 23 or int(found["minute"]) > 59:
        raise ValueError(_("Write a time such as %(example)s.", example="16.30"))
    return time(int(found["hour"]), int(found["minute"]))


def _date(day: date, language: str, width: Width, weekday: bool = False) -> str:
    month = get_month_names(width, locale=language)[day.month]
    found = NBSP.join((str(day.day), month, str(_year(day, language))))
    if not weekday:
        return found
    name = get_day_names("wide", locale=language)[day.weekday()]
    return f"{name}ที่{NBSP}{found}" if language == "th" else f"{name} {found}"


def _year(day: date, language: str) -> int:
    return year_be(day) if language == "th" else day.year


def _hours(hours: str, language: str) -> str:
    return f"{hours.replace(':', '.')}{NBSP}น." if language == "th" else hours


def _joined(day: str, moment: datetime, language: str) -> str:
    return f"{day}{f' เวลา{NBSP}' if language == 'th' else ', '}{time_of_day(moment, language)}"


@cache
def _months() -> dict[str, int]:
    """Every name of a month in every language, lower case and without points, and its number -> 1 to 12."""
    widths: tuple[Width, ...] = ("wide", "abbreviated")
    return {f"{number:0{figures}}": number for number in range(1, 13) for figures in (1, 2)} | {
        search_text(name).replace(".", ""): number
        for language in available()
        for width in widths
        for number, name in get_month_names(width, locale=language).items()
    }
