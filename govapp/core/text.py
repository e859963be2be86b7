"""Thai text: digits, what is compared when people search, the order of a dictionary, width on a terminal.

Numbers and money are in money.py, days and hours in dates.py, sums in words in baht_words.py.
"""

import re
import unicodedata

NBSP = "\u00a0"  # the space at which a line does not end

_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

_ZERO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SPLIT_AM = re.compile("ํ([่-๋]?)า|([่-๋])ํา")
_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")
_MARK = re.compile("[็-๎]")
_NO_MARK = re.compile("[^็-๎]")


def thai_digits(text: str) -> str:
    """Every 0–9 as ๐–๙, for official documents."""
    return text.translate(_TO_THAI)


def arabic_digits(text: str) -> str:
    """Every ๐–๙ as 0–9, for storing and counting."""
    return text.translate(_TO_ARABIC)


def search_text(text: str) -> str:
    """The form in which texts are stored for searching and compared.

    Lower case, NFC, Arabic digits, one space between words, nothing invisible, and one spelling
    for what looks the same: ํ + า is ำ, two เ are แ.
    """
    plain = unicodedata.normalize("NFC", arabic_digits(text).translate(_ZERO_WIDTH).lower())
    plain = _SPLIT_AM.sub(r"\1\2ำ", plain).replace("เเ", "แ")
    return " ".join(plain.split())


def search_terms(query: str) -> list[str]:
    """The different words of a query, each to be found anywhere in a search_text.

    Thai is written without spaces: cutting it into words loses results, so only spaces separate.
    """
    return list(dict.fromkeys(search_text(query).split()))


def sort_key(text: str) -> str:
    """A key whose order by code point is the order of a Thai dictionary.

    A leading vowel counts after its consonant; tone and other marks only break ties, each at its place.
    Stored in a column, it needs COLLATE "C" on PostgreSQL. Two keys are equal only when the search texts are.
    """
    letters = _LEADING_VOWEL.sub(r"\2\1", search_text(text))
    marks = _NO_MARK.sub(" ", letters).rstrip()
    return f"{_MARK.sub('', letters)}\x1f{marks}"


def width(text: str) -> int:
    """Columns on a terminal: marks above and below take none, East Asian wide letters two."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
