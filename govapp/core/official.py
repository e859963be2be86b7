"""The text of finished HTML, rewritten: Thai digits for official documents. The markup stays as it is."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

from govapp.core.text import thai_digits

NO_TEXT = {"script", "style"}
VOID = set("area base br col embed hr img input link meta source track wbr".split())

Attributes = dict[str, str | None]

_ASCII = re.compile("[!-~]+")
_LATIN = re.compile("[A-Za-z]")


def official(html: str) -> str:
    """A Thai page with Thai digits in its body.

    Figures that hang on Latin letters stay (an e-mail address, a URL, a code, A4), and so does what stands
    in <code>, in class "code" or in another language (lang="en").
    """

    def change(text: str, as_typed: bool) -> str:
        return text if as_typed else _ASCII.sub(_figures, text)

    return rewritten(html, change, _as_typed)


def rewritten(html: str, change: Callable[[str, bool], str], apart: Callable[[str, Attributes], bool]) -> str:
    """The page with change(text, is_apart) in place of each text of its body.

    apart(tag, attributes) says which elements are set apart, with all that is in them. References such as
    &#39; are no text: their digits are not for people.
    """
    body = _Body(change, apart)
    body.feed(html)
    body.close()
    return "".join(body.written)


def _figures(run: re.Match[str]) -> str:
    return run[0] if _LATIN.search(run[0]) else thai_digits(run[0])


def _as_typed(tag: str, attributes: Attributes) -> bool:
    language = attributes.get("lang") or "th"
    return tag == "code" or "code" in (attributes.get("class") or "").split() or language != "th"


class _Body(HTMLParser):
    def __init__(self, change: Callable[[str, bool], str], apart: Callable[[str, Attributes], bool]) -> None:
        super().__init__(convert_charrefs=False)
        self.change = change
        self.apart = apart
        self.written: list[str] = []
        self.is_body = self.is_text = False
        self.open: list[str] = []  # elements from the outermost one set apart

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.written.append(self.get_starttag_text() or "")
        self.is_body |= tag == "body"
        self.is_text = self.is_body and tag not in NO_TEXT
        if self.is_body and tag not in VOID and (self.open or self.apart(tag, dict(attrs))):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.written.append(f"</{tag}>")
        self.is_text = self.is_body
        if tag in self.open:
            while self.open.pop() != tag:  # elements without an end tag end here too
                pass

    def handle_data(self, data: str) -> None:
        self.written.append(self.change(data, bool(self.open)) if self.is_text else data)

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")
