"""PDFs as their readers see them: MuPDF reads them, outloud checks PDF/UA."""

import base64
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import outloud
import pymupdf
import pytest
from flask.testing import FlaskClient
from weasyprint import HTML

from govapp.config import HERE
from govapp.core import documents, language, press
from govapp.core.text import NBSP, search_text
from tests.make import SIGNING_KEY

ROOT = Path(__file__).parents[2]
SITE = "https://example.org"
CM = 72 / 2.54
LEFT, RIGHT = 3 * CM, (21 - 2) * CM
WORDS = """น้ำ ทำ คำ จำนวน สำหรับ กำหนด ลำพัง ป้ำ ช้ำ ค่ำ ร่ำ ก้ำกึ่ง ดำเนิน ปั๊มน้ำ ผู้ใหญ่ ชั้นที่ ฎีกา ปู่ญ่า
    กุ้ง เพื่อ ที่ตั้ง ฐานะ ญัตติ กรุงเทพฯ ต่อเนื่อง เก๋ไก๋ โต๊ะ แจ๋ว เสร็จ สิทธิ์ ฤๅษี พ.ศ. Latin “é” 1,250.50""".split()
SENTENCE = "น้ำ ทำงาน กำหนด สำหรับ จำนวน ตำบล อำเภอ ประชาชน โครงการ ประชุม จังหวัด บ้าน เมือง".split() * 12
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def page(body: str, head: str = "") -> str:
    return f"""<!doctype html><html lang="th"><head><meta charset="utf-8"><title>น้ำใจ &lt;ทำงาน&gt;</title>
        <link rel="stylesheet" href="/static/document.css">{head}</head>
        <body class="desk"><main class="doc"><h1>หัวเรื่อง</h1>{body}</main></body></html>"""


def make(html: str) -> bytes:
    with language.use("th"):
        return documents.pdf(html, SITE)


def read(made: bytes) -> pymupdf.Document:
    return pymupdf.open(stream=made)


@pytest.fixture(scope="module")
def paper() -> bytes:
    """A Thai document of three pages."""
    rows = "".join(
        f"<tr><th scope='row'>โครงการ {n}</th><td>หมู่ {n}</td><td>{n}000</td></tr>" for n in range(60)
    )
    return make(
        page(
            f"""<p>{" ".join(WORDS)}</p><h2>ย่อหน้า</h2><p>{"".join(SENTENCE)}</p>
            <table><caption>ตาราง</caption><thead><tr><th scope="col">ชื่อ</th><th scope="col">พื้นที่</th>
            <th scope="col">บาท</th></tr></thead><tbody>{rows}</tbody></table>
            <p><b>ตัวหนา Bold</b> <a href="/rounds">ผลคะแนน</a></p>"""
        )
    )


def test_it_is_a4_tagged_and_says_what_it_is(paper: bytes) -> None:
    document = read(paper)
    assert document.metadata["title"] == "น้ำใจ <ทำงาน>"
    assert (document[0].rect.width, document[0].rect.height) == pytest.approx((21 * CM, 29.7 * CM), abs=0.1)
    said = [document.xref_get_key(document.pdf_catalog(), key)[1] for key in ("Lang", "MarkInfo/Marked")]
    assert said == ["th", "true"]
    assert [link["uri"] for link in document[-1].get_links()] == [f"{SITE}/rounds"]


def test_every_letter_is_drawn_in_our_font_and_that_lies_inside(paper: bytes) -> None:
    document = read(paper)
    fonts = {font for number in range(len(document)) for font in document.get_page_fonts(number)}
    assert {font[3].partition("+")[2] for font in fonts} == {
        "Sarabun-Thai",
        "Sarabun-Latin",
        "Sarabun-Thai-Bold",
        "Sarabun-Latin-Bold",
    }
    assert {font[1] for font in fonts} == {"ttf"}, "embedded"


def test_thai_words_are_read_back(paper: bytes) -> None:
    found = [search_text(word) for word in read(paper)[0].get_text().split()]
    assert len(WORDS) >= 30
    assert [word for word in WORDS if search_text(word) not in found] == []


def test_a_long_sentence_breaks_at_words_and_stays_within_the_margins(paper: bytes) -> None:
    first = read(paper)[0]
    lines = first.get_text().split("ย่อหน้า\n")[1].split("\nตาราง")[0].splitlines()
    lines = [search_text(line) for line in lines]
    assert len(lines) >= 6
    assert "".join(lines) == "".join(SENTENCE)
    ends_of_words = {len("".join(SENTENCE[:count])) for count in range(1, len(SENTENCE) + 1)}
    assert {len("".join(lines[:count])) for count in range(1, len(lines) + 1)} <= ends_of_words
    boxes = first.get_text("words")
    assert min(box[0] for box in boxes) == pytest.approx(LEFT, abs=1)
    assert RIGHT - 60 < max(box[2] for box in boxes) < RIGHT + 1


