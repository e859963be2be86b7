"""PDF: written anew from what its pages need; what runs, opens, plays, sends or hides something is left out.

Every object that can be reached is looked at, also inside compressed object streams, for qpdf has
unpacked them by then. What cannot be reached, such as earlier revisions, is not written. A file with
a password that only limits printing or copying can be read by anyone who has it: it is taken, and
the limits are gone, as is a digital signature, which no longer fits.
"""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from govapp.core.errors import Unreadable
from govapp.core.language import N_

FORBIDDEN = frozenset(
    """/JS /JavaScript /OpenAction /AA /PA /Launch /EmbeddedFiles /EmbeddedFile /EF /RF /AF /FS
    /XFA /NeedsRendering /RichMedia /RichMediaContent /RichMediaSettings /RichMediaExecute
    /Movie /Sound /Rendition /Renditions /3DD /3DA /3DV /3DI /AlternatePresentations /Collection
    /URLS /IDS /SpiderInfo /PieceInfo /OPI /Ref /Requirements /CO
    /Perms /Legal /DSS /SigFlags /ByteRange""".split()
)
FORBIDDEN_TYPES = frozenset(
    """/EmbeddedFile /Filespec /F /Rendition /MediaClip /MediaPlayers /Sound /Movie /Sig /DocTimeStamp
    /RichMediaContent /RichMediaSettings /3DAnnotation /JavaScript""".split()
)
FORBIDDEN_SUBTYPES = frozenset("/FileAttachment /Sound /Movie /Screen /3D /RichMedia /Projection /PS".split())
ACTIONS = frozenset(
    """/GoTo /GoToR /GoToE /GoToDp /GoTo3DView /Launch /Thread /URI /Sound /Movie /Rendition /Hide
    /Named /SubmitForm /ResetForm /ImportData /JavaScript /SetOCGState /SetState /NOP /Trans
    /RichMediaExecute""".split()
)
OUTSIDE_DATA = ("/F", "/FFilter", "/FDecodeParms")  # of a stream: its bytes lie in another file
RESOURCES = frozenset("/Font /XObject /ExtGState /ColorSpace /Pattern /Shading /Properties".split())
HOLDERS = (Dictionary, Stream, Array)
WEB = (b"http://", b"https://", b"mailto:")
MOST_OBJECTS = 300_000

DAMAGED = N_(
    "The PDF is damaged or too intricate. Open it, choose Print, then “Save as PDF”, and send that file."
)


def clean(content: bytes) -> bytes:
    """The same pages without anything active; raises Unreadable, saying how to mend it."""
    if b"%%EOF" not in content[-2048:]:
        raise Unreadable("The PDF is cut off: its end is missing. Save it anew, or copy it again.")
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            _refuse_hollow(pdf)
            _strip(pdf)
            return _written(pdf)
    except pikepdf.PasswordError as error:
        raise Unreadable("The PDF has a password. Take it off and send it again.") from error
    except pikepdf.PdfError as error:
        raise Unreadable(DAMAGED) from error


def _refuse_hollow(pdf: pikepdf.Pdf) -> None:
    """A file whose content is not in its pages would be kept as an empty cover."""
    if "/Collection" in pdf.Root:
        raise Unreadable("This PDF is a bundle of other files. Take them out, and send each by itself.")
    if pdf.Root.get("/NeedsRendering") or not len(pdf.pages):
        raise Unreadable(
            "This PDF shows nothing outside the program that made it. "
            "Open it there, choose Print, then “Save as PDF”, and send that file."
        )


def _strip(pdf: pikepdf.Pdf) -> None:
    waiting: list[Object] = [pdf.trailer]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while waiting:
        holder = waiting.pop()
        if holder.is_indirect:
            if holder.objgen in seen:
                continue
            seen.add(holder.objgen)
        looked_at += 1
        if looked_at > MOST_OBJECTS:
            raise Unreadable(DAMAGED)
        waiting += _prune(holder)


def _prune(holder: Object) -> list[Object]:
    """Take what is forbidden out of one dictionary, stream or array; what is left in it that holds more."""
    if isinstance(holder, Array):
        children = list(holder)
        for place in reversed(range(len(children))):
            if _is_forbidden(children[place]):
                del holder[place]
    else:
        for key, child in list(holder.items()):
            _refuse_odd_names(key, child)
            is_outside = isinstance(holder, Stream) and key in OUTSIDE_DATA
            if key in FORBIDDEN or is_outside or _is_forbidden(child, key):
                del holder[key]
        children = [child for _, child in holder.items()]
    return [child for child in children if isinstance(child, HOLDERS)]


def _refuse_odd_names(key: str, child: object) -> None:
    """A font may bear any name: were it taken away, the page would lack its letters."""
    if key in RESOURCES and isinstance(child, Dictionary) and not FORBIDDEN.isdisjoint(child.keys()):
        raise Unreadable(DAMAGED)


def _is_forbidden(thing: object, key: str = "") -> bool:
    if not isinstance(thing, Dictionary | Stream):
        return False
    if _name(thing, "/Type") in FORBIDDEN_TYPES or _name(thing, "/Subtype") in FORBIDDEN_SUBTYPES:
        return True
    deed = _name(thing, "/S")
    is_action = deed in ACTIONS or _name(thing, "/Type") == "/Action" or (deed and key == "/A")
    return bool(is_action) and _is_forbidden_action(thing, deed)


def _is_forbidden_action(thing: Dictionary | Stream, deed: str) -> bool:
    """Any action but going to another page of the file, or to an address of the web that is spelled out."""
    if deed == "/URI":
        address = thing.get("/URI")
        return not (isinstance(address, String) and bytes(address).lower().startswith(WEB))
    return deed != "/GoTo"


def _name(thing: Dictionary | Stream, key: str) -> str:
    found = thing.get(key)
    return str(found) if isinstance(found, Name) else ""


def _written(pdf: pikepdf.Pdf) -> bytes:
    """The file whole and new. Streams are not unpacked, so a bomb in one stays as small as it came."""
    written = BytesIO()
    pdf.save(
        written,
        encryption=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,  # so that the same file brought twice is one
    )
    return written.getvalue()
