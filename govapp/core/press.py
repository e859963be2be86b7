"""The one module that loads WeasyPrint, and with it pango; documents.py opens it with the first document."""

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydyf import Array, Dictionary
from weasyprint import CSS, HTML
from weasyprint.text.line_break import get_log_attrs
from weasyprint.urls import URLFetcher, URLFetcherResponse
from werkzeug.security import safe_join

from govapp.core.official import rewritten
from govapp.core.text import NBSP

STATIC = Path(__file__).parents[1] / "static"
ON_PAPER_TOO = 4  # the print flag of an annotation
BREAK = "\u200b"  # the sign, of no width, at which a line may end

_AM = re.compile("([่-๋]?)ำ")
_THAI = re.compile("[ก-๛]")
_TIES = re.compile(f"(?:{NBSP}|[0-9๐-๙][/–-]|[“‘(])$")  # what stands before the end that is none
_NEVER_FIRST = "ๆฯ"


def press(html: str, site: str, footer: str) -> bytes:
    """A page as tagged PDF (PDF/UA-1): the same bytes for the same page.

    site    the address of this site, without a slash at its end: of its static files, and where links lead
    footer  what stands under each page, as a value of the CSS property `content`
    """
    page = _page(html, site)
    under = CSS(string=f"@page {{ @bottom-center {{ content: {footer} !important }} }}")
    made: bytes = page.write_pdf(pdf_variant="pdf/ua-1", stylesheets=[under], finisher=_finish)
    return made


def press_sheets(html: str, site: str) -> bytes:
    """Sheets for a printer: under each page but the first lies the first one, with what all have in common.

    So that is set and drawn once, and a batch of letters takes a quarter of the time. Nobody reads such a
    file on a screen: it is not tagged.
    """
    made: bytes = _page(html, site).write_pdf(finisher=_lay_first_under_all)
    return made


def _page(html: str, site: str) -> Any:
    html = rewritten(html, for_pango, lambda tag, _: tag == "svg")
    return HTML(string=html, base_url=f"{site}/", url_fetcher=OwnFiles(site))


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Gives what our static folder and data: URLs hold: a document is no way to other files or networks."""

    def __init__(self, site: str) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.static = f"{site}/static/"

    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.startswith(self.static):
            return super().fetch(url, headers)
        path = safe_join(str(STATIC), unquote(urlsplit(url.removeprefix(self.static)).path))
        if path is None:
            raise ValueError(f"this leads out of the static folder: {url}")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": kind})


def for_pango(text: str, drawn: bool) -> str:
    """A text whose lines end where Thai words do, and which is read back whole from the PDF.

    A PDF keeps which letter each shape stands for, and ำ is drawn with two, so it would be lost: it is
    written as these two. No dictionary has such words, so their ends are looked for before, and marked.
    What is drawn (SVG) has no lines.
    """
    return _AM.sub(r"ํ\1า", text if drawn or not _THAI.search(text) else "".join(_words(text)))


def _words(text: str) -> Iterator[str]:
    """The words, each with what says to pango that a line may end after it, or may not end inside it.

    Left alone pango also breaks Thai at no-break spaces, before ๆ and within 5/2569.
    """
    may_end = get_log_attrs(text, "th")
    begin, is_tied = 0, False
    for end in range(1, len(text) + 1):
        if end < len(text):
            if not may_end[end].is_line_break:
                continue
            if _TIES.search(text[max(end - 2, 0) : end]) or text[end] in _NEVER_FIRST:
                is_tied = True
                continue
        word = text[begin:end].rstrip(" \t\r\n")
        yield f'<span style="white-space: nowrap">{word}</span>' if is_tied else word
        yield text[begin + len(word) : end] or (BREAK if end < len(text) else "")
        begin, is_tied = end, False


def _finish(_document: Any, pdf: Any) -> None:
    """What PDF/UA asks for and WeasyPrint leaves out."""
    for thing in pdf.objects:
        if isinstance(thing, dict):
            if thing.get("S") == "/TH":
                _say_scope(pdf, thing)
            elif thing.get("Subtype") == "/Link":
                thing["F"] = ON_PAPER_TOO
            elif thing.get("Type") == "/Page":
                _set_footer_apart(pdf, thing)


def _lay_first_under_all(_document: Any, pdf: Any) -> None:
    """The first page becomes a form (PDF 32000-1, 8.10) that every other page draws before its own text."""
    kids = pdf.pages["Kids"]  # number, generation, "R" of each page
    first, *others = (pdf.objects[number] for number in kids[::3])
    form = _find(pdf, first["Contents"])
    form.extra |= {"Type": "/XObject", "Subtype": "/Form", "BBox": first["MediaBox"]}
    form.extra["Resources"] = first["Resources"]
    with_form = Dictionary(_find(pdf, first["Resources"]))
    with_form["XObject"] = Dictionary({**with_form["XObject"], "Common": form.reference})
    pdf.add_object(with_form)
    for page in others:
        page["Resources"] = with_form.reference
        _find(pdf, page["Contents"]).stream.insert(0, "/Common Do")
    pdf.pages["Kids"], pdf.pages["Count"] = Array(kids[3:]), len(others)
    first.free = "f"


def _say_scope(pdf: Any, header: Any) -> None:
    section = _find(pdf, _find(pdf, header["P"])["P"])
    header["A"]["Scope"] = "/Column" if section.get("S") == "/THead" else "/Row"


def _set_footer_apart(pdf: Any, page: Any) -> None:
    """Mark what stands outside the text of a page, so that it is not read out in the midst of a sentence."""
    root = _find(pdf, pdf.catalog["StructTreeRoot"])
    document = _find(pdf, root["K"][0])
    owners = _find(pdf, root["ParentTree"])["Nums"][2 * page["StructParents"] + 1]
    stream = _find(pdf, page["Contents"]).stream
    for at, mark in enumerate(stream):
        if not isinstance(mark, dict) or "MCID" not in mark:
            continue
        element = _find(pdf, owners[mark["MCID"]])
        while element["P"] != document.reference:
            element = _find(pdf, element["P"])
        if element.reference not in document["K"]:
            owners[mark["MCID"]] = "null"
            stream[at - 1 : at + 1] = "/Artifact", Dictionary({"Type": "/Pagination"})


def _find(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
