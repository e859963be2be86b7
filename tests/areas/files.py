"""Files of areas with invented names, as an office would send them."""

import csv
import io
import random
from collections.abc import Iterable

from govapp.areas.forms import COLUMNS

HEADER = ",".join(COLUMNS)


def lines(*rows: str, header: str = HEADER) -> bytes:
    """A file from lines that are already CSV."""
    return "\n".join([header, *rows, ""]).encode()


def many(subdistricts: int, authorities: int) -> bytes:
    """Districts of real provinces with that many sub-districts and authorities in them, shuffled."""
    rows: list[tuple[str, ...]] = []
    codes = iter(f"{province}{number:02}" for number in range(1, 100) for province in (30, 40, 50, 90))
    districts = [next(codes) for _ in range(-(-subdistricts // 99))]
    for code in districts:
        rows.append((code, "district", f"อำเภอ {code}", f"District {code}", code[:2], "", "", "", ""))
    for number in range(subdistricts):
        district = districts[number // 99]
        code = f"{district}{number % 99 + 1:02}"
        rows.append((code, "sub-district", f"เก่า {code}", f"Tambon {code}", district, "", "", "", ""))
    for number in range(authorities):
        code, parent = f"L{number:06}", districts[number % len(districts)]
        rows.append((code, "อบต.", f"อบต. ที่ {number}", "", parent, "", "1997-02-23", "", ""))
    random.Random(1).shuffle(rows)
    return written(rows)


def with_faults(content: bytes, number: int) -> tuple[bytes, list[int]]:
    """The file with that many wrong lines put in at random, and where they stand (1 is the heading)."""
    header, *good = content.splitlines()
    wrong = [
        f"W{each:06},{kind},ผิด {each},,{parent},,,,".encode()
        for each in range(number)
        for kind, parent in [(("หมู่บ้าน", "30"), ("อบต.", "9999"), ("อบต.", ""), ("อำเภอ", "30"))[each % 4]]
    ]
    mixed = [(line, False) for line in good] + [(line, True) for line in wrong]
    random.Random(2).shuffle(mixed)
    places = [place for place, (_line, is_wrong) in enumerate(mixed, 2) if is_wrong]
    return b"\n".join([header, *(line for line, _is_wrong in mixed), b""]), places


def written(rows: Iterable[tuple[str, ...]]) -> bytes:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return table.getvalue().encode()
