"""How a file leaves: as something to save, that no browser runs, and that no cache keeps.

Call it from a slice's own download route, after the slice's own rule said yes.
"""

from flask import Response

from govapp.core.errors import Missing
from govapp.core.files.keeping import StoredFile
from govapp.core.files.kinds import FACTS, PICTURES, Kind
from govapp.core.files.names import disposition

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def send(file: StoredFile, name: str, inline: bool = False) -> Response:
    """The content, to be saved under a name made from `name`; inline lets a page show a picture."""
    return _answer(file.content, file.kind, name, inline and file.kind in PICTURES)


def send_thumbnail(file: StoredFile, name: str) -> Response:
    """The small picture that stands for a large one; raises Missing for what is no picture."""
    if file.thumbnail is None:
        raise Missing
    return _answer(file.thumbnail, Kind.JPEG, name, inline=True)


def _answer(content: bytes, kind: Kind, name: str, inline: bool) -> Response:
    headers = HEADERS | {"Content-Disposition": disposition(name, kind, inline)}
    return Response(content, headers=headers, content_type=FACTS[kind].media_type)
