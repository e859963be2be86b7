"""Files made in code: small, valid by default, every part replaceable."""

import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def jpeg(size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    return _drawn("JPEG", mode, size, options)


def png(size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    return _drawn("PNG", mode, size, options)


def _drawn(form: str, mode: str, size: tuple[int, int], options: dict[str, Any]) -> bytes:
    written = BytesIO()
    gradient = Image.linear_gradient("L").resize(size)
    picture = gradient.convert(mode) if mode != "CMYK" else gradient.convert("RGB").convert("CMYK")
    picture.save(written, form, **options)
    return written.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: how it was held, its make, and where it was."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "สมมติโฟน"
    data.get_ifd(0x8825).update({1: "N", 2: (13.0, 45.0, 7.0), 3: "E", 4: (100.0, 30.0, 1.0)})
    return data


def pdf(change: Callable[[Pdf], None] = lambda pdf: None, pages: int = 1, **options: Any) -> bytes:
    """Pages with a line of text each, after `change` was done to them."""
    with Pdf.new() as made:
        font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for number in range(pages):
            page = made.add_blank_page(page_size=(200, 200)).obj
            page.Resources = Dictionary(Font=Dictionary(F1=font))
            page.Contents = Stream(made, b"BT /F1 12 Tf 20 100 Td (page %d) Tj ET" % number)
        change(made)
        written = BytesIO()
        made.save(written, **options)
        return written.getvalue()


def raw_pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF written by hand: objects 1, 2, … as they are given."""
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, len(body))
    return body + head + table + end


Given = Mapping[str, bytes | str]
NOTHING: Given = {}


def docx(parts: Given = NOTHING, types: str = "", relations: str = "", words: str = "") -> bytes:
    """A Word file; `types` and `relations` are more XML for the lists it has, `words` for its text."""
    paragraph = f"<w:p><w:r><w:t>สมมติ</w:t></w:r>{words}</w:p>"
    text = f'<w:document xmlns:w="{WORD}"><w:body>{paragraph}</w:body></w:document>'
    return _office(DOCX_MAIN, "word", "document.xml", text, parts, types, relations)


def xlsx(parts: Given = NOTHING, types: str = "", relations: str = "") -> bytes:
    return _office(XLSX_MAIN, "xl", "workbook.xml", "<workbook/>", parts, types, relations)


def _office(main: str, folder: str, name: str, text: str, parts: Given, types: str, relations: str) -> bytes:
    listed = f'<Override PartName="/{folder}/{name}" ContentType="{main}"/>{types}'
    begins = relation("officeDocument", f"{folder}/{name}")
    own: Given = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">{listed}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{begins}</Relationships>',
        f"{folder}/{name}": text,
        f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
    }
    return archive({**own, **parts})


def relation(type_: str, target: str, mode: str = "", id_: str = "r1") -> str:
    type_ = type_ if ":" in type_ else f"{OFFICE}/{type_}"
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{id_}" Type="{type_}" Target="{target}"{outside}/>'


def archive(parts: Mapping[str, bytes | str], comment: bytes = b"") -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, ZIP_DEFLATED)
        zipped.comment = comment
    return written.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def everything_in(content: bytes) -> str:
    """The whole structure of a PDF as text, unpacked, without the streams' own bytes."""
    with pikepdf.open(BytesIO(content)) as opened:
        things = [*opened.objects, opened.trailer]
        shown = [thing.stream_dict if isinstance(thing, Stream) else thing for thing in things]
        return "\n".join(thing.unparse(resolved=True).decode("latin-1") for thing in shown)
