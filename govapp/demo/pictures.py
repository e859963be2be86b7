"""Drawn pictures of the projects: a few flat shapes each, on a sheet of 64 by 32."""

from io import BytesIO

from PIL import Image, ImageDraw

from govapp.core.files import cleaning
from govapp.core.files.kinds import PICTURES, Upload

WIDTH, HEIGHT, SCALE = 64, 32, 10
FINER = 2  # drawn so much larger first, for smooth edges

SKY, DUSK, NIGHT, PAPER = "#cfe5ee", "#3a4a6b", "#232c4d", "#f2e8d8"
GRASS, LEAF, TRUNK, WATER, SAND = "#8fb573", "#4f8a5b", "#7a5a43", "#6fa8bd", "#e6cf9c"
ROAD, GREY, WHITE, RED, SUN, WOOD = "#8b8f94", "#5d6670", "#ffffff", "#c9624f", "#f2b84b", "#b58a5f"

Shape = tuple[str, str, tuple[float, ...]]  # box, round or many-sided; colour; corners


def _tree(x: float, ground: float) -> list[Shape]:
    return [
        ("box", TRUNK, (x - 0.7, ground - 7, x + 0.7, ground)),
        ("round", LEAF, (x - 5, ground - 16, x + 5, ground - 6)),
    ]


def _lamp(x: float) -> list[Shape]:
    return [
        ("many", "#6d6f6a", (x, 10, x - 8, 26, x + 8, 26)),
        ("box", GREY, (x - 0.5, 9, x + 0.5, 26)),
        ("box", GREY, (x - 3, 6, x + 3, 7.5)),
        ("round", SUN, (x - 1.6, 8, x + 1.6, 11)),
    ]


def _bin(x: float, colour: str) -> list[Shape]:
    return [("box", colour, (x, 13, x + 9, 26)), ("box", GREY, (x - 1, 11, x + 10, 13.5))]


def _stall(x: float) -> list[Shape]:
    return [
        ("box", WOOD, (x, 20, x + 12, 26)),
        ("round", RED, (x + 1, 17.5, x + 4, 20.5)),
        ("round", SUN, (x + 4.5, 17.5, x + 7.5, 20.5)),
        ("round", LEAF, (x + 8, 17.5, x + 11, 20.5)),
    ]


def _awning() -> list[Shape]:
    stripes = range(7)
    corners = [(4 + 8 * n, 10, 8 + 7 * n, 4, 15 + 7 * n, 4, 12 + 8 * n, 10) for n in stripes]
    return [("many", (RED, WHITE)[n % 2], corners[n]) for n in stripes]


def _ground(sky: str, ground: str) -> list[Shape]:
    return [("box", sky, (0, 0, 64, 32)), ("box", ground, (0, 26, 64, 32))]


