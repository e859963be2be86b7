"""Thai text: digits, searching, sorting, width."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core.text import arabic_digits, search_terms, search_text, sort_key, thai_digits, width

thai = st.text(st.sampled_from("กขงจชณดตนปพมยรลวสอฤ" + "ะัาำิีุูเแโใไ" + "็่้๊๋์ํ" + "๐๙ aZ9\u200b"), max_size=8)
words = st.from_regex("([เแโใไ]?[กขงนพมรลวอ][่้๊๋]?[าะ]?){1,3}", fullmatch=True)
PROVINCES = "ชุมพร เชียงราย เชียงใหม่ ปัตตานี พะเยา พัทลุง แพร่ ยะลา ร้อยเอ็ด ลำพูน เลย สตูล".split()
TONES = "กวย ก่วย ก้วย ก๊วย ก๋วย".split()


def test_digits() -> None:
    assert thai_digits("ครั้งที่ 5/2569 (09.30 น.)") == "ครั้งที่ ๕/๒๕๖๙ (๐๙.๓๐ น.)"
    assert arabic_digits("๑๒๓๔๕๖๗๘๙๐") == "1234567890"


@given(st.text(st.characters(exclude_characters="๐๑๒๓๔๕๖๗๘๙")))
def test_digits_come_back(text: str) -> None:
    assert arabic_digits(thai_digits(text)) == text
    assert not re.search("[0-9]", thai_digits(text))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  ถนน\u00a0 สาย ๓\n", "ถนน สาย 3"),
        ("Local Budget", "local budget"),
        ("ปรับ\u200bปรุง\ufeff", "ปรับปรุง"),
        ("นํ้า", "น้ำ"),  # nikhahit before the tone
        ("น้ํา", "น้ำ"),  # and after it
        ("ทํา", "ทำ"),
        ("เเพร่", "แพร่"),  # two เ for one แ
        ("e\u0301", "é"),
    ],
)
def test_what_looks_the_same_is_found_the_same(typed: str, stored: str) -> None:
    assert search_text(typed) == stored


@given(st.one_of(thai, st.text()))
def test_search_text_is_settled(text: str) -> None:
    once = search_text(text)
    assert search_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_terms_are_separated_by_spaces_only_and_each_is_asked_once() -> None:
    assert search_terms(" ถนน  น้ำ ถนน ๒๕๖๙ ") == ["ถนน", "น้ำ", "2569"]
    assert search_terms("\u200b ") == []


@pytest.mark.parametrize("order", [PROVINCES, TONES, ["เกาะ", "ขอ", "แขก", "อา"], ["a", "B", "c", "ก"]])
@given(data=st.data())
def test_the_order_of_the_dictionary(order: list[str], data: st.DataObject) -> None:
    assert sorted(data.draw(st.permutations(order)), key=sort_key) == order


def test_a_key_is_hardly_longer_than_its_text() -> None:
    assert sort_key("แพร่") == "พแร\x1f   ่"
    assert sort_key("ลำพูน") == "ลำพูน\x1f"


def test_plain_order_would_be_wrong() -> None:
    assert sorted(PROVINCES) != PROVINCES


@given(thai, thai)
def test_texts_share_a_key_only_when_they_are_the_same_text(one: str, other: str) -> None:
    assert (sort_key(one) == sort_key(other)) == (search_text(one) == search_text(other))


@given(words, words)
def test_tones_only_break_ties(one: str, other: str) -> None:
    bare_one, bare_other = (re.sub("[่-๋]", "", word) for word in (one, other))
    if bare_one != bare_other:
        assert (sort_key(one) < sort_key(other)) == (sort_key(bare_one) < sort_key(bare_other))


@given(st.sampled_from([*PROVINCES, *TONES, "หมู่ 4", "วัด"]), thai)
def test_a_shorter_text_comes_before_what_goes_on_from_it(start: str, rest: str) -> None:
    assert sort_key(start) <= sort_key(f"{start} {rest}")


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("baht", 4), ("ที่", 1), ("น้ำ", 2), ("ผู้ใหญ่", 4), ("漢", 2), ("a\u200bb", 2)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns
