"""What may be brought: a few kinds of file, told by their first bytes, and how large each may be."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from govapp.core.errors import TooLarge, Unreadable
from govapp.core.language import N_
from govapp.core.language import gettext as _

MB = 1024 * 1024


class Kind(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"
    PB = "pb"  # an election file: text, which its own reader checks


@dataclass(frozen=True)
class Facts:
    """label is what people call the kind, the same in every language; extension begins with a point."""

    label: str
    extension: str
    media_type: str
    largest_bytes: int


_OFFICE = "application/vnd.openxmlformats-officedocument"
FACTS = {
    Kind.PDF: Facts("PDF", ".pdf", "application/pdf", 10 * MB),
    Kind.DOCX: Facts("Word (.docx)", ".docx", f"{_OFFICE}.wordprocessingml.document", 10 * MB),
    Kind.XLSX: Facts("Excel (.xlsx)", ".xlsx", f"{_OFFICE}.spreadsheetml.sheet", 10 * MB),
    Kind.JPEG: Facts("JPEG", ".jpg", "image/jpeg", 10 * MB),
    Kind.PNG: Facts("PNG", ".png", "image/png", 10 * MB),
    Kind.PB: Facts("Pabulib (.pb)", ".pb", "text/plain; charset=utf-8", 32 * MB),
}
PICTURES = (Kind.JPEG, Kind.PNG)
DOCUMENTS = (Kind.PDF, Kind.DOCX, Kind.XLSX)
EVERY = (*DOCUMENTS, *PICTURES)
MOST_MEGAPIXELS = 40

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BEFORE_PDF = b"\xef\xbb\xbf \t\r\n\0"  # some programs write this before %PDF
PICTURE_STARTS = {
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"RIFF": "WebP",
}
PHONE_PICTURES = (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif")

EMPTY = N_("The file is empty. Choose it again, or save it anew in the program that made it.")


@dataclass(frozen=True)
class Upload:
    """A file that was checked and cleaned, ready to be kept. Pictures have a thumbnail and a size.

    name  what the person called it, as text to show; never a path
    """

    kind: Kind
    content: bytes
    thumbnail: bytes | None = None  # JPEG
    width_px: int | None = None
    height_px: int | None = None
    name: str = ""


def recognise(content: bytes) -> Kind | None:
    """The kind that the first bytes tell, None where they tell none. A ZIP file is looked into elsewhere."""
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content[:1024].lstrip(BEFORE_PDF).startswith(b"%PDF-"):
        return Kind.PDF
    return None


def stranger(content: bytes, accept: Collection[Kind]) -> Unreadable:
    """The refusal of a file that is none of those accepted, with what to send instead."""
    if content.startswith(OLD_OFFICE):
        return Unreadable(
            "This is an Office file of the old kind, or one with a password. "
            "Open it, take the password off, and save it as .docx, .xlsx or PDF."
        )
    if content[4:8] == b"ftyp" and content[8:12] in PHONE_PICTURES:
        return Unreadable(
            "This is a HEIC picture, which many devices cannot show. "
            "Save it as JPEG, or set the camera to “Most Compatible”."
        )
    for start, label in PICTURE_STARTS.items():
        if content.startswith(start):
            return Unreadable(
                "This is a picture of another kind (%(kind)s). Save it as JPEG or PNG.", kind=label
            )
    return Unreadable(
        "Its content is none of these: %(kinds)s. "
        "Another name does not change that: open it, and save it as one of them.",
        kinds=labels(accept),
    )


def too_large(most_bytes: int) -> TooLarge:
    return TooLarge(
        "The file is larger than %(most)s. Make its pictures smaller, or send it in several files.",
        most=size(most_bytes),
    )


def labels(kinds: Collection[Kind]) -> str:
    return ", ".join(facts.label for kind, facts in FACTS.items() if kind in kinds)


def size(bytes_: int) -> str:
    """`10 MB`, `1.4 MB`, `320 KB`, never less than 1 KB."""
    if bytes_ >= MB:
        return f"{bytes_ / MB:.1f}".removesuffix(".0") + " MB"
    return f"{max(1, round(bytes_ / 1024))} KB"


def rules_in_words(accept: Collection[Kind], most: int) -> str:
    """What a field takes, for its hint."""
    largest = size(min(FACTS[kind].largest_bytes for kind in accept))
    words = [_("%(kinds)s, up to %(size)s.", kinds=labels(accept), size=largest)]
    if any(kind in accept for kind in PICTURES):
        words.append(_("Pictures up to %(megapixels)s megapixels.", megapixels=MOST_MEGAPIXELS))
    if most > 1:
        words.append(_("Up to %(number)s files.", number=most))
    return " ".join(words)


def accept_attribute(accept: Collection[Kind]) -> str:
    """What a browser offers to choose; phones turn their pictures into JPEG for it."""
    facts = [FACTS[kind] for kind in accept]
    return ",".join([*(f.extension for f in facts), *(f.media_type.partition(";")[0] for f in facts)])
