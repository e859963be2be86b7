"""From what a person sent to what is kept: recognised by content, then cleaned as its kind asks."""

import logging
from collections.abc import Collection

from govapp.core.errors import Refused, Unreadable
from govapp.core.files import kinds, office, pdfs, pictures
from govapp.core.files.kinds import FACTS, PICTURES, Kind, Upload
from govapp.core.files.office_parts import DAMAGED

log = logging.getLogger("govapp.files")


def clean(content: bytes, accept: Collection[Kind]) -> Upload:
    """The cleaned file, of one of the kinds accepted; raises Refused (Unreadable, TooLarge) and nothing else.

    The libraries that read files raise many things at hostile ones: all of them mean a damaged file.
    What they cost in memory and time is not limited here, but in workshop.py.
    """
    try:
        return _clean(content, accept)
    except (Refused, MemoryError):
        raise
    except Exception as error:
        log.warning("a file of %d bytes could not be read", len(content), exc_info=True)
        raise Unreadable(DAMAGED) from error


def _clean(content: bytes, accept: Collection[Kind]) -> Upload:
    if not content:
        raise Unreadable(kinds.EMPTY)
    if content.startswith(kinds.ZIP):
        kind, packed = office.clean(content)
        _check(kind, len(content), accept)
        return Upload(kind, packed)
    found = kinds.recognise(content)
    if found is None:
        raise kinds.stranger(content, accept)
    _check(found, len(content), accept)
    return pictures.clean(content, found) if found in PICTURES else Upload(found, pdfs.clean(content))


def _check(kind: Kind, size_bytes: int, accept: Collection[Kind]) -> None:
    if kind not in accept:
        raise Unreadable(
            "By its content this is %(kind)s. Only these can be sent here: %(kinds)s.",
            kind=FACTS[kind].label,
            kinds=kinds.labels(accept),
        )
    if size_bytes > FACTS[kind].largest_bytes:
        raise kinds.too_large(FACTS[kind].largest_bytes)
