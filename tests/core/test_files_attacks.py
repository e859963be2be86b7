"""Hostile pictures, archives and bytes: made harmless, or refused with words; nothing else ever happens."""

import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from govapp.core.errors import TooLarge, TooMany, Unreadable
from govapp.core.files import office, workshop
from govapp.core.files.cleaning import clean
from govapp.core.files.kinds import EVERY, MB, Kind
from tests.core import samples
from tests.core.samples import relation

GOOD = {
    "pdf": samples.pdf(pages=3),
    "jpeg": samples.jpeg(exif=samples.exif()),
    "png": samples.png(),
    "docx": samples.docx(),
    "xlsx": samples.xlsx(),
}
MACRO = '<Override PartName="/x" ContentType="application/vnd.ms-%s"/>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize("picture", [GOOD["jpeg"], GOOD["png"]])
@pytest.mark.parametrize(
    "tail", [samples.archive({"evil.class": "evil"}), GOOD["pdf"], b"<script>evil</script>"]
)
def test_a_picture_that_is_also_something_else_is_only_a_picture(picture: bytes, tail: bytes) -> None:
    assert clean(picture + tail, EVERY) == clean(picture, EVERY)


def test_what_hides_between_the_chunks_of_a_picture_is_gone() -> None:
    hidden = GOOD["png"][:33] + samples.png_chunk(b"teXt", b"<script>evil</script>") + GOOD["png"][33:]
    assert b"evil" not in clean(hidden, EVERY).content


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (2**31 - 1, 2**31 - 1), (8000, 5001)])
def test_a_flood_of_pixels_is_stopped_before_it_is_unpacked(width: int, height: int) -> None:
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    flood = GOOD["png"][:8] + samples.png_chunk(b"IHDR", size + b"\x08\x02\0\0\0")
    flood += samples.png_chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + samples.png_chunk(b"IEND", b"")
    with pytest.raises(Unreadable, match="more than 40 megapixels"):
        clean(flood, EVERY)


def test_a_flood_of_pixels_in_a_jpeg_is_stopped_too() -> None:
    start = GOOD["jpeg"].index(b"\xff\xc0") + 5
    with pytest.raises(Unreadable, match="more than 40 megapixels"):
        clean(GOOD["jpeg"][:start] + b"\xff\xff\xff\xff" + GOOD["jpeg"][start + 4 :], EVERY)


def test_a_word_file_that_is_also_a_pdf_is_only_a_word_file() -> None:
    written = BytesIO(b"")
    written.write(GOOD["docx"])
    with ZipFile(written, "a", ZIP_STORED) as archive:
        archive.writestr("word/media/a.png", b"\n" + GOOD["pdf"])
        archive.comment = b"%PDF-1.7"
    assert b"%PDF" in written.getvalue()
    assert b" obj" in written.getvalue()
    cleaned = clean(written.getvalue(), EVERY).content
    assert b"%PDF" not in cleaned
    assert b" obj" not in cleaned


def with_part(name: str, content: str = "<x/>") -> bytes:
    """A Word file with one more part, whose name is written as it is given."""
    held = "x" * len(name.encode())
    return samples.docx({held: content}).replace(held.encode(), name.encode())


