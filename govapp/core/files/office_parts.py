"""What the parts of a Word or Excel file may hold, and what they may point to."""

import re
from typing import Any
from xml.parsers import expat

from govapp.core.errors import Unreadable
from govapp.core.files.kinds import OLD_OFFICE, Kind
from govapp.core.language import N_

Parts = dict[str, bytes]  # name -> content
Element = tuple[str, dict[str, str]]  # name without its namespace, attributes likewise

CONTENT_TYPES = "[Content_Types].xml"
MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
}
EXTENSIONS = frozenset(
    "xml rels vml png jpg jpeg jfif gif bmp tif tiff emf wmf wdp svg webp odttf ttf xlsx".split()
)
MACRO_TYPES = re.compile("macro|vba", re.IGNORECASE)
MACRO_PARTS = re.compile(r"vbaproject|vbadata|/macrosheets/", re.IGNORECASE)
MACRO_RELATIONS = frozenset("vbaproject wordvbadata xlmacrosheet xlintlmacrosheet attachedtoolbars".split())
EMBEDDED_RELATIONS = frozenset(
    "oleobject control activexcontrolbinary afchunk subdocument webextension webextensiontaskpanes".split()
)
OUTSIDE_RELATIONS = re.compile(r"(?:xl)?externallink.*|connections|attachedtemplate|mailmerge.*|frame")
PROGRAMS = (OLD_OFFICE, b"MZ", b"\x7fELF", b"{\\rtf", b"%PDF-", b"#!")
LINKS = ("http://", "https://", "mailto:", "#")
RUNS = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)

DAMAGED = N_("The file is cut off or damaged. Open it in the program that made it, and save it anew.")
ODD = N_("The file is not packed as Word and Excel do it. Open it there, and save it anew.")
MACROS = N_("The file has macros. Save it as .docx or .xlsx, which have none, or as PDF.")
EMBEDDED = N_("The file has another one embedded in it (%(part)s). Take that out, or save the whole as PDF.")
OUTSIDE = N_(
    "The file points to something outside itself (%(target)s). "
    "Put that into the file or take it out, or save the whole as PDF."
)


def kind_of(parts: Parts) -> Kind:
    """Word or Excel, by what the archive says of its own parts; raises Unreadable for anything else."""
    types = {given.get("ContentType", "") for _, given in _elements(parts[CONTENT_TYPES])}
    if any(MACRO_TYPES.search(type_) for type_ in types):
        raise Unreadable(MACROS)
    found = types & MAIN_TYPES.keys()
    if not found and any("presentationml" in type_ for type_ in types):
        raise Unreadable("This is a PowerPoint file. Save it as PDF.")
    if len(found) != 1:
        raise Unreadable(ODD)
    return MAIN_TYPES[found.pop()]


def check(name: str, content: bytes, kind: Kind) -> None:
    """Raise Unreadable for a part with macros, with something embedded, or that points outside."""
    extension = name.lower().rpartition(".")[2]
    if MACRO_PARTS.search(name):
        raise Unreadable(MACROS)
    if _is_embedded(name.lower(), extension, content):
        raise Unreadable(EMBEDDED, part=name[-80:])
    if extension == "rels":
        for _, relation in _elements(content):
            _check_relation(name, relation)
    elif extension == "xml" and kind is Kind.DOCX:
        _check_fields(content)
    elif extension == "xml":
        _parse(content, expat.ParserCreate())


def _is_embedded(name: str, extension: str, content: bytes) -> bool:
    """What Word and Excel write themselves is XML, pictures, fonts, and how to print."""
    own = extension in EXTENSIONS or "/printersettings/" in name
    return not own or "/activex/" in name or content.startswith(PROGRAMS)


def _check_fields(content: bytes) -> None:
    for code in _field_codes(content):
        if RUNS.search(code):
            raise Unreadable(OUTSIDE, target=code.strip()[:80])


def _check_relation(name: str, relation: dict[str, str]) -> None:
    type_ = relation.get("Type", "").rpartition("/")[2].lower()
    target = relation.get("Target", "")
    if type_ in MACRO_RELATIONS:
        raise Unreadable(MACROS)
    if type_ in EMBEDDED_RELATIONS or (type_ == "package" and "/charts/" not in name.lower()):
        raise Unreadable(EMBEDDED, part=target[-80:])
    is_link = type_ == "hyperlink" and target.lower().startswith(LINKS)
    is_outside = relation.get("TargetMode", "").lower() == "external" and not is_link
    if is_outside or OUTSIDE_RELATIONS.fullmatch(type_):
        raise Unreadable(OUTSIDE, target=target[:80])


def _elements(content: bytes) -> list[Element]:
    """Every element of a small part; raises Unreadable."""
    found: list[Element] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, given: found.append((_local(name), _plain(given)))
    _parse(content, parser)
    return found


def _field_codes(content: bytes) -> list[str]:
    """What the fields of a Word part do; a code may be cut over many elements."""
    codes: list[str] = [""]
    inside: list[str] = []

    def begin(name: str, given: dict[str, str]) -> None:
        local = _local(name)
        if local == "fldSimple":
            codes.append(_plain(given).get("instr", ""))
        elif local == "fldChar":
            codes.append("")
        inside.append(local)

    def text(words: str) -> None:
        if inside[-1] == "instrText":
            codes[-1] += words

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler = begin, text
    parser.EndElementHandler = lambda _name: inside.pop()
    _parse(content, parser)
    return codes


def _parse(content: bytes, parser: Any) -> None:
    """Read a part to its end; raises Unreadable where it is damaged, or brings definitions of its own."""
    parser.StartDoctypeDeclHandler = _refuse_definitions
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Unreadable(DAMAGED) from error


def _refuse_definitions(*_: Any) -> None:
    raise Unreadable(ODD)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _plain(given: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in given.items()}
