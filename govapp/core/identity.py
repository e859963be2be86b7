"""Who somebody is, as a provider of identities such as ThaID says it. Never logged."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from govapp.core import citizen_number, partial_dates
from govapp.core.partial_dates import PartialDate
from govapp.core.text import arabic_digits

LONGEST = 200

_DATE = re.compile(r"(\d{4})(?:[-/]?(\d{1,2})(?:[-/]?(\d{1,2}))?)?(?:T.*)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, repr=False)
class Identity:
    """issuer and subject name the person at the provider; the citizen number has 13 digits."""

    issuer: str
    subject: str
    citizen_number: str
    title: str
    given_name: str
    family_name: str
    birth: PartialDate | None


def read(claims: Mapping[str, Any]) -> Identity:
    """The identity in claims whose signature was checked; raises ValueError without a number or a name."""
    given_name = _text(claims, "given_name")
    if not given_name:
        raise ValueError("no name")
    return Identity(
        issuer=_text(claims, "iss"),
        subject=_text(claims, "sub"),
        citizen_number=citizen_number.read(_text(claims, "pid")),
        title=_text(claims, "title"),
        given_name=given_name,
        family_name=_text(claims, "family_name"),
        birth=read_birth(_text(claims, "birthdate")),
    )


def read_birth(text: str) -> PartialDate | None:
    """`1985-06-15`, `1965-00-00`, `1965`, `25280615`: what is known of it, in years of either era."""
    found = _DATE.fullmatch(arabic_digits(text))
    if not found:
        return None
    year, month, day = found[1], int(found[2] or 0) or None, (found[3] or "").lstrip("0")
    for known in ((year, month, day), (year, month), (year,)):
        with suppress(ValueError):
            return partial_dates.read(*known)
    return None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return _CONTROL.sub(" ", value).strip()[:LONGEST] if isinstance(value, str) else ""
