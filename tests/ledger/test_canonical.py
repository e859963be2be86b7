"""Canonical JSON: one way to write each value, and every other way refused."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.ledger.canonical import DEEPEST, LARGEST, decode, digest, encode, from_hex, joined
from govapp.ledger.faults import Malformed

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | text,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(text, parts, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (-0, "0"),
        (LARGEST, "9007199254740991"),
        ("สนาม", '"สนาม"'),
        ('"\\/\b\f\n\r\t\x00\x1f\x7f', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"'),
        ({"b": [1, {}], "a": None, "ก": "", "B": ()}, '{"B":[],"a":null,"b":[1,{}],"ก":""}'),
    ],
)
def test_what_is_written(value: Any, written: str) -> None:
    assert encode(value) == written.encode()
    assert encode(decode(written.encode())) == written.encode()


@given(values)
def test_everything_reads_back(value: Any) -> None:
    assert decode(encode(value)) == value


@given(values)
def test_any_other_writing_of_the_same_is_refused(value: Any) -> None:
    for other in (
        json.dumps(value),
        json.dumps(value, ensure_ascii=False, indent=1),
        json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        json.dumps(value, separators=(",", ":"), sort_keys=True),
    ):
        if other.encode() != encode(value):
            with pytest.raises(Malformed, match="one canonical way"):
                decode(other.encode())


def nested(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (1.5, "something other"),
        (1.0, "something other"),
        (math.nan, "something other"),
        (math.inf, "something other"),
        ({"a": [0.1]}, "something other"),
        (b"bytes", "something other"),
        ({1}, "something other"),
        ({1: "a"}, "key in it is not text"),
        (LARGEST + 1, "beyond"),
        (-LARGEST - 1, "beyond"),
        ("\ud800", "not Unicode"),
        ({"\udfff": 1}, "not Unicode"),
        (nested(DEEPEST + 1), "levels"),
    ],
)
def test_what_has_no_canonical_form(value: Any, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        encode(value)


def test_the_deepest_value_is_still_written() -> None:
    assert decode(encode(nested(DEEPEST))) == nested(DEEPEST)


@pytest.mark.parametrize(
    "written",
    [
        b"1.0",
        b"1e2",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"9007199254740992",
        b"1" * 5000,  # longer than Python converts
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b" 1",
        b"1\n",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\\u000A"',
        b'"\xff"',
        b'"\xed\xa0\x80"',  # a surrogate in UTF-8
        b'"\xc0\x80"',  # an overlong zero
        b"\xef\xbb\xbf1",
        '"ก"'.encode("utf-16"),
        b"",
        b"{",
        b"1 2",
        b"'a'",
        b"[1,]",
        b"[" * 100_000,
        b"[" * 100 + b"]" * 100,
    ],
)
def test_bytes_that_are_not_the_canonical_form_of_anything(written: bytes) -> None:
    with pytest.raises(Malformed):
        decode(written)


@given(st.lists(st.binary(max_size=3), max_size=4), st.lists(st.binary(max_size=3), max_size=4))
def test_different_fields_never_give_the_same_bytes(some: list[bytes], others: list[bytes]) -> None:
    assert (joined(*some) == joined(*others)) == (some == others)


def test_the_control_without_lengths_they_do() -> None:
    assert b"".join([b"ab", b"c"]) == b"".join([b"a", b"bc"])
    assert digest("t", b"ab", b"c") != digest("t", b"a", b"bc") != digest("ta", b"", b"bc")


def test_fields_as_bytes() -> None:
    assert joined("ก", 3, b"x") == (
        b"\0\0\0\0\0\0\0\x03\xe0\xb8\x81" + b"\0\0\0\0\0\0\0\x08\0\0\0\0\0\0\0\x03" + b"\0\0\0\0\0\0\0\x01x"
    )
    with pytest.raises(Malformed, match="not Unicode"):
        joined("\ud800")


@pytest.mark.parametrize("text", ["AB", "a", "abc", "0x12", "a ", "๑๒", "ab\n", b"ab", None, 12])
def test_hexadecimal_digits_in_another_form_are_refused(text: Any) -> None:
    with pytest.raises(Malformed, match="2 hexadecimal digits"):
        from_hex(text, 1)
    assert from_hex("0aff", 2) == b"\x0a\xff"
