"""What stands on a desk: each slice offers its own by queries.due(session, post), and desks only read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Why(StrEnum):
    DUE = "due"  # waits for the holder of the post
    WAITS = "waits"  # the holder waits for others
    CHANGED = "changed"  # happened lately; nothing is to be done


@dataclass(frozen=True)
class Matter:
    """One line on a desk.

    words     msgid, filled by values; what people wrote themselves is the value of "%(title)s"
    endpoint  the page where it is dealt with, with parts for its address
    day       until when, or when it happened; None where no day is set
    not_by    people who may not do it, since they did the first half: they wait for others
    """

    why: Why
    words: str
    endpoint: str
    parts: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    day: date | None = None
    not_by: frozenset[int] = frozenset()


Offer = Callable[..., list[Matter]]  # (session, post) -> what the slice has for it


def of(matters: Iterable[Matter], why: Why, actor_id: int) -> list[Matter]:
    """Those of one heading, for this person."""
    return in_order([each for each in matters if _why(each, actor_id) is why])


def _why(matter: Matter, actor_id: int) -> Why:
    return Why.WAITS if actor_id in matter.not_by else matter.why


def in_order(matters: list[Matter]) -> list[Matter]:
    """What is due first comes first; what has no day comes last."""
    return sorted(matters, key=lambda matter: (matter.day is None, matter.day or date.max))
