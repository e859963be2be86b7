"""A page as somebody hears it who has it read out: in which language each piece of text is said to be."""

import re
from html.parser import HTMLParser

THAI = re.compile("[\u0e00-\u0e7f]")
SILENT = {"script", "style", "title", "desc", "pre"}
VOID = set("area base br col embed hr img input link meta source track wbr".split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []  # tag, language
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            before = self.open[-1][1] if self.open else ""
            self.open.append((tag, dict(attrs).get("lang") or before))

    def handle_endtag(self, tag: str) -> None:
        if tag in (each for each, _language in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        is_silent = any(tag in SILENT for tag, _language in self.open)
        if THAI.search(data) and not is_silent and self.open[-1][1] != "th":
            self.wrong.append(" ".join(data.split()))


def unmarked(html: str) -> list[str]:
    """The pieces of Thai text of a page that are not said to be Thai."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.wrong
