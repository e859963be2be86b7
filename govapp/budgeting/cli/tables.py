"""Plain tables for a terminal, which line up for Thai too."""

import unicodedata
from collections.abc import Sequence

from govapp.core.text import width

GAP = "  "


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Lines of columns, those in `right` (from 0) set to the right; the last column is not padded."""
    rows = [[visible(cell) for cell in row] for row in rows]
    columns = range(len(header))
    widths = [max(width(row[c]) for row in (header, *rows)) for c in columns]
    rule = ["-" * w for w in widths]

    def line(row: Sequence[str]) -> str:
        return GAP.join(_padded(row[c], widths[c], c in right) for c in columns).rstrip()

    return [line(row) for row in (header, rule, *rows)]


def visible(text: str) -> str:
    """Without line breaks and whatever else would steer the terminal."""
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)


def cut(text: str, most: int) -> str:
    """At most so many terminal columns, a cut shown by …; marks stay with their letter."""
    room, end = most - 1, 0
    for at, letter in enumerate(text):
        columns = width(letter)
        room -= columns
        if room < 0:
            return text if width(text) <= most else text[:end] + "…"
        end = at + 1
    return text


def _padded(text: str, columns: int, right: bool) -> str:
    space = " " * (columns - width(text))
    return space + text if right else text + space