def test_each_page_has_its_number_and_the_head_of_the_table(paper: bytes) -> None:
    pages = [" ".join(sheet.get_text().split()) for sheet in read(paper)]
    assert len(pages) == 3
    for text, number in zip(pages, "๑๒๓", strict=True):
        assert f"หน้า {number} จาก ๓" in text
        assert text.count("ชื่อ พื้นที่ บาท") == 1


def test_a_checker_of_pdf_ua_finds_nothing(paper: bytes, tmp_path: Path) -> None:
    for name, content in (
        ("ours", paper),
        ("plain", HTML(string=page("<p>ไทย</p>"), url_fetcher=press.OwnFiles(SITE)).write_pdf()),
    ):
        (tmp_path / name).write_bytes(content)
    ours, control = (outloud.check(str(tmp_path / name)) for name in ("ours", "plain"))
    assert [f"{found.rule}: {found.message}" for found in ours.findings] == []
    assert ours.error is None
    assert control.errors > 0


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("น้ำทำงาน (ก.บ.จ.) 5", "นํ้า|ทํางาน (ก.บ.จ.) 5"),
        (f"วันที่ 30{NBSP}พฤศจิกายน{NBSP}2569 นี้", f"วัน|ที่ [30{NBSP}พฤศจิกายน{NBSP}2569] นี้"),
        ("เรื่องอื่น ๆ\n มี", "เรื่อง|[อื่น ๆ]\n มี"),
        ("ที่ ๕/๒๕๖๙ และ", "ที่ [๕/๒๕๖๙] และ"),
        (f"10{NBSP}km", f"10{NBSP}km"),
    ],
)
def test_where_a_line_may_end(text: str, lines: str) -> None:
    marked = re.sub("<span[^>]*>(.*?)</span>", r"[\1]", press.for_pango(text, drawn=False))
    assert marked.replace(press.BREAK, "|") == lines


def test_what_is_drawn_has_no_lines() -> None:
    assert press.for_pango(f"น้ำทำงาน 5{NBSP}บาท", drawn=True) == f"นํ้าทํางาน 5{NBSP}บาท"


def test_the_same_page_is_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    created = '<meta name="dcterms.created" content="2026-11-12T12:30:00+07:00">'
    html = page(f"<p>{''.join(SENTENCE)} Latin</p>", created)
    (tmp_path / "page.html").write_text(html)
    code = """if True:
        import sys; from pathlib import Path; from govapp.core import documents, language
        language.set_current("th")
        sys.stdout.buffer.write(documents.pdf(Path(sys.argv[1]).read_text(), sys.argv[2]))"""
    command = [sys.executable, "-c", code, str(tmp_path / "page.html"), SITE]
    elsewhere = os.environ | {"PYTHONHASHSEED": "1", "TZ": "America/Lima"}
    other = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=elsewhere).stdout
    assert other == make(html)
    assert read(other).metadata["creationDate"] == "D:20261112123000+07'00"


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody should reach through a document: its address, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_document_reaches_no_network_and_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(base64.b64decode(PIXEL))
    with listener() as (inside, asked):
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{inside}/svg" width="9" height="9"/></svg>'
        )
        drawn = base64.b64encode(svg.encode()).decode()
        head = f"""<link rel="stylesheet" href="{inside}/css"><link rel="attachment" href="{inside}/attached">
            <link rel="attachment" href="file:///etc/passwd"><style>@import "{inside}/import";
            @font-face {{ font-family: Other; src: url({inside}/font) }}
            p {{ background: url({inside}/background); font-family: Other }}
            p::before {{ content: url({inside}/content) }}</style>"""
        body = f"""<p>ไทย <img src="{inside}/img" alt="ก">
            <img src="data:image/svg+xml;base64,{drawn}" alt="ข">
            <object data="{inside}/object"></object><embed src="{inside}/embed"></p>"""
        ways = (
            f"//{inside[7:]}/relative",
            f"ftp://{inside[7:]}/ftp",
            f"file://{secret}",
            f"{SITE}/static/..{secret}",
            f"{SITE}/static/{'%2e%2e/' * 9}{secret}",
            f"{SITE}/static/{secret}",
            f"{SITE}.example/static/mark.svg",
            f"{SITE}/elsewhere.png",
        )
        made = read(make(page(body + "".join(f'<img src="{way}" alt="ค">' for way in ways), head)))
        assert asked == []
        HTML(string=page(body)).write_pdf()
        assert {"/img", "/svg"} <= set(asked), "the control: whoever asks is heard"
    assert made[0].get_images() == []
    assert made.embfile_count() == 0


