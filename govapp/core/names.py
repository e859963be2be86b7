"""Names of people: a title in free text, a given name, and a family name for those who have one."""

import re
import unicodedata
from typing import NamedTuple

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SPLIT_AM = re.compile("ํ([่-๋]?)า|([่-๋])ํา")
_THAI = re.compile("[ก-๎]")


class Name(NamedTuple):
    title: str
    given: str
    family: str = ""


def spelled(name: str) -> str:
    """A name as it is stored: one spelling for what looks the same, one space between words."""
    plain = unicodedata.normalize("NFC", name).translate(_INVISIBLE)
    plain = _SPLIT_AM.sub(r"\1\2ำ", plain).replace("เเ", "แ")
    return " ".join(plain.split())


def shown_name(title: str, given_name: str, family_name: str) -> str:
    """`นายสมชาย ใจดี`, `Mr Somchai Jaidee`: a Thai title stands before a Thai name without a space."""
    joined = bool(title and _THAI.search(title) and _THAI.match(given_name))
    first = f"{title}{'' if joined else ' '}{given_name}"
    return f"{first} {family_name}".strip()
