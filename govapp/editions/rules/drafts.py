"""A project before it is written down: typed in, or told by a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from govapp.counting.pabulib_rows import TITLES

CODE_LETTERS = 40
_CODE = re.compile(r"[\wก-ฮ][\w.\-ก-๎]*")


@dataclass(frozen=True)
class ProjectDraft:
    """cost_satang > 0; a code is unique in its edition. translations: as EditionProject has them."""

    code: str
    title: str
    description: str
    cost_satang: int
    categories: tuple[str, ...] = ()
    place: str = ""
    district: str = ""
    exclusive_group: str = ""
    translations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    proposer: str = ""
    source: str = ""


def is_code(text: str) -> bool:
    """Whether it can stand in an address, on a ballot and in a .pb file: letters, digits, - . and _ only.

    A title of the .pb form is none: readers elsewhere would take its line for the beginning of a section.
    """
    return len(text) <= CODE_LETTERS and _CODE.fullmatch(text) is not None and text.upper() not in TITLES


def categories_of(text: str) -> tuple[str, ...]:
    """Names parted by commas, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def is_parallel(text: str, translated: str) -> bool:
    """Whether a translation has as many names as the text, or none."""
    return not translated or len(categories_of(translated)) == len(categories_of(text))
