"""How a browser shows who votes on it where nobody is signed in: a pass, for half an hour at a time.

A signed token (PyJWT, core/keys) in the browser's own cookie, renewed by every page of the vote. Nothing is
written down when one is given, so nothing tells who came to vote, when, or by which way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from govapp.core import clock
from govapp.core.keys import LinkSigner

PURPOSE = "pass"
LASTS = timedelta(minutes=30)


class Way(StrEnum):
    """By which a voter came."""

    ACCOUNT = "account"
    CODE = "code"
    BORROWED = "borrowed"  # a code, on a device that others use, too
    STATION = "station"


BY_CODE = (Way.CODE, Way.BORROWED)
KEEPING = (Way.ACCOUNT, Way.CODE)  # their device keeps an unfinished ballot


@dataclass(frozen=True, repr=False)
class Pass:
    """begun: microseconds since 1970 at which it was first given."""

    edition_id: int
    voter: str
    way: Way
    begun: int

    @classmethod
    def new(cls, edition_id: int, voter: str, way: Way) -> "Pass":
        return cls(edition_id, voter, way, microseconds(clock.now()))


def microseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def is_of(given: Pass, code_made_at: datetime | None) -> bool:
    """Whether the code by which it was given is still the living one of its voter."""
    return code_made_at is not None and microseconds(code_made_at) <= given.begun


def written(signer: LinkSigner, given: Pass) -> str:
    """The pass for a cookie, good for half an hour from now."""
    subject = f"{given.edition_id}/{given.voter}/{given.way.value}/{given.begun}"
    return signer.sign(PURPOSE, subject, clock.now() + LASTS)


def read(signer: LinkSigner, text: str) -> Pass | None:
    """None where there is none, or it was made up, or has run out."""
    subject = signer.read(PURPOSE, text) if text else None
    if subject is None:
        return None
    edition_id, voter, way, begun = subject.split("/")
    return Pass(int(edition_id), voter, Way(way), int(begun))
