"""Days of which only a part is known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core import language
from govapp.core.dates import year_be
from govapp.core.partial_dates import PartialDate, in_words, read
from govapp.core.text import NBSP


@pytest.mark.parametrize(
    ("year", "month", "day", "found", "thai", "english"),
    [
        ("2499", None, "", PartialDate(1956), "พ.ศ. 2499", "1956"),
        ("๒๔๙๙", 3, "", PartialDate(1956, 3), "มีนาคม 2499", "March 1956"),
        ("2499", 3, "๑๒", PartialDate(1956, 3, 12), "12 มีนาคม 2499", "12 March 1956"),
        ("1956", 3, "12", PartialDate(1956, 3, 12), "12 มีนาคม 2499", "12 March 1956"),
        (" 2539 ", 2, "29", PartialDate(1996, 2, 29), "29 กุมภาพันธ์ 2539", "29 February 1996"),
        # Until 1940 the Thai year began on 1 April: March 2480 is March 1938.
        ("2480", 3, "5", PartialDate(1938, 3, 5), "5 มีนาคม 2480", "5 March 1938"),
        ("2480", 4, "5", PartialDate(1937, 4, 5), "5 เมษายน 2480", "5 April 1937"),
        ("2480", 3, "", PartialDate(1938, 3), "มีนาคม 2480", "March 1938"),
        ("2480", None, "", PartialDate(1937), "พ.ศ. 2480", "1937"),
        ("1938", 3, "5", PartialDate(1938, 3, 5), "5 มีนาคม 2480", "5 March 1938"),
        ("2482", 2, "29", PartialDate(1940, 2, 29), "29 กุมภาพันธ์ 2482", "29 February 1940"),
        ("2484", 1, "1", PartialDate(1941, 1, 1), "1 มกราคม 2484", "1 January 1941"),
    ],
)
def test_what_people_know_of_a_day(
    year: str, month: int | None, day: str, found: PartialDate, thai: str, english: str
) -> None:
    assert read(year, month, day) == found
    assert in_words(found, "th").replace(NBSP, " ") == thai
    assert in_words(found, "en").replace(NBSP, " ") == english


@pytest.mark.parametrize(
    ("year", "month", "day", "complaint"),
    [
        ("", None, "", "four figures"),
        ("99", None, "", "four figures"),
        ("2399", None, "", "four figures"),
        ("24990", None, "", "four figures"),
        ("ปี", None, "", "four figures"),
        ("²499", None, "", "four figures"),
        ("2499", None, "5", "Choose the month too"),
        ("2499", 3, "0", "from 1 to 31"),
        ("2499", 3, "x", "from 1 to 31"),
        ("2499", 4, "31", "no such day"),
        ("2500", 2, "29", "no such day"),
        ("2483", 2, "", "The year 2483 had only the months April to December"),
        ("2483", 1, "15", "The year 2483 had only the months April to December"),
    ],
)
def test_what_is_wrong_is_named(year: str, month: int | None, day: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read(year, month, day)


@given(st.dates(date(1857, 4, 1), date(2250, 1, 1)))
def test_every_day_is_found_again_in_both_eras(day: date) -> None:
    whole = PartialDate(day.year, day.month, day.day)
    assert read(str(day.year), day.month, str(day.day)) == whole
    assert read(str(year_be(day)), day.month, str(day.day)) == whole
    assert str(year_be(day)) in in_words(whole, "th")


def test_the_language_of_the_moment_is_used() -> None:
    with language.use("th"):
        assert in_words(PartialDate(1956)) == f"พ.ศ.{NBSP}2499"


@pytest.mark.parametrize("parts", [(1956, None, 3), (1956, 13, None), (1956, 2, 30)])
def test_what_cannot_be_is_refused(parts: tuple[int, int | None, int | None]) -> None:
    with pytest.raises(ValueError):
        PartialDate(*parts)
