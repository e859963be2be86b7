"""Who somebody is, as a provider of identities such as ThaID says it. Never logged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from govapp.core.dates import BE_AHEAD, year_be
from govapp.core.text import arabic_digits

LONGEST = 200
BE_FROM = 2400  # years from here on are Buddhist-era

_DATE = re.compile(r"(\d{4})(?:[-/]?(\d{1,2})(?:[-/]?(\d{1,2}))?)?(?:T.*)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class Birth(NamedTuple):
    """Year CE, and month and day as far as they are known."""

    year: int
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, repr=False)
class Identity:
    """issuer and subject name the person at the provider; the citizen number has 13 digits."""

    issuer: str
    subject: str
    citizen_number: str
    title: str
    given_name: str
    family_name: str
    birth: Birth | None


def read(claims: Mapping[str, Any]) -> Identity:
    """The identity in claims whose signature was checked; raises ValueError without a citizen number."""
    number = arabic_digits(_text(claims, "pid")).replace("-", "").replace(" ", "")
    if not is_citizen_number(number):
        raise ValueError("no citizen number")
    return Identity(
        issuer=_text(claims, "iss"),
        subject=_text(claims, "sub"),
        citizen_number=number,
        title=_text(claims, "title"),
        given_name=_text(claims, "given_name"),
        family_name=_text(claims, "family_name"),
        birth=read_birth(_text(claims, "birthdate")),
    )


def is_citizen_number(text: str) -> bool:
    """13 digits, the last of which fits the others (weights 13 to 2, modulo 11)."""
    if not (len(text) == 13 and text.isascii() and text.isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, range(13, 1, -1), strict=False))
    return (11 - total % 11) % 10 == int(text[12])


def read_birth(text: str) -> Birth | None:
    """`1985-06-15`, `1965-00-00`, `1965`, `25280615`: what is known of it, in years of either era."""
    found = _DATE.fullmatch(arabic_digits(text).strip())
    if not found:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    return _dated(year, month, day) or _dated(year, month, 0) or _dated(year, 0, 0)


def _dated(year: int, month: int, day: int) -> Birth | None:
    for year_ce in (year - BE_AHEAD, year - BE_AHEAD + 1) if year >= BE_FROM else (year,):
        try:
            first = date(year_ce, month or 1, day or 1)
        except ValueError:
            continue
        if year < BE_FROM or not month or year_be(first) == year:
            return Birth(year_ce, month or None, (day or None) if month else None)
    return None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return _CONTROL.sub(" ", value).strip()[:LONGEST] if isinstance(value, str) else ""
