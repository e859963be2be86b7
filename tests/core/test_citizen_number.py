"""The check digit of citizen numbers, and what is said when it does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core import citizen_number

numbers = st.from_regex(r"[0-8][0-9]{11}", fullmatch=True).map(
    lambda first: first + str(citizen_number.check_digit(first))
)


@pytest.mark.parametrize(
    ("number", "remainder"),
    [
        ("1234567890121", 352 % 11),
        ("3100600445635", None),
        ("1000000000131", 0),  # 11 - 0 = 11 -> 1
        ("1000000000050", 1),  # 11 - 1 = 10 -> 0
    ],
)
def test_vectors(number: str, remainder: int | None) -> None:
    assert citizen_number.read(number) == number
    weighted = sum(int(digit) * (13 - place) for place, digit in enumerate(number[:12])) % 11
    assert remainder in (None, weighted)


@pytest.mark.parametrize("first", "012345678")
def test_people_of_every_status_have_numbers(first: str) -> None:
    """0 without registration status, 6 and 7 non-nationals: checkers elsewhere refuse some of them."""
    twelve = first + "12345678901"
    number = twelve + str(citizen_number.check_digit(twelve))
    assert citizen_number.read(number) == number


@given(numbers)
def test_it_reads_what_it_writes_in_any_digits(number: str) -> None:
    written = citizen_number.grouped(number)
    assert citizen_number.read(written) == number
    assert citizen_number.read(written.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))) == number
    assert citizen_number.read(f" {written.replace('-', ' ')} ") == number


@given(numbers, st.integers(0, 8))
def test_another_last_digit_never_fits(number: str, step: int) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1 + step) % 10)
    with pytest.raises(ValueError, match="A digit is wrong"):
        citizen_number.read(wrong)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "in digits, such as 1-2345-67890-12-1"),
        ("-", "in digits"),
        ("no number", "in digits"),
        ("123456789012x", "in digits"),
        ("²234567890121", "in digits"),
        ("123456789012", "13 digits, and this one has 12"),
        ("12345678901210", "13 digits, and this one has 14"),
        ("9234567890121", "begins with 9"),
        ("1234567890122", "A digit is wrong"),
        ("1243567890121", "two are swapped"),
    ],
)
def test_what_is_wrong_is_named(typed: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        citizen_number.read(typed)


def test_how_it_is_shown() -> None:
    assert citizen_number.grouped("3100600445635") == "3-1006-00445-63-5"
    assert citizen_number.masked("5635") == "•-••••-••••5-63-5"
    assert citizen_number.read(citizen_number.EXAMPLE) == "1234567890121"
