"""The 13-digit citizen number (เลขประจำตัวประชาชน) and its check digit.

First digits 1 to 5 and 8 are Thai nationals and long residents, 0 people without registration status,
6 and 7 non-nationals: all of them are people here. No number begins with 9.
"""

from govapp.core.language import gettext as _
from govapp.core.text import arabic_digits

DIGITS = 13
EXAMPLE = "1-2345-67890-12-1"  # the digits in order, with the check digit that fits
_PUNCTUATION = dict.fromkeys(map(ord, " -–—‑.\u00a0\u200b"))


def check_digit(first_twelve: str) -> int:
    """(11 - sum of digit × weight mod 11) mod 10, with the weights 13 down to 2."""
    total = sum(int(digit) * (DIGITS - place) for place, digit in enumerate(first_twelve))
    return (11 - total % 11) % 10


def read(typed: str) -> str:
    """The 13 digits a person typed: Thai digits, spaces and dashes will do.

    Raises ValueError with a reason in the current language, which tells a wrong length from a wrong digit.
    """
    number = arabic_digits(typed).translate(_PUNCTUATION)
    if not number.isascii() or not number.isdigit():
        raise ValueError(_("Write the citizen number in digits, such as %(example)s.", example=EXAMPLE))
    if len(number) != DIGITS:
        raise ValueError(_("A citizen number has 13 digits, and this one has %(count)s.", count=len(number)))
    if number[0] == "9":
        raise ValueError(_("No citizen number begins with 9. Compare it with the document."))
    if int(number[-1]) != check_digit(number[:-1]):
        raise ValueError(_("A digit is wrong, or two are swapped. Compare the number with the document."))
    return number


def grouped(number: str) -> str:
    """As on the card: x-xxxx-xxxxx-xx-x."""
    return "-".join((number[0], number[1:5], number[5:10], number[10:12], number[12]))


def masked(last_four: str) -> str:
    """What staff see: •-••••-••••1-23-4."""
    return f"•-••••-••••{last_four[0]}-{last_four[1:3]}-{last_four[3]}"