def test_our_own_files_and_data_get_in() -> None:
    made = read(make(page(f'<p><img src="data:image/png;base64,{PIXEL}" alt="จุด"></p>')))
    assert len(made[0].get_images()) == 1
    fetched = press.OwnFiles(SITE).fetch(f"{SITE}/static/mark.svg?v=1")
    assert fetched.read() == (HERE / "static" / "mark.svg").read_bytes()
    assert fetched.content_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("code", "number", "footer"), [("th", "๕/๒๕๖๙", "หน้า ๒ จาก ๒"), ("en", "5/2026", "Page 2 of 2")]
)
def test_the_sample_document(client: FlaskClient, code: str, number: str, footer: str) -> None:
    client.set_cookie("language", code)
    answer = client.get("/styleguide/document")
    assert answer.content_type == "application/pdf"
    shown = r"inline; filename\*=UTF-8''[A-Za-z0-9%]+\.pdf"  # servers refuse headers that are not ASCII
    assert re.fullmatch(shown, answer.headers["Content-Disposition"])
    text = "".join(sheet.get_text() for sheet in read(answer.data))
    for piece in (number, footer, "0700 2569", "minutes5@example.org"):
        assert piece in text


def test_the_print_view_is_the_same_document(client: FlaskClient) -> None:
    client.set_cookie("language", "th")
    answer = client.get("/styleguide/document?view=html&x=1")
    body = answer.get_data(as_text=True)
    assert answer.content_type.startswith("text/html")
    assert "ครั้งที่ ๕/๒๕๖๙" in body
    assert 'href="/styleguide/document?x=1"' in body
    assert "กำหนด" in body, "browsers get ำ as it is"


def test_when_many_wait_the_next_gets_the_page_to_print(client: FlaskClient) -> None:
    with ExitStack() as line:
        for _ in range(documents.WAITING):
            line.enter_context(documents.line)
        body = client.get("/styleguide/document").get_data(as_text=True)
    assert "Many documents are being made" in body
    assert "No. 5/2026" in body
    assert client.get("/styleguide/document").content_type == "application/pdf", "the line is empty again"


def test_without_pango_the_site_runs_and_says_what_is_missing(tmp_path: Path) -> None:
    """In a process that finds another file in pango's place."""
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"not a library")
    code = """if True:
        from govapp.app import create_app; from govapp.core import documents
        client = create_app().test_client(); client.set_cookie("language", "en")
        answer = client.get("/styleguide/document")
        print(answer.status_code, answer.content_type, documents.available(), answer.text)"""
    settings = {
        "GOVAPP_DATABASE_URL": "sqlite://",
        "GOVAPP_SECRET_KEY": SIGNING_KEY,
        "GOVAPP_INSTANCE": str(tmp_path),
        "LD_LIBRARY_PATH": str(tmp_path),
    }
    command = [sys.executable, "-c", code]
    found = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT, env=os.environ | settings
    )
    assert "200 text/html; charset=utf-8 False" in found.stdout
    assert "This server cannot make PDF files" in found.stdout
    assert "No. 5/2026" in found.stdout
    assert "libpango-1.0" in found.stderr
    assert documents.available(), "the control"


def test_sheets_have_their_own_words_on_what_all_have_in_common() -> None:
    style = "<style>.top, .foot { position: absolute; height: 5cm } .foot { top: 10cm }</style>"
    own = "".join(f'<section class="sheet"><p class="top">น้ำใจ {n}</p></section>' for n in range(1, 4))
    common = '<section class="sheet"><p class="foot">กำหนด ทำงาน</p></section>'
    html = f"""<!doctype html><html lang="th"><head><title>x</title>{style}
        <link rel="stylesheet" href="/static/document.css"></head>
        <body class="desk batch"><main class="doc">{common}{own}</main></body></html>"""
    paper = read(documents.sheets(html, SITE))
    assert len(paper) == 3
    for number, sheet in enumerate(paper, 1):
        said = [search_text(line) for line in sheet.get_text().splitlines()]
        assert said == [search_text("กำหนด ทำงาน"), search_text(f"น้ำใจ {number}")]
        for top, height in ((0, 5), (10, 5)):
            strip = pymupdf.Rect(0, (2.5 + top) * CM, 21 * CM, (2.5 + top + height) * CM)
            assert not sheet.get_pixmap(clip=strip).is_unicolor, "what is written there is seen, too"
        bottom = pymupdf.Rect(0, 27 * CM, 21 * CM, 29.7 * CM)
        assert sheet.get_pixmap(clip=bottom).is_unicolor, "a letter does not say that it is one of a batch"
