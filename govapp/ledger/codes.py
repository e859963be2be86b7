"""Codes that people copy by hand: access codes, receipts, codes on voting letters.

The alphabet leaves out what is easily taken for something else: 0 O Q D, 1 I L J, and of 2 Z, 5 S, 8 B,
6 G, V U only the first. Of each of these pairs the second is read as the first.

The last letter checks the others. Letters are numbers modulo 23, the check letter makes the sum of
each times a power of 5 zero. Since 23 is prime and 5 generates all its remainders, every wrong letter
and every swap of two different letters is found, in codes of up to 22 letters.
"""

import secrets
import unicodedata

from govapp.ledger.faults import Mistyped

ALPHABET = "23456789ACEFHKMNPRTVWXY"
PRIME = 23
LONGEST = PRIME - 1
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_READ_AS = str.maketrans("ZSBGU", "2586V")
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_BETWEEN = dict.fromkeys(map(ord, " \t\r\n\u00a0\u00ad\u200b-‐‑‒–—_.·/"))


def make(length: int) -> str:
    """A new random code of this many letters, the check letter among them: 4.52 bits a letter."""
    return with_check_letter("".join(secrets.choice(ALPHABET) for _letter in range(length - 1)))


def written(number: int, length: int) -> str:
    """The code of a number below 23^(length - 1): its digits to the base 23, in their order."""
    letters = ""
    for _letter in range(length - 1):
        number, value = divmod(number, PRIME)
        letters = ALPHABET[value] + letters
    if number:
        raise ValueError(f"the number does not fit a code of {length} letters")
    return with_check_letter(letters)


def number(code: str) -> int:
    """The number that was written as this code, which `read` has read."""
    total = 0
    for letter in code[:-1]:
        total = total * PRIME + _VALUES[letter]
    return total


def with_check_letter(letters: str) -> str:
    """The letters and the one that checks them; raises ValueError for more than can be checked."""
    if len(letters) >= LONGEST:
        raise ValueError(f"a code has at most {LONGEST} letters")
    return letters + ALPHABET[-5 * _sum(letters) % PRIME]


def grouped(code: str, size: int = 5) -> str:
    """`K7F4M-9XWTP-3HRVC`"""
    return "-".join(code[at : at + size] for at in range(0, len(code), size))


def read(typed: str, length: int) -> str:
    """The code that was typed: small letters, spaces, dashes and Thai digits will do.

    Raises Mistyped. It tells a typing error from a code that is whole; whether there is such a code it
    cannot know.
    """
    plain = unicodedata.normalize("NFKC", typed.translate(_DIGITS)).upper().translate(_BETWEEN)
    code = plain.translate(_READ_AS)
    for letter, seen in zip(plain, code, strict=True):
        if seen not in _VALUES:
            raise _no_letter(letter)
    if len(code) != length:
        raise Mistyped("The code has {whole} letters, and this is {count}.", whole=length, count=len(code))
    if _sum(code):
        raise Mistyped("A letter is mistyped, or two are swapped. Compare the code with the paper.")
    return code


def _no_letter(letter: str) -> Mistyped:
    if "\u0e00" <= letter <= "\u0e7f":
        return Mistyped("“{letter}” is a Thai letter. Change the keyboard to English letters.", letter=letter)
    return Mistyped("There is no “{letter}” in these codes. Look at the paper again.", letter=letter)


def _sum(letters: str) -> int:
    total = 0
    for letter in letters:
        total = (total * 5 + _VALUES[letter]) % PRIME
    return total
