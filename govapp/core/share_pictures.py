"""The picture that stands beside a shared link: a few words in our own letters and colours, as PNG."""

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parents[1] / "static" / "vendor"
WIDTH, HEIGHT, MARGIN = 1200, 630, 72  # pixels, as sites that show such pictures ask for
ROOM = WIDTH - 2 * MARGIN
MOST_LINES = 3
SIZES = (72, 62, 54, 46)
PAPER, TEAL, INK, BRASS, BRASS_INK = "#fbfaf6", "#0e4f4d", "#16242a", "#a47b28", "#72530d"  # as in tokens.css

_RUNS = re.compile("[\u0e00-\u0e7f]+|[^\u0e00-\u0e7f]+")
_PIECES = re.compile(
    "(?<= )|(?<=[^เแโใไ])(?=[เแโใไ])"
)  # a line may end at a space, or where a syllable begins


def draw(kicker: str, title: str, line: str, site: str) -> bytes:
    """The same bytes for the same words. Long titles get smaller letters, then an ellipsis."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, 20), fill=TEAL)
    pen.rectangle((0, 26, WIDTH, 29), fill=BRASS)
    _write(pen, MARGIN, 106, kicker, 34, BRASS_INK)
    size, lines = _fitted(title)
    at = 136
    for each in lines:
        _write(pen, MARGIN, at + size, each, size, INK)
        at += round(size * 1.4)
    _write(pen, MARGIN, HEIGHT - 116, _cut(line, 38), 38, TEAL)
    _write(pen, MARGIN, HEIGHT - 54, site, 28, INK, "400")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size of letters at which a title takes no more than MOST_LINES, and its lines."""
    for size in SIZES:
        lines = list(_lines(title, size))
        if len(lines) <= MOST_LINES and all(_length(line, size) <= ROOM for line in lines):
            return size, lines
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]
    return size, [_cut(line, size) for line in lines]


def _lines(text: str, size: int) -> Iterator[str]:
    line = ""
    for piece in _PIECES.split(" ".join(text.split())):
        if line and _length(line + piece, size) > ROOM:
            yield line.rstrip()
            line = ""
        line += piece
    yield line


def _cut(text: str, size: int) -> str:
    """As much of a text as fits into a line."""
    if _length(text, size) <= ROOM:
        return text
    while _length(f"{text}…", size) > ROOM:
        text = text[:-1]
    return f"{text}…"


def _length(text: str, size: int) -> float:
    return sum(_font(run, size).getlength(run) for run in _RUNS.findall(text))


def _write(
    pen: ImageDraw.ImageDraw, left: float, base: int, text: str, size: int, ink: str, weight: str = "700"
) -> None:
    """On a base line; Thai and other letters lie in fonts of their own."""
    for run in _RUNS.findall(text):
        font = _font(run, size, weight)
        pen.text((left, base), run, fill=ink, font=font, anchor="ls")
        left += font.getlength(run)


def _font(run: str, size: int, weight: str = "700") -> ImageFont.FreeTypeFont:
    return _loaded("thai" if "\u0e00" <= run[0] <= "\u0e7f" else "latin", size, weight)


@cache
def _loaded(script: str, size: int, weight: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"sarabun-{script}-{weight}-normal.woff2"), size)
