"""Sums in Thai words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core.baht_words import baht_words, number_words


@pytest.mark.parametrize(
    ("satang", "words"),
    [
        (25, "ยี่สิบห้าสตางค์"),
        (11_11, "สิบเอ็ดบาทสิบเอ็ดสตางค์"),
        (63147_89, "หกหมื่นสามพันหนึ่งร้อยสี่สิบเจ็ดบาทแปดสิบเก้าสตางค์"),
        (1_50, "หนึ่งบาทห้าสิบสตางค์"),
        (101_00, "หนึ่งร้อยเอ็ดบาทถ้วน"),
        (101_000_000_00, "หนึ่งร้อยเอ็ดล้านบาทถ้วน"),
        (1_000_001_00, "หนึ่งล้านเอ็ดบาทถ้วน"),
        (0, "ศูนย์บาทถ้วน"),
        (1, "หนึ่งสตางค์"),
        (1_01, "หนึ่งบาทหนึ่งสตางค์"),
        (-50, "ลบห้าสิบสตางค์"),
        (-21_00, "ลบยี่สิบเอ็ดบาทถ้วน"),
        (210_000_00, "สองแสนหนึ่งหมื่นบาทถ้วน"),
        (10**12 * 100, "หนึ่งล้านล้านบาทถ้วน"),
    ],
)
def test_baht(satang: int, words: str) -> None:
    assert baht_words(satang) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "ศูนย์"), (1, "หนึ่ง"), (10, "สิบ"), (11, "สิบเอ็ด"), (20, "ยี่สิบ"), (39, "สามสิบเก้า"), (110, "หนึ่งร้อยสิบ")],
)
def test_numbers(number: int, words: str) -> None:
    assert number_words(number) == words


def test_no_words_for_less_than_nothing() -> None:
    with pytest.raises(ValueError):
        number_words(-1)


@given(st.integers(0, 10**18))
def test_the_words_say_the_number(number: int) -> None:
    assert _heard(number_words(number)) == number


def _heard(words: str) -> int:
    """Another way round: what a clerk would write down on hearing the words."""
    before, million, after = words.rpartition("ล้าน")
    if million:
        return _heard(before) * 10**6 + (_heard(after) if after else 0)
    digits = "ศูนย์ หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า เอ็ด ยี่".split()
    places = {"": 1, "สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10_000, "แสน": 100_000}
    total = 0
    for digit, place in re.findall(f"({'|'.join(digits)})?(แสน|หมื่น|พัน|ร้อย|สิบ)?", words):
        value = {"": 1, "เอ็ด": 1, "ยี่": 2}.get(digit)
        if digit or place:
            total += (digits.index(digit) if value is None else value) * places[place]
    return total
