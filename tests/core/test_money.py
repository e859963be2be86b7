"""Numbers and money, shown and read."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core import language
from govapp.core.money import (
    count,
    exact_percent,
    figures,
    money,
    parse_baht,
    parse_count,
    parse_percent,
    percent,
    satang,
)
from govapp.core.text import thai_digits

LARGEST = 10**17 - 1


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (1_450_000_00, "1,450,000\u00a0บาท"),
        (67_50, "67.50\u00a0บาท"),
        (5, "0.05\u00a0บาท"),
        (0, "0\u00a0บาท"),
        (-50, "\u22120.50\u00a0บาท"),
        (-1_234_00, "\u22121,234\u00a0บาท"),
    ],
)
def test_baht(amount: int, shown: str) -> None:
    assert money(amount, language="th") == shown


def test_other_units() -> None:
    assert money(1_000_000_00, "PLN", "th") == "1,000,000\u00a0PLN"
    assert money(1_450_000_00, language="en") == "1,450,000\u00a0baht"
    with language.use("en"):
        assert money(100) == "1\u00a0baht"
    assert figures(1_450_000_00) == "1,450,000"


def test_counts() -> None:
    assert [count(n) for n in (0, 999, 1158, -1158)] == ["0", "999", "1,158", "\u22121,158"]


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0%"),
        (1, "100%"),
        (Fraction(1, 2), "50%"),
        (Fraction(1, 3), "33.3%"),
        (Fraction(24, 100), "24%"),
        (Fraction(1, 10), "10%"),
        (Fraction(9997, 10000), "99.97%"),
        (Fraction(1, 3000), "0.03%"),
        (Fraction(1, 2000), "0.1%"),
        (Fraction(5, 2), "250%"),
        (Fraction(-1, 8), "\u221212.5%"),
    ],
)
def test_percent(share: Fraction | int, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("basis_points", "shown"),
    [(250, "2.5%"), (1, "0.01%"), (1225, "12.25%"), (1000, "10%"), (10_000, "100%")],
)
def test_hundredths_of_a_percent_are_not_rounded_away(basis_points: int, shown: str) -> None:
    assert exact_percent(basis_points) == shown
    assert parse_percent(shown) == basis_points


@given(st.fractions(0, 1, max_denominator=10_000))
def test_only_nothing_is_0_percent_and_only_all_is_100(share: Fraction) -> None:
    assert (percent(share) == "0%") == (share == 0)
    assert (percent(share) == "100%") == (share == 1)


@pytest.mark.parametrize(
    ("typed", "basis_points"),
    [("5", 500), ("๒.๕ %", 250), ("ร้อยละ ๑๐", 1000), ("ร้อยละ2.25", 225), ("0.01%", 1), ("-5 per cent", -500)],
)
def test_a_percentage_as_people_write_it(typed: str, basis_points: int) -> None:
    assert parse_percent(typed) == basis_points


@pytest.mark.parametrize("typed", ["", "%", "5 บาท", "2,5", "2.555", "ครึ่งหนึ่ง", "1e2"])
def test_what_is_no_percentage_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match=r"number|Write"):
        parse_percent(typed)


def test_half_a_satang_is_rounded_up() -> None:
    assert satang(Decimal("2.675")) == 268
    assert satang(Decimal("-0.005")) == -1
    assert satang(Decimal("1450000")) == 1_450_000_00


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("๑,๒๓๔.๕๐ ", 123450),
        ("1234.5", 123450),
        ("1 234,567", 1_234_567_00),
        ("1\u00a0234.50", 123450),
        ("1,500.-", 150000),
        ("1500 บาท", 150000),
        ("1500บาทถ้วน", 150000),
        ("฿1,500", 150000),
        ("1,500 Baht", 150000),
        ("-0.50", -50),
        ("\u2212 2", -200),
        ("0", 0),
        ("007", 700),
        ("999999999999999.99", LARGEST),
    ],
)
def test_what_people_type(typed: str, read: int) -> None:
    assert parse_baht(typed) == read


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "in figures"),
        ("บาท", "in figures"),
        ("-", "in figures"),
        ("พันบาท", "is not a number"),
        ("1,50", "is not a number"),
        ("12,34,567", "is not a number"),
        ("1 2", "is not a number"),
        ("1.2.3", "is not a number"),
        ("1e5", "is not a number"),
        ("½", "is not a number"),
        ("٣", "is not a number"),
        (".5", "is not a number"),
        ("1--2", "is not a number"),
        ("1.500", "two digits after the point"),
        ("1000000000000000", "too large"),
        ("9" * 5000, "too large"),
    ],
)
def test_what_cannot_be_read_says_why(typed: str, reason: str) -> None:
    with language.use("en"), pytest.raises(ValueError, match=reason):
        parse_baht(typed)


def test_the_reason_is_in_the_language_of_the_reader() -> None:
    with language.use("th"), pytest.raises(ValueError, match="ใส่จำนวนเป็นตัวเลข"):
        parse_baht("")


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(["th", "en"]), st.booleans())
def test_money_shown_can_be_read_again(amount: int, code: str, official: bool) -> None:
    shown = money(amount, language=code)
    assert parse_baht(thai_digits(shown) if official else shown) == amount


@given(st.text(st.sampled_from("0123456789๐๙²٣½,. -−+฿บาท"), max_size=10))
def test_any_text_is_read_or_refused_with_a_reason_of_ours(typed: str) -> None:
    with language.use("th"):
        try:
            parse_baht(typed)
        except ValueError as error:
            assert re.search("ใส่|มากเกิน", str(error))  # noqa: PT017


@given(st.integers(-(10**14), 10**14))
def test_counts_shown_can_be_read_again(number: int) -> None:
    assert parse_count(thai_digits(count(number))) == number


@pytest.mark.parametrize("typed", ["1.5", "1.0", "", "สาม"])
def test_counts_are_whole(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_count(typed)