@pytest.mark.parametrize(
    "name",
    [
        *("../../x.xml", "word/../../x.xml", "/etc/x.xml", "C:/x.xml", "word\\x.xml", "word//x.xml"),
        *("word/./x.xml", "word/.../x.xml", "x.xml\0.png", "word/\u202exml.png", "WORD/DOCUMENT.XML"),
        *("<x>.xml", "a\nb.xml", "%PDF-1.7 1 0 obj<</AA 2 0 R>>endobj.xml"),
    ],
)
def test_no_part_has_a_name_that_leads_elsewhere_or_hides_something(name: str) -> None:
    assert clean(with_part("word/x.xml"), EVERY), "the control"
    with pytest.raises(Unreadable, match="not packed as Word and Excel do it"):
        clean(with_part(name), EVERY)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (samples.docx({"word/vbaProject.bin": b"x"}), "macros"),
        (samples.docx(types=MACRO % "office.vbaProject"), "macros"),
        (samples.docx(types=MACRO % "word.document.macroEnabled.main+xml"), "macros"),
        (samples.xlsx(types=MACRO % "excel.sheet.macroEnabled.main+xml"), "macros"),
        (samples.xlsx({"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
        (samples.docx(relations=relation("http://schemas.microsoft.com/2006/vbaProject", "x.bin")), "macros"),
        (samples.docx({"word/embeddings/a.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "embedded"),
        (samples.docx({"word/media/a.png": b"MZ\x90"}), "embedded"),
        (samples.docx({"word/media/a.exe": b"x"}), "embedded"),
        (samples.docx({"word/activeX/a.xml": "<x/>"}), "embedded"),
        (samples.docx({"word/media/a.png": samples.docx()}), "embedded"),
        (samples.docx({"a.xlsx": samples.xlsx({"b.xlsx": samples.xlsx()})}), "embedded"),
        (samples.docx({"a.xlsx": samples.xlsx({"xl/vbaProject.bin": b"x"})}), "macros"),
        (samples.docx(relations=relation("oleObject", "embeddings/a.bin")), "embedded"),
        (samples.docx(relations=relation("package", "embeddings/a.xlsx")), "embedded"),
        (samples.docx(relations=relation("aFChunk", "a.html")), "embedded"),
        (
            samples.docx(relations=relation("attachedTemplate", "https://x.example/a.dotm", "External")),
            "outside",
        ),
        (samples.docx(relations=relation("image", "https://x.example/a.png", "External")), "outside"),
        (samples.docx(relations=relation("frame", "https://x.example/a.html", "external")), "outside"),
        (samples.docx(relations=relation("hyperlink", "file://x.example/a", "External")), "outside"),
        (samples.docx(relations=relation("hyperlink", "javascript:1", "External")), "outside"),
        (samples.xlsx(relations=relation("externalLink", "externalLinks/a.xml")), "outside"),
        (samples.xlsx(relations=relation("connections", "connections.xml")), "outside"),
        (samples.docx(words='<w:fldSimple w:instr="DDEAUTO c:\\\\x"/>'), "outside"),
        (samples.docx(words="<w:instrText>DD</w:instrText><w:instrText>EAUTO c</w:instrText>"), "outside"),
        (samples.docx({"word/a.xml": BOMB}), "not packed"),
        (samples.docx({"word/a.xml": BOMB.encode("utf-16")}), "not packed"),
        (samples.xlsx({"xl/a.xml": BOMB}), "not packed"),
        (samples.docx({"word/_rels/a.xml.rels": BOMB}), "not packed"),
        (samples.docx({"word/a.xml": "<x>"}), "cut off or damaged"),
        (samples.docx(types=f'<Override PartName="/x" ContentType="{samples.XLSX_MAIN}"/>'), "not packed"),
    ],
)
def test_an_office_file_holds_no_program_and_points_nowhere(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        clean(content, EVERY)


def test_a_password_of_an_archive_is_named() -> None:
    flagged = bytearray(GOOD["docx"])
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="Take it off"):
        clean(bytes(flagged), EVERY)


@pytest.mark.parametrize(
    "parts",
    [
        {f"word/{number}.xml": "<x/>" for number in range(office.MOST_PARTS)},
        {"word/media/a.png": b"\0" * (2 * MB)},  # a ratio of a thousand
        {"word/media/a.png": bytes(range(256)) * 4 * 1024 * 51},
        {"a.xlsx": samples.xlsx({f"xl/{number}.xml": "<x/>" for number in range(195)})},
    ],
    ids=["parts", "ratio", "size", "nested"],
)
def test_an_archive_that_grows_too_much_is_not_unpacked(
    parts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(ZipFile, "read", counting(ZipFile.read, read))
    with pytest.raises(Unreadable, match="Unpacked, the file has more than 200 parts"):
        clean(samples.docx(parts), EVERY)
    assert len(read) in (0, 5), "of the outer one at most"


def counting(read: Callable[..., bytes], names: list[str]) -> Callable[..., bytes]:
    def counted(archive: ZipFile, entry: Any) -> bytes:
        names.append(entry.filename)
        return read(archive, entry)

    return counted


def test_an_archive_that_lies_about_its_size_is_damaged() -> None:
    honest = samples.docx({"word/media/a.png": b"a" * 1000})
    lying = honest.replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(Unreadable, match="cut off or damaged"):
        clean(lying, EVERY)


@pytest.mark.parametrize("kind", [kind for kind in GOOD if kind != "pdf"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.85])
def test_what_is_cut_off_is_refused(kind: str, share: float) -> None:
    content = GOOD[kind]
    with pytest.raises(Unreadable, match=r"cut off|none of these"):
        clean(content[: int(len(content) * share)], EVERY)


STARTS = [b"", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", *GOOD.values()]


@settings(max_examples=300)
@given(st.sampled_from(STARTS), st.binary(max_size=2000))
@example(b"", b"")
def test_random_bytes_never_end_in_an_accident(start: bytes, more: bytes) -> None:
    assert_clean_or_refused(start + more)


@settings(max_examples=300)
@given(st.sampled_from(sorted(GOOD)), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1))
def test_changed_bytes_never_end_in_an_accident(kind: str, changes: list[tuple[float, int]]) -> None:
    content = bytearray(GOOD[kind])
    for where, byte in changes:
        content[int(where * (len(content) - 1))] = byte
    assert_clean_or_refused(bytes(content))


def assert_clean_or_refused(content: bytes) -> None:
    """Anything else that is raised fails the test."""
    with suppress(Unreadable, TooLarge):
        upload = clean(content, EVERY)
        assert upload.kind in EVERY
        assert upload.content


def bomb() -> bytes:
    """A PDF of 80 kB with a list of forty million figures, which take gigabytes when they are understood."""
    inside = zlib.compress(b"4 0 [" + b"0 " * 40_000_000 + b"]")
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/Own 4 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(inside)
        + b"stream\n%s\nendstream" % inside,
    }
    body, places = b"%PDF-1.5\n", {4: b"\x02\0\0\0\x05\0"}  # object 4 lies in the stream of object 5
    for number, content in objects.items():
        places[number] = b"\x01" + len(body).to_bytes(4, "big") + b"\0"
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = bytes(6) + b"".join(places[number] for number in range(1, 6))
    head = b"6 0 obj<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + head + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def test_a_bomb_takes_no_more_than_the_workshop_has() -> None:
    """Measured from outside: the process itself is limited, whatever the libraries do."""
    content = bomb()
    assert len(content) < MB
    command = [sys.executable, "-m", "govapp.core.files", "pdf"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(content)
        process.stdin.close()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        assert process.stdout
        assert len(process.stdout.read()) < MB
    assert 500 * MB < used.ru_maxrss * 1024 < 1100 * MB, "it takes what it can get, which is not enough"


def test_a_workshop_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "LONGEST_SECONDS", 0.001)
    for _ in range(workshop.AT_ONCE + 1):  # its place is free again each time
        with pytest.raises(Unreadable, match="too much time or memory"):
            workshop.clean(GOOD["pdf"], EVERY)


def test_a_workshop_that_falls_over_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("false", "true"):  # one that fails, and one that says nothing
        monkeypatch.setattr(sys, "executable", program)
        with pytest.raises(Unreadable, match="too much time or memory"):
            workshop.clean(GOOD["pdf"], EVERY)


def test_only_so_many_files_are_cleaned_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "LONGEST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(workshop, "_places", BoundedSemaphore(1))
    with workshop._places, pytest.raises(TooMany, match="Wait a minute"):
        workshop.clean(GOOD["pdf"], EVERY)
    assert workshop.clean(GOOD["pdf"], EVERY).kind is Kind.PDF
