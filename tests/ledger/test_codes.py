"""Codes copied by hand: what a person mistypes is named."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.ledger import codes
from govapp.ledger.codes import ALPHABET
from govapp.ledger.faults import Mistyped

LENGTHS = (8, 12, 15, codes.LONGEST)
made = st.sampled_from(LENGTHS).flatmap(
    lambda length: st.text(ALPHABET, min_size=length - 1, max_size=length - 1).map(codes.with_check_letter)
)


def test_the_alphabet_is_as_long_as_a_prime_and_has_nothing_that_looks_like_something_else() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == codes.PRIME
    for alike in ("0OQD", "1ILJ", "2Z", "5S", "8B", "6G", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1, alike
    assert sorted(pow(5, power, codes.PRIME) for power in range(codes.LONGEST)) == [*range(1, codes.PRIME)]


def test_fifteen_letters_hold_sixty_random_bits() -> None:
    assert 14 * math.log2(len(ALPHABET)) >= 60
    assert len({codes.make(15) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("length", LENGTHS)
def test_a_new_code_reads_as_itself(length: int) -> None:
    code = codes.make(length)
    assert codes.read(codes.grouped(code), length) == code


@given(made, st.data())
def test_every_wrong_letter_is_found(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(code) - 1))
    for letter in ALPHABET:
        wrong = code[:at] + letter + code[at + 1 :]
        if letter != code[at]:
            with pytest.raises(Mistyped, match="mistyped"):
                codes.read(wrong, len(code))


@given(made)
def test_every_swap_of_neighbours_and_of_the_letters_beside_one_is_found(code: str) -> None:
    for far in (1, 2):
        for at in range(len(code) - far):
            letters = list(code)
            letters[at], letters[at + far] = letters[at + far], letters[at]
            if code[at] != code[at + far]:
                with pytest.raises(Mistyped, match="mistyped"):
                    codes.read("".join(letters), len(code))


@given(made)
def test_every_doubled_letter_mistyped_is_found(code: str) -> None:
    """aa typed as bb."""
    for at in range(len(code) - 1):
        if code[at] == code[at + 1]:
            for letter in set(ALPHABET) - {code[at]}:
                with pytest.raises(Mistyped, match="mistyped"):
                    codes.read(code[:at] + 2 * letter + code[at + 2 :], len(code))


def fits(code: str) -> bool:
    try:
        return bool(codes.read(code, len(code)))
    except Mistyped as error:
        return not str(error)


def test_the_control_of_any_letters_one_in_23_fits() -> None:
    """So two errors can cancel out, and the tests above are not true of any string."""
    found = sum(fits(f"{first}{second}2222222") for first in ALPHABET for second in ALPHABET)
    assert found == codes.PRIME


CODE = codes.with_check_letter("K7F4M9XWTP3HRV")


@pytest.mark.parametrize(
    "typed",
    [
        codes.grouped(CODE),
        CODE.lower(),
        f"  {CODE[:5]} {CODE[5:10]}–{CODE[10:]}\n",
        CODE.replace("7", "๗").replace("4", "๔"),
        CODE.replace("V", "u"),
        "".join(chr(ord(letter) + 0xFEE0) for letter in CODE),  # full width
    ],
)
def test_people_may_type_it_in_their_way(typed: str) -> None:
    assert codes.read(typed, 15) == CODE


@given(st.text(ALPHABET, min_size=14, max_size=14).map(codes.with_check_letter))
def test_what_looks_alike_is_read_alike(code: str) -> None:
    assert codes.read(code.translate(str.maketrans("2586V", "ZSBGU")), 15) == code


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "has 15 letters, and this is 0"),
        (CODE[:-1], "has 15 letters, and this is 14"),
        (CODE + "2", "has 15 letters, and this is 16"),
        (CODE[:-1] + "0", "no “0”"),
        ("o" + CODE[1:], "no “O”"),
        ("ก" + CODE[1:], "“ก” is a Thai letter. Change the keyboard"),
        (CODE[:-2] + CODE[-1] + CODE[-2], "two are swapped"),
    ],
)
def test_what_is_wrong_is_named(typed: str, complaint: str) -> None:
    with pytest.raises(Mistyped, match=complaint):
        codes.read(typed, 15)


@given(st.text(max_size=40))
def test_anything_typed_is_a_code_or_a_reason(typed: str) -> None:
    fits(typed)


@given(st.integers(0, 23**11 - 1), st.integers(0, 23**11 - 1))
def test_a_number_is_written_and_read_and_codes_sort_as_numbers(some: int, other: int) -> None:
    first, second = codes.written(some, 12), codes.written(other, 12)
    assert codes.number(codes.read(first, 12)) == some
    assert (first[:-1] < second[:-1]) == (some < other)


def test_a_number_too_large_for_a_code_is_refused() -> None:
    assert codes.written(23**11 - 1, 12)[:-1] == 11 * "Y"
    with pytest.raises(ValueError, match="does not fit a code of 12 letters"):
        codes.written(23**11, 12)


def test_a_code_too_long_to_be_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 22"):
        codes.make(23)
