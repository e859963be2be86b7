"""What people bring is recognised by content, refused with words, or cleaned."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image, ImageOps

from govapp.core.errors import Refused, Unreadable
from govapp.core.files import kinds, workshop
from govapp.core.files.cleaning import clean
from govapp.core.files.kinds import EVERY, MB, Kind, Upload
from tests.core import samples


def opened(upload: Upload) -> Image.Image:
    return Image.open(BytesIO(upload.content))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (samples.pdf(), Kind.PDF),
        (b"\xef\xbb\xbf\r\n" + samples.pdf(), Kind.PDF),
        (samples.jpeg(), Kind.JPEG),
        (samples.png(), Kind.PNG),
        (samples.docx(), Kind.DOCX),
        (samples.xlsx(), Kind.XLSX),
    ],
)
def test_the_content_says_what_it_is_and_comes_out_the_same_each_time(content: bytes, kind: Kind) -> None:
    upload = clean(content, EVERY)
    assert upload.kind is kind
    assert clean(content, EVERY) == upload
    assert clean(upload.content, EVERY).kind is kind, "what is kept could be brought again"
    assert workshop.clean(content, EVERY) == upload


@pytest.mark.parametrize(
    ("content", "accept", "says"),
    [
        (b"", EVERY, "empty"),
        (b"hello", EVERY, "none of these: PDF, Word (.docx), Excel (.xlsx), JPEG, PNG"),
        (b"<!DOCTYPE html><script>", EVERY, "none of these"),
        (b"MZ\x90\0", [Kind.PDF], "none of these: PDF."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", EVERY, "old kind, or one with a password"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", EVERY, "HEIC"),
        (b"GIF89a", EVERY, "(GIF)"),
        (b"RIFF\0\0\0\0WEBP", EVERY, "(WebP)"),
        (samples.archive({"a.txt": "x"}), EVERY, "ZIP archive"),
        (samples.archive({"mimetype": "x", "content.xml": "x"}), EVERY, "OpenDocument"),
        (samples.png(), kinds.DOCUMENTS, "By its content this is PNG"),
        (samples.docx(), [Kind.PDF], "By its content this is Word (.docx)"),
        (samples.pdf() + b"%" * (10 * MB) + b"\n%%EOF\n", EVERY, "larger than 10 MB"),
        (samples.docx({"[Content_Types].xml": "<T/>"}), EVERY, "not packed as Word and Excel do it"),
        (
            samples.docx({"[Content_Types].xml": "<T><O ContentType='x.presentationml.y'/></T>"}),
            EVERY,
            "PowerPoint",
        ),
    ],
)
def test_what_is_refused_is_told_what_to_do(content: bytes, accept: list[Kind], says: str) -> None:
    with pytest.raises(Refused, match=r"[Ss]ave|[Cc]hoose|[Ss]end|sent") as refused:
        clean(content, accept)
    assert says in str(refused.value)


@pytest.mark.parametrize("make", [samples.jpeg, samples.png])
def test_nothing_a_picture_carried_is_kept(make: Callable[..., bytes]) -> None:
    content = make(exif=samples.exif(), xmp=b"<x:xmpmeta>secret</x:xmpmeta>", comment=b"secret")
    content += b"secret after the end"
    assert opened(Upload(Kind.JPEG, content)).getexif().get_ifd(0x8825), "the control: it knows where it was"
    upload = clean(content, EVERY)
    picture = opened(upload)
    assert not picture.getexif()
    assert not {"xmp", "comment", "icc_profile", "exif"} & picture.info.keys()
    for left in (upload.content, upload.thumbnail or b""):
        assert b"secret" not in left
        assert "สมมติ".encode() not in left


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_before_its_orientation_is_forgotten(orientation: int) -> None:
    corner = Image.new("L", (60, 40))
    corner.paste(255, (0, 0, 30, 10))
    written = BytesIO()
    corner.save(written, "PNG", exif=samples.exif(orientation))
    upload = clean(written.getvalue(), EVERY)
    held = ImageOps.exif_transpose(Image.open(written))
    assert (upload.width_px, upload.height_px) == held.size
    assert opened(upload).tobytes() == held.tobytes()


@pytest.mark.filterwarnings("ignore")
def test_an_orientation_nobody_understands_is_left_aside() -> None:
    odd = samples.jpeg(exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x07\0\xff\xff\xff\xff" * 3)
    assert clean(odd, EVERY).width_px == 60


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (samples.jpeg(mode="CMYK"), "RGB"),
        (samples.jpeg(mode="L"), "L"),
        (samples.jpeg(progressive=True), "RGB"),
        (samples.png(mode="1"), "L"),
        (samples.png(mode="L"), "L"),
        (samples.png(mode="I;16"), "L"),
        (samples.png(mode="P"), "RGB"),
        (samples.png(mode="P", transparency=0), "RGBA"),
        (samples.png(mode="LA"), "RGBA"),
        (samples.png(mode="RGBA"), "RGBA"),
        (samples.png(save_all=True, append_images=[Image.new("RGB", (60, 40))]), "RGB"),
    ],
)
def test_every_mode_becomes_one_that_browsers_show(content: bytes, mode: str) -> None:
    picture = opened(clean(content, EVERY))
    assert (picture.mode, picture.size, getattr(picture, "n_frames", 1)) == (mode, (60, 40), 1)


def test_sixteen_bits_are_made_eight_without_losing_the_light_ones() -> None:
    written = BytesIO()
    Image.new("I;16", (4, 4), 32896).save(written, "PNG")
    assert opened(clean(written.getvalue(), EVERY)).getpixel((0, 0)) == 128


def test_colours_follow_the_profile_of_a_picture() -> None:
    swapped = Image.new("RGB", (8, 8), (200, 30, 30))
    written = BytesIO()
    swapped.save(written, "JPEG", icc_profile=b"no profile at all")
    red, green, _ = opened(clean(written.getvalue(), EVERY)).getpixel((4, 4))
    assert red > 150 > green, "a profile that cannot be read is left aside"


@pytest.mark.parametrize(
    ("size", "small"), [((960, 480), (480, 240)), ((30, 20), (30, 20)), ((5000, 1), (480, 1))]
)
def test_a_thumbnail_is_made_at_once(size: tuple[int, int], small: tuple[int, int]) -> None:
    thumbnail = clean(samples.png(size, "RGBA"), EVERY).thumbnail
    picture = Image.open(BytesIO(thumbnail or b""))
    assert (picture.format, picture.size) == ("JPEG", small)


def test_what_is_seen_through_is_white_in_a_thumbnail() -> None:
    written = BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(written, "PNG")
    thumbnail = clean(written.getvalue(), EVERY).thumbnail
    assert Image.open(BytesIO(thumbnail or b"")).getpixel((4, 4)) == (255, 255, 255)


def test_a_pdf_keeps_its_pages_links_and_bookmarks() -> None:
    def fill(pdf: pikepdf.Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
        link.A = Dictionary(S=Name.URI, URI="https://example.org/")
        pdf.pages[0].obj.Annots = pdf.make_indirect([link])
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("two", 1))
        pdf.docinfo["/Title"] = "สมมติ"

    upload = clean(samples.pdf(fill, pages=2), EVERY)
    with pikepdf.open(BytesIO(upload.content)) as pdf:
        assert b"page 1" in pdf.pages[1].Contents.read_bytes()
        assert str(pdf.pages[0].Annots[0].A.URI) == "https://example.org/"
        assert pdf.Root.Outlines.First.Title == "two"
        assert pdf.docinfo["/Title"] == "สมมติ"


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_pdf_that_nobody_can_open_is_refused_one_with_mere_limits_is_not(password: str) -> None:
    content = samples.pdf(encryption=pikepdf.Encryption(owner="owner", user=password))
    if password:
        with pytest.raises(Unreadable, match="Take it off"):
            clean(content, EVERY)
    else:
        with pikepdf.open(BytesIO(clean(content, EVERY).content)) as pdf:
            assert not pdf.is_encrypted
            assert b"page 0" in pdf.pages[0].Contents.read_bytes()


def test_the_figures_of_a_chart_stay_in_a_word_file() -> None:
    rels = f"<R>{samples.relation('package', '../embeddings/figures.xlsx')}</R>"
    parts = {"word/charts/_rels/chart1.xml.rels": rels, "word/embeddings/figures.xlsx": samples.xlsx()}
    found = samples.unpacked(clean(samples.docx(parts), EVERY).content)
    figures = samples.unpacked(found["word/embeddings/figures.xlsx"])
    assert figures == samples.unpacked(samples.xlsx())


def test_links_to_the_web_stay_in_a_word_file() -> None:
    links = samples.relation("hyperlink", "https://example.org/", "External")
    links += samples.relation("hyperlink", "mailto:a@example.org", "External", "r2")
    found = samples.unpacked(clean(samples.docx(relations=links), EVERY).content)
    assert b"https://example.org/" in found["word/_rels/document.xml.rels"]
