"""Files of people for a roll: random digits with a fitting check digit, and names plainly invented."""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Sequence

from govapp.core import citizen_number
from govapp.rolls.rules.columns import OURS
from govapp.rolls.rules.columns import Column as C

COLUMNS = (
    C.NUMBER,
    C.TITLE,
    C.GIVEN,
    C.FAMILY,
    C.BORN,
    C.DISTRICT,
    C.STANDING,
    C.HOUSE,
    C.VILLAGE,
    C.SUBDISTRICT,
    C.AMPHOE,
    C.PROVINCE,
    C.POSTCODE,
)
HEADER = ",".join(OURS[column] for column in COLUMNS)
SPREAD = 61_803_398_877  # has no factor in common with ten, so no number comes twice
DISTRICTS = ("เขตเหนือ", "เขตใต้")


def number(seed: int) -> str:
    """13 digits with a fitting check digit, other ones for each seed, and in no order of theirs."""
    twelve = f"{seed % 8}{(seed * SPREAD + 20_170_513) % 10**11:011}"
    return twelve + str(citizen_number.check_digit(twelve))


def row(seed: int, **given: str) -> list[str]:
    """A line by the names of columns; valid by default."""
    cells = {
        C.NUMBER: number(seed),
        C.TITLE: "นาย",
        C.GIVEN: "ผู้มีสิทธิ",
        C.FAMILY: f"{seed:06}",
        C.BORN: "1 ก.พ. 2520",
        C.DISTRICT: DISTRICTS[seed % 2],
        C.STANDING: "",
        C.HOUSE: f"{seed}/1",
        C.VILLAGE: str(seed % 9 + 1),
        C.SUBDISTRICT: "ทดสอบ",
        C.AMPHOE: "เมืองทดสอบ",
        C.PROVINCE: "ทดสอบ",
        C.POSTCODE: "99990",
    }
    cells |= {C[name.upper()]: value for name, value in given.items()}
    return [cells[column] for column in COLUMNS]


def file(*rows: Sequence[str], header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return written([header.split(","), *rows]).encode(encoding)


def many(count: int) -> Iterator[bytes]:
    """A large file in pieces: quick to make, and every line valid."""
    yield f"{HEADER}\n".encode()
    dice, lines = random.Random(7), []
    for seed in range(count):
        twelve = f"{seed % 8}{seed:06}{dice.randrange(10**5):05}"
        whole = twelve + str(citizen_number.check_digit(twelve))
        born = f"{dice.randrange(1, 29)}/{dice.randrange(1, 13)}/{dice.randrange(2490, 2549)}"
        house = f"{dice.randrange(1, 400)}/{seed % 50},{seed % 12 + 1}"
        place = f"{house},ทดสอบ {seed % 8},เมืองทดสอบ,ทดสอบ,9999{seed % 9}"
        lines.append(f"{whole},นาง,ผู้มีสิทธิ,{seed:06},{born},เขต {seed % 8 + 1},,{place}\n")
        if len(lines) == 10_000:
            yield "".join(lines).encode()
            lines = []
    yield "".join(lines).encode()


def written(rows: Iterable[Sequence[str]]) -> str:
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    return table.getvalue()
