"""Days of which perhaps only the year, or year and month, are known: births of the old above all.

Years are stored CE. Where only the year is known it is the CE year in which the Thai year began;
until 1940 that was on 1 April, so January to March count to the Buddhist-era year before.
"""

from dataclasses import dataclass
from datetime import date

from babel.dates import get_month_names

from govapp.core import dates
from govapp.core.dates import BE_AHEAD, year_be
from govapp.core.language import current
from govapp.core.language import gettext as _
from govapp.core.text import NBSP, arabic_digits

YEARS_CE, YEARS_BE = range(1850, 2300), range(2400, 2843)


@dataclass(frozen=True)
class PartialDate:
    """A year (CE), perhaps with a month, perhaps with a day; raises ValueError for what cannot be."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs a month")
        date(self.year, self.month or 1, self.day or 1)


def in_words(when: PartialDate, language: str | None = None) -> str:
    """`พ.ศ. 2480`, `มีนาคม 2480`, `12 มีนาคม 2480`; the year CE in other languages."""
    code = language or current()
    if when.month is None:
        return f"พ.ศ.{NBSP}{when.year + BE_AHEAD}" if code == "th" else str(when.year)
    if when.day is not None:
        return dates.long_date(date(when.year, when.month, when.day), code)
    year = year_be(date(when.year, when.month, 1)) if code == "th" else when.year
    return NBSP.join((get_month_names("wide", locale=code)[when.month], str(year)))


def parts(when: PartialDate, language: str | None = None) -> tuple[str, str, str]:
    """Year, month and day as `read` takes them, in the era of the language; "" for what is not known."""
    year = when.year
    if (language or current()) == "th":
        year = year_be(date(when.year, when.month, 1)) if when.month else when.year + BE_AHEAD
    return str(year), str(when.month or ""), str(when.day or "")


def read(year: str, month: int | None = None, day: str = "") -> PartialDate:
    """What a person typed: a year of either era, and month and day as far as they are known.

    Years from 2400 are Buddhist-era; Thai digits will do. Raises ValueError with a reason in the
    current language.
    """
    typed = _number(year)
    if typed not in YEARS_CE and typed not in YEARS_BE:
        raise ValueError(_("Write the year in four figures, such as %(year)s.", year=2499))
    if day and month is None:
        raise ValueError(_("Choose the month too, or leave the day out."))
    month_day = _number(day) if day else None
    if month_day is not None and not 1 <= month_day <= 31:
        raise ValueError(_("Write the day as a number from 1 to 31."))
    if typed in YEARS_CE:
        return _dated(typed, month, month_day)
    if month is None:
        return PartialDate(typed - BE_AHEAD)
    return _dated(_year_of_month(typed, month), month, month_day)


def _year_of_month(typed_be: int, month: int) -> int:
    """The CE year of a month of a Buddhist-era year; raises ValueError: the year 2483 had nine months."""
    for year in (typed_be - BE_AHEAD, typed_be - BE_AHEAD + 1):
        if year_be(date(year, month, 1)) == typed_be:
            return year
    raise ValueError(
        _(
            "The year %(year)s had only the months April to December. Mend the year, or leave the month out.",
            year=typed_be,
        )
    )


def _dated(year: int, month: int | None, day: int | None) -> PartialDate:
    try:
        return PartialDate(year, month, day)
    except ValueError as error:
        raise ValueError(_("This month has no such day. Check the day.")) from error


def _number(typed: str) -> int:
    """-1 for what is no number."""
    text = arabic_digits(typed).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else -1
