"""Active PDFs of every kind come out with their pages, and without what runs, opens, plays or sends."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, String

from govapp.core.errors import Unreadable
from govapp.core.files.cleaning import clean
from govapp.core.files.kinds import EVERY, Kind
from tests.core import samples

Attack = Callable[[Pdf], None]

ACTIVE = re.compile(
    r"/(JS|JavaScript|OpenAction|AA|PA|EmbeddedFiles?|EF|AF|Filespec|FileAttachment|Launch|XFA|RichMedia\w*|3D\w*"
    r"|Movie|Sound|Rendition|Screen|SubmitForm|ImportData|GoToR|GoToE|Named|Sig|ByteRange)\b|app\.alert|evil"
)
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def script() -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name.JavaScript, JS="app.alert(1)")


def annotation(pdf: Pdf, **more: Any) -> None:
    shape = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
    for name, value in more.items():
        shape[f"/{name}"] = value
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(shape)])


def attachment(pdf: Pdf) -> Dictionary:
    return Dictionary(Type=Name.Filespec, F="evil.exe", EF=Dictionary(F=Stream(pdf, b"evil")))


def open_action(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(script())


def additional_actions(pdf: Pdf) -> None:
    pdf.Root.AA = Dictionary(WC=script())
    pdf.pages[0].obj.AA = Dictionary(O=script())
    annotation(pdf, AA=Dictionary(K=script()), PA=script())


def named_scripts(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))


def named_files(pdf: Pdf) -> None:
    pdf.attachments["evil.exe"] = b"evil"


def associated_files(pdf: Pdf) -> None:
    pdf.pages[0].obj.AF = Array([pdf.make_indirect(attachment(pdf))])


def attached_to_the_page(pdf: Pdf) -> None:
    annotation(pdf, Subtype=Name.FileAttachment, FS=attachment(pdf))


def script_of_a_link(pdf: Pdf) -> None:
    annotation(pdf, A=script())


def script_after_a_harmless_step(pdf: Pdf) -> None:
    second = Dictionary(S=Name.GoTo, D="y", Next=script())
    annotation(pdf, A=Dictionary(S=Name.GoTo, D="x", Next=Array([second, script()])))


def script_of_a_bookmark(pdf: Pdf) -> None:
    item = pdf.make_indirect(Dictionary(Title="x", A=script()))
    pdf.Root.Outlines = Dictionary(First=item, Last=item, Count=1)


def script_as_a_stream(pdf: Pdf) -> None:
    annotation(pdf, A=Dictionary(S=Name.JavaScript, JS=Stream(pdf, b"app.alert(1)")))


def script_whose_kind_lies_elsewhere(pdf: Pdf) -> None:
    annotation(pdf, A=Dictionary(S=pdf.make_indirect(Name.JavaScript), JS=pdf.make_indirect(String("evil"))))


def script_without_a_kind(pdf: Pdf) -> None:
    annotation(pdf, A=Dictionary(Type=Name.Action, JS="evil"))


def script_of_a_field_without_a_page(pdf: Pdf) -> None:
    kid = pdf.make_indirect(Dictionary(T="y", A=script(), AA=Dictionary(C=script())))
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T="x", Kids=Array([kid])))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), CO=Array([field]))


def form_in_xml(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Array([String("x"), Stream(pdf, b"<evil/>")]))


def deep_in_a_place_of_its_own(pdf: Pdf) -> None:
    thing: Any = script()
    for _ in range(100):
        thing = Dictionary(Own=Array([thing]))
    pdf.Root.Own = pdf.make_indirect(thing)


def in_a_circle(pdf: Pdf) -> None:
    first, second = pdf.make_indirect(Dictionary()), pdf.make_indirect(Dictionary(A=script()))
    first.Other, second.Other, pdf.Root.Own = second, first, first


def beside_the_catalogue(pdf: Pdf) -> None:
    pdf.trailer["/Own"] = pdf.make_indirect(script())


def signature(pdf: Pdf) -> None:
    signed = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents="x")
    pdf.Root.Own = Dictionary(V=pdf.make_indirect(signed))


def stream_from_another_file(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents.F = String("/etc/evil")
    pdf.pages[0].obj.Contents.FFilter = Name.FlateDecode


def rich_media_by_its_keys(pdf: Pdf) -> None:
    annotation(pdf, RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([String("evil")]))))


def action(kind: str, **more: str) -> Attack:
    def change(pdf: Pdf) -> None:
        does = Dictionary(S=Name(f"/{kind}"), F="evil.exe")
        for name, value in more.items():
            does[f"/{name}"] = String(value)
        annotation(pdf, A=does)

    change.__name__ = " ".join([kind, *map(repr, more.values())])
    return change


def medium(kind: str) -> Attack:
    def change(pdf: Pdf) -> None:
        annotation(pdf, Subtype=Name(f"/{kind}"), Contents="evil")

    change.__name__ = kind
    return change


ATTACKS = [
    *(open_action, additional_actions, named_scripts, named_files, associated_files, attached_to_the_page),
    *(script_of_a_link, script_after_a_harmless_step, script_of_a_bookmark, script_as_a_stream),
    *(script_whose_kind_lies_elsewhere, script_without_a_kind, script_of_a_field_without_a_page),
    *(form_in_xml, deep_in_a_place_of_its_own, in_a_circle, beside_the_catalogue),
    *(signature, stream_from_another_file, rich_media_by_its_keys),
    *map(
        action,
        ("Launch", "GoToR", "GoToE", "SubmitForm", "ImportData", "Named", "Rendition", "Unheard"),
    ),
    *(action("URI", URI=f"{start}evil") for start in ("javascript:", "file:///", " jAvAscript:", "\\\\", "")),
    *map(medium, ("Movie", "Sound", "Screen", "RichMedia", "3D", "Projection")),
]


@pytest.mark.parametrize("mode", ["disable", "generate"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_nothing_active_is_left(attack: Attack, mode: str) -> None:
    content = samples.pdf(attack, object_stream_mode=ObjectStreamMode[mode])
    assert ACTIVE.search(samples.everything_in(content)), "the control: it is found before"
    cleaned = clean(content, EVERY).content
    assert not ACTIVE.search(samples.everything_in(cleaned))
    with pikepdf.open(BytesIO(cleaned)) as pdf:
        assert b"page 0" in pdf.pages[0].Contents.read_bytes(), "the page itself stays"


@pytest.mark.parametrize("name", [b"/J#53", b"/#4aS", b"/JavaScr#69pt", b"/#4F#70enAction"])
def test_names_written_otherwise_are_known(name: bytes) -> None:
    root = b"<</Type/Catalog/Pages 2 0 R/Own<<%s(evil)>>>>" % name
    content = samples.raw_pdf(root, PAGES, PAGE)
    assert b"evil" in content
    assert not ACTIVE.search(samples.everything_in(clean(content, EVERY).content))


def test_what_an_earlier_revision_held_is_not_written() -> None:
    content = samples.raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE, b"(evil)")
    assert b"evil" in content
    assert b"evil" not in clean(content, EVERY).content


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda pdf: pdf.Root.update({"/Collection": Dictionary()}), "bundle"),
        (lambda pdf: pdf.Root.update({"/NeedsRendering": True}), "outside the program"),
        (lambda pdf: pdf.pages[0].obj.Resources.Font.update({"/AA": Dictionary()}), "too intricate"),
    ],
)
def test_one_that_would_come_out_hollow_is_refused(change: Attack, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        clean(samples.pdf(change), EVERY)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_one_that_is_cut_off_is_refused(share: float) -> None:
    content = samples.pdf(pages=20)
    with pytest.raises(Unreadable, match="cut off"):
        clean(content[: int(len(content) * share)], EVERY)


@pytest.mark.parametrize(
    "objects",
    [
        (b"<</Type/Catalog>>",),
        (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 9>>"),
        (b"<</Type/Catalog/Pages 1 0 R>>",),
        (b"<</S/JavaScript/JS(evil)/Pages 2 0 R>>", PAGES, PAGE),
        (b"5",),
        (b"1 0 R",),
    ],
)
def test_one_that_makes_no_sense_is_refused(objects: tuple[bytes, ...]) -> None:
    with pytest.raises(Unreadable, match="Save"):
        clean(samples.raw_pdf(*objects), EVERY)


def test_one_that_is_also_an_archive_is_only_a_pdf() -> None:
    both = samples.pdf() + samples.archive({"evil.js": "evil"}, comment=b"%%EOF")
    assert ZipFile(BytesIO(both)).namelist() == ["evil.js"]
    cleaned = clean(both, EVERY)
    assert cleaned.kind is Kind.PDF
    assert b"PK\x03\x04" not in cleaned.content


def test_one_that_is_also_a_page_is_only_a_pdf() -> None:
    page = b"\n\n%PDF-1.7\n<script>evil</script>" + samples.pdf()[8:]
    assert b"<script>" not in clean(page, EVERY).content
