"""Days and hours for people. A tilde stands for a no-break space."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core import dates, language
from govapp.core.text import thai_digits

DAY = date(2026, 11, 22)
CLOSING = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # 16.00 in Bangkok
any_day = st.dates(date(1890, 1, 1), date(2299, 12, 31))


def tied(text: str) -> str:
    return text.replace("\u00a0", "~")


def test_long_and_short() -> None:
    assert tied(dates.long_date(DAY, "th")) == "22~พฤศจิกายน~2569"
    assert tied(dates.long_date(DAY, "th", weekday=True)) == "วันอาทิตย์ที่~22~พฤศจิกายน~2569"
    assert tied(dates.short_date(DAY, "th")) == "22~พ.ย.~2569"
    assert tied(dates.long_date(DAY, "en")) == "22~November~2026"
    assert tied(dates.long_date(DAY, "en", weekday=True)) == "Sunday 22~November~2026"
    assert tied(dates.short_date(DAY, "en")) == "22~Nov~2026"
    assert tied(thai_digits(dates.long_date(DAY, "th"))) == "๒๒~พฤศจิกายน~๒๕๖๙"


def test_hours_are_those_of_bangkok() -> None:
    assert tied(dates.time_of_day(CLOSING, "th")) == "16.00~น."
    assert dates.time_of_day(CLOSING, "en") == "16:00"
    assert tied(dates.short_moment(CLOSING, "th")) == "22~พ.ย.~2569 เวลา~16.00~น."
    assert tied(dates.short_moment(CLOSING, "en")) == "22~Nov~2026, 16:00"
    assert tied(dates.long_moment(CLOSING, "th", weekday=True)) == ("วันอาทิตย์ที่~22~พฤศจิกายน~2569 เวลา~16.00~น.")
    assert tied(dates.time_range(CLOSING, CLOSING + timedelta(minutes=95), "th")) == "16.00–17.35~น."
    assert dates.time_range(CLOSING, CLOSING + timedelta(minutes=95), "en") == "16:00–17:35"
    assert tied(dates.time_range(CLOSING, CLOSING + timedelta(hours=8), "th")) == "16.00–24.00~น."


def test_the_day_changes_at_midnight_in_bangkok() -> None:
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert dates.local_day(new_year) == date(2027, 1, 1)
    assert tied(dates.short_date(new_year, "th")) == "1~ม.ค.~2570"
    assert dates.local_day(new_year - timedelta(seconds=1)) == date(2026, 12, 31)
    assert dates.from_local(date(2027, 1, 1), time(0, 0)) == new_year


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dates.time_of_day(datetime(2026, 11, 22, 9, 0))


def test_the_language_of_the_moment_is_used() -> None:
    with language.use("en"):
        assert tied(dates.short_date(DAY)) == "22~Nov~2026"
    with language.use("th"):
        assert tied(dates.short_date(DAY)) == "22~พ.ย.~2569"


@pytest.mark.parametrize(
    ("first", "last", "thai", "english"),
    [
        (date(2026, 11, 20), DAY, "20–22~พ.ย.~2569", "20–22~Nov~2026"),
        (date(2026, 11, 28), date(2026, 12, 2), "28~พ.ย.~– 2~ธ.ค.~2569", "28~Nov~– 2~Dec~2026"),
        (date(2026, 11, 28), date(2027, 1, 2), "28~พ.ย.~2569~– 2~ม.ค.~2570", "28~Nov~2026~– 2~Jan~2027"),
        (date(2025, 11, 20), DAY, "20~พ.ย.~2568~– 22~พ.ย.~2569", "20~Nov~2025~– 22~Nov~2026"),
        (DAY, DAY, "22~พ.ย.~2569", "22~Nov~2026"),
        (CLOSING, CLOSING, "22~พ.ย.~2569", "22~Nov~2026"),
    ],
)
def test_ranges_say_once_what_is_shared(first: date, last: date, thai: str, english: str) -> None:
    assert tied(dates.date_range(first, last, "th")) == thai
    assert tied(dates.date_range(first, last, "en")) == english


def test_long_ranges_and_ranges_that_run_backwards() -> None:
    assert tied(dates.date_range(date(2026, 11, 20), DAY, "th", "wide")) == "20–22~พฤศจิกายน~2569"
    with pytest.raises(ValueError, match="before"):
        dates.date_range(DAY, date(2026, 11, 21))


@pytest.mark.parametrize(
    ("days", "thai", "english"),
    [
        (0, "วันนี้", "today"),
        (1, "พรุ่งนี้", "tomorrow"),
        (-1, "เมื่อวาน", "yesterday"),
        (4, "อีก 4~วัน", "in 4 days"),
        (-4, "4~วันก่อน", "4 days ago"),
        (1158, "อีก 1,158~วัน", "in 1,158 days"),
    ],
)
def test_relative_days(days: int, thai: str, english: str) -> None:
    assert tied(dates.relative_day(DAY + timedelta(days), DAY, "th")) == thai
    assert dates.relative_day(DAY + timedelta(days), DAY, "en") == english


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        (date(2025, 9, 30), 2568, 4),
        (date(2025, 10, 1), 2569, 1),
        (date(2025, 12, 31), 2569, 1),
        (date(2026, 1, 1), 2569, 2),
        (date(2026, 4, 1), 2569, 3),
        (date(2026, 7, 1), 2569, 4),
    ],
)
def test_the_fiscal_year_begins_in_october(day: date, year: int, quarter: int) -> None:
    assert (dates.fiscal_year(day), dates.fiscal_quarter(day)) == (year, quarter)


def test_the_fiscal_year_begins_at_midnight_in_bangkok() -> None:
    assert dates.fiscal_year(datetime(2025, 9, 30, 16, 59, tzinfo=UTC)) == 2568
    assert dates.fiscal_year(datetime(2025, 9, 30, 17, 0, tzinfo=UTC)) == 2569


def test_buddhist_era_years() -> None:
    assert dates.year_be(date(2024, 2, 29)) == 2567
    assert dates.year_be(date(1941, 1, 1)) == 2484
    assert dates.year_be(date(1940, 12, 31)) == 2483
    assert dates.year_be(date(1940, 3, 31)) == 2482  # years began on 1 April then
    assert dates.year_be(date(1940, 4, 1)) == 2483


@pytest.mark.parametrize(
    "typed",
    [
        "22 พ.ย. 2569",
        "22พย2569",
        "22 พฤศจิกายน 2569",
        "22 พฤศจิกายน พ.ศ. 2569",
        "วันอาทิตย์ที่ 22 พฤศจิกายน 2569",
        "วันที่ 22 พ.ย. 2569",
        "๒๒ พฤศจิกายน ๒๕๖๙",
        "22/11/2569",
        "๒๒/๑๑/๒๕๖๙",
        "22-11-2569",
        "22.11.2569",
        "22/11/2026",
        "2026-11-22",
        "2569-11-22",
        " 22\u00a0Nov  2026 ",
        "22 november 2026",
        "Sunday 22 November 2026",
    ],
)
def test_dates_people_type(typed: str) -> None:
    assert dates.parse_date(typed) == DAY


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "such as 22.Nov.2026"),
        ("พรุ่งนี้", "such as"),
        ("22", "such as"),
        ("22 พ.ย.", "such as"),
        ("22 พ.อ. 2569", "such as"),
        ("22/11-2569", "such as"),
        ("2569", "such as"),
        ("22/11/69", "four figures"),
        ("22/11/1569", "four figures"),
        ("22/11/9999", "four figures"),
        ("22/11/25690", "such as"),
        ("22 ² 2569", "such as"),
        ("22 พ.ย. พ.ศ. 2026", "such as"),
        ("29/02/2568", "no such day"),
        ("31 เม.ย. 2569", "no such day"),
        ("22/13/2569", "such as"),
        ("0/1/2569", "no such day"),
        ("15 ก.พ. 2483", "no such day"),  # that year ran from April to December
    ],
)
def test_dates_that_cannot_be_read_say_why(typed: str, reason: str) -> None:
    with language.use("en"), pytest.raises(ValueError, match=reason):
        dates.parse_date(typed)


def test_the_reason_is_in_the_language_of_the_reader() -> None:
    with language.use("th"), pytest.raises(ValueError, match="เช่น 22"):
        dates.parse_date("เมื่อไร")


@given(any_day, st.sampled_from(["th", "en"]), st.booleans(), st.booleans())
def test_dates_shown_can_be_read_again(day: date, code: str, weekday: bool, official: bool) -> None:
    for show in (dates.long_date, dates.short_date):
        shown = show(day, code, weekday)
        assert dates.parse_date(thai_digits(shown) if official else shown) == day


@given(any_day)
def test_years_never_run_backwards(day: date) -> None:
    tomorrow = day + timedelta(1)
    assert dates.year_be(tomorrow) - dates.year_be(day) in (0, 1)
    assert dates.fiscal_year(tomorrow) >= dates.fiscal_year(day) or day.year < 1941


@given(st.integers(1944, 2296).filter(lambda year: year % 4 == 0 and (year % 100 or year % 400 == 0)))
def test_29_february_is_a_day_in_both_eras(year: int) -> None:
    leap = date(year, 2, 29)
    assert dates.parse_date(f"29/2/{dates.year_be(leap)}") == leap
    assert dates.year_be(leap) == year + 543


@given(st.text(st.sampled_from("0123569๒๓²٣/-. พยวันที่กx"), max_size=12))
def test_any_text_is_read_or_refused_with_a_reason_of_ours(typed: str) -> None:
    with language.use("th"):
        try:
            dates.parse_date(typed)
        except ValueError as error:
            assert re.match("เขียน|ไม่มีวันที่", str(error))  # noqa: PT017
