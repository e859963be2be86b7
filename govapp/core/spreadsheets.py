"""Tables that people open in a spreadsheet, and those they bring: CSV as offices write it, and .xlsx."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from govapp.core.errors import Unreadable
from govapp.core.files.kinds import ZIP
from govapp.core.language import N_

FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")  # the wide ones too: some spreadsheets read them alike
BOM = "\ufeff"  # without it Excel does not read Thai
THAI_WINDOWS = "cp874"  # TIS-620 and a little more
DELIMITERS = ",;\t"
BLOCK = 1 << 20

NO_TABLE = N_("This is no table. Save it as CSV (UTF-8) or as .xlsx, and send it again.")


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, quoted (ASVS 1.2.10)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def lines(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as harmless lines of CSV; a file begins with BOM."""
    table = io.StringIO()
    csv.writer(table).writerows([harmless(cell) for cell in row] for row in rows)
    return table.getvalue()


def read(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of a CSV file, or of the first sheet of an .xlsx file; empty lines are left out.

    CSV may be in UTF-8, UTF-16 or Windows-874, parted by comma, semicolon or tab. Only a line of it lies in
    memory at once. An .xlsx from elsewhere goes through files.workshop first. Raises Unreadable on the way.
    """
    begins = file.read(len(ZIP))
    file.seek(0)
    rows = _sheet(file) if begins == ZIP else _csv(file)
    for line, cells in rows:
        if any(cell and not cell.isspace() for cell in cells):
            yield line, cells


def _csv(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        first = text.readline(BLOCK)
        parted_by = max(DELIMITERS, key=first.count)
        text.seek(0)
        found = csv.reader(_lines(text), delimiter=parted_by, strict=True)
        line = 1
        for cells in found:
            if any("\0" in cell for cell in cells):
                raise Unreadable(NO_TABLE)
            yield line, cells
            line = found.line_num + 1
    except UnicodeDecodeError:
        raise Unreadable(NO_TABLE) from None
    except csv.Error as error:
        raise Unreadable("Line %(line)s is no CSV: %(problem)s", line=found.line_num, problem=error) from None
    finally:
        text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """What never ends a line is no table, and is not gathered in memory to find that out."""
    while line := text.readline(BLOCK):
        if len(line) == BLOCK and not line.endswith(("\r", "\n")):
            raise Unreadable(NO_TABLE)
        yield line


def _encoding(file: BinaryIO) -> str:
    """UTF-8 where all of it can be read so, else what old Thai programs write."""
    begins = file.read(2)
    if begins in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return THAI_WINDOWS
    return "utf-8-sig"


def _sheet(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        for line, cells in enumerate(sheet.iter_rows(), (sheet.start or (0, 0))[0] + 1):
            yield line, [_text(cell) for cell in cells]
    except CalamineError:
        raise Unreadable(NO_TABLE) from None


def _text(cell: Any) -> str:
    """As it would be typed: whole numbers without a point, days as 2026-11-22."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
