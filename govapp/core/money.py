"""Numbers and money: how they are shown, and how they are read when people type them."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from govapp.core.language import N_, catalogue, current
from govapp.core.language import gettext as _
from govapp.core.text import NBSP, search_text

MINUS = "\u2212"
MOST_FIGURES = 15  # before the point: in satang this still fits a 64-bit column
_UNITS = {"THB": N_("baht")}
_NUMBER = re.compile(r"(\d+|\d{1,3}(?:[ ,]\d{3})+)(?:\.(\d{1,2}))?", re.ASCII)
_AROUND_PERCENT = re.compile(r"^ร้อยละ ?| ?(%|per ?cent)$")
_AROUND = re.compile(r"^฿ ?| ?(฿|บาท|บาทถ้วน|baht|thb)$|\.?-$")


def count(number: int) -> str:
    """`1,158`"""
    return f"{number:,}".replace("-", MINUS)


def money(satang: int, currency: str = "THB", language: str | None = None) -> str:
    """`1,450,000 บาท`; decimals only where there are satang. Other currencies go by their code.

    satang  1/100 of the currency's unit
    """
    code = language or current()
    unit = catalogue(code).gettext(_UNITS[currency]) if currency in _UNITS else currency
    return f"{figures(satang)}{NBSP}{unit}"


def figures(satang: int) -> str:
    """`1,450,000` or `67.50`: money without its unit, for columns that name it in their head."""
    whole, rest = divmod(abs(satang), 100)
    return f"{MINUS if satang < 0 else ''}{whole:,}" + (f".{rest:02}" if rest else "")


def percent(share: Fraction | int) -> str:
    """`54%` or `31.5%`: one decimal, and more where 0% or 100% would not be the truth.

    share  of one: Fraction(1, 2) is 50%
    """
    exact = Fraction(share) * 100
    shown = Decimal(0)
    for places in (1, 2, 3, 4):
        shown = Decimal(int(abs(exact) * 10**places + Fraction(1, 2))).scaleb(-places)
        if shown not in (0, 100) or shown == abs(exact):
            break
    sign = MINUS if exact < 0 and shown else ""
    return f"{sign}{shown.normalize():f}%"


def exact_percent(basis_points: int) -> str:
    """`2.5%` for 250: hundredths of a percent, none of them rounded away."""
    return f"{Decimal(basis_points).scaleb(-2).normalize():f}%"


def satang(baht: Decimal) -> int:
    """Baht as satang, half a satang rounded up (away from zero)."""
    return int((baht * 100).to_integral_value(ROUND_HALF_UP))


def parse_baht(typed: str) -> int:
    """Satang from what a person typed: `๑,๒๓๔.๕๐ `, `1 234.5 บาท`, `1,500.-`.

    Raises ValueError with a reason in the current language.
    """
    sign, text = _unsigned(_AROUND.sub("", search_text(typed)).strip())
    return sign * _read(text)


def parse_count(typed: str) -> int:
    """A whole number from what a person typed, like parse_baht."""
    sign, text = _unsigned(search_text(typed))
    number, rest = divmod(_read(text), 100)
    if rest or "." in text:
        raise ValueError(_("Write a whole number, without decimals."))
    return sign * number


def parse_percent(typed: str) -> int:
    """Hundredths of a percent from what a person typed: `๒.๕`, `2.5 %`, `ร้อยละ 2.5`, like parse_baht."""
    sign, text = _unsigned(_AROUND_PERCENT.sub("", search_text(typed)).strip())
    return sign * _read(text)


def _unsigned(text: str) -> tuple[int, str]:
    negative = text.startswith(("-", "–", MINUS))
    return (-1, text[1:].strip()) if negative else (1, text)


def _read(text: str) -> int:
    if not text:
        raise ValueError(_("Write an amount in figures."))
    if re.fullmatch(r"[\d ,]*\.\d{3,}", text, re.ASCII):
        raise ValueError(_("Write at most two digits after the point; commas separate thousands."))
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError(_("“%(text)s” is not a number: write figures such as 1,234.50.", text=text))
    whole = re.sub("[ ,]", "", found[1]).lstrip("0")
    if len(whole) > MOST_FIGURES:
        raise ValueError(_("The number is too large."))
    return int(whole + (found[2] or "").ljust(2, "0"))