SHEETS: tuple[list[Shape], ...] = (
    [
        *_ground(SKY, WATER),
        ("box", GRASS, (0, 20, 64, 26)),
        ("many", SAND, (26, 20, 38, 20, 50, 32, 14, 32)),
        *(shape for x in (9, 20, 45, 56) for shape in _tree(x, 22)),
    ],
    [*_ground(DUSK, ROAD), *_lamp(18), *_lamp(46)],
    [
        *_ground(SKY, ROAD),
        ("many", WHITE, (14, 8, 44, 8, 51, 17, 51, 26, 14, 26)),
        *(("box", WATER, (x, 11, x + 8, 17)) for x in (17, 27)),
        ("many", WATER, (37, 11, 43, 11, 47, 17, 37, 17)),
        *(("round", GREY, (x, 22.5, x + 7, 29.5)) for x in (18, 40)),
    ],
    [
        *_ground(PAPER, SAND),
        ("box", GREY, (10, 10, 12, 27)),
        ("box", WHITE, (12, 15, 38, 20)),
        ("box", WATER, (20, 14, 38, 20)),
        ("box", GREY, (12, 20, 39, 22)),
        ("box", GREY, (37, 17, 39, 27)),
        ("round", GREY, (45, 15, 57, 27)),
        ("round", PAPER, (47, 17, 55, 25)),
        ("box", RED, (43, 9, 45, 20)),
    ],
    [
        *_ground(SKY, GRASS),
        *_tree(9, 26),
        ("many", RED, (18, 26, 23, 9, 24.5, 9, 20, 26)),
        ("many", RED, (43, 26, 38, 9, 36.5, 9, 41, 26)),
        ("box", RED, (22, 8, 39, 10)),
        *(("box", GREY, (x, 10, x + 0.4, 20)) for x in (27, 33)),
        ("box", WOOD, (26, 20, 34.4, 21.5)),
        ("many", SUN, (48, 10, 51, 10, 60, 26, 56, 26)),
        ("box", GREY, (47, 9, 48.5, 26)),
    ],
    [
        *_ground(PAPER, SAND),
        ("box", WATER, (36, 4, 54, 16)),
        ("box", PAPER, (44.4, 4, 45.6, 16)),
        ("box", WOOD, (8, 21, 58, 23.5)),
        *(("box", WOOD, (x, 23, x + 2, 31)) for x in (11, 53)),
        *(("box", colour, (12, y, 24, y + 2.4)) for y, colour in ((18.6, RED), (16.2, LEAF), (13.8, SUN))),
        ("many", WHITE, (36, 21, 38, 18, 50, 18, 48, 21)),
    ],
    [
        *_ground(SKY, GRASS),
        ("box", GRASS, (0, 16, 64, 32)),
        ("many", WATER, (28, 16, 36, 16, 56, 32, 8, 32)),
        ("many", WOOD, (16, 21, 32, 17, 48, 21, 48, 24, 32, 20, 16, 24)),
        *(("round", LEAF, (x, y, x + 7, y + 2.5)) for x, y in ((22, 27), (34, 25), (40, 29))),
    ],
    [
        *_ground(SKY, GRASS),
        *_bin(7, LEAF),
        *_bin(20, SUN),
        *_bin(33, WATER),
        ("box", TRUNK, (48, 21, 58, 26)),
        ("box", LEAF, (52.6, 13, 53.4, 21)),
        ("round", LEAF, (47, 12, 53, 16)),
        ("round", LEAF, (53, 10, 59, 14)),
    ],
    [
        *_ground("#fbe3bd", SAND),
        ("round", SUN, (22, 12, 42, 32)),
        ("box", GRASS, (0, 24, 64, 27)),
        ("box", SAND, (0, 27, 64, 32)),
        *(("box", GREY, (x, 14, x + 1, 28)) for x in (10, 18, 46, 54)),
        *(("box", RED, (x, 14, x + 9, 15.2)) for x in (10, 46)),
    ],
    [
        *_ground(SKY, ROAD),
        *(("box", GREY, (x, 10, x + 1, 26)) for x in (5, 58)),
        *(
            ("many", (RED, WHITE)[n % 2], (4 + 8 * n, 10, 8 + 7 * n, 4, 15 + 7 * n, 4, 12 + 8 * n, 10))
            for n in range(7)
        ),
        *_stall(8),
        *_stall(26),
        *_stall(44),
    ],
    [
        *_ground(PAPER, WOOD),
        ("box", SAND, (10, 13, 30, 27)),
        ("box", WOOD, (18, 13, 22, 27)),
        ("box", GREY, (39, 7, 53, 28)),
        ("box", SKY, (40.5, 9.5, 51.5, 25)),
        ("many", RED, (42, 14, 50, 14, 49, 20, 43, 20)),
    ],
    [
        *_ground(NIGHT, "#3d6276"),
        ("box", WOOD, (17, 21, 47, 26)),
        ("box", WHITE, (22, 8, 42, 20)),
        *(("round", (SUN, RED)[x % 2], (x, 4 + x % 3, x + 4, 9 + x % 3)) for x in (4, 11, 49, 56)),
        *(("box", SUN, (x, 29, x + 4, 29.6)) for x in (4, 11, 49, 56)),
    ],
)


def draw(number: int) -> Upload:
    """The picture of a project, by its place on the list."""
    factor = SCALE * FINER
    sheet = Image.new("RGB", (WIDTH * factor, HEIGHT * factor))
    pen = ImageDraw.Draw(sheet)
    ways = {"box": pen.rectangle, "round": pen.ellipse, "many": pen.polygon}
    for way, colour, corners in SHEETS[number]:
        ways[way]([corner * factor for corner in corners], fill=colour)
    small, written = sheet.resize((WIDTH * SCALE, HEIGHT * SCALE)), BytesIO()
    small.save(written, "PNG")
    return cleaning.clean(written.getvalue(), PICTURES)
