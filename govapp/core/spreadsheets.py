"""Tables that people open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")  # the wide ones too: some spreadsheets read them alike
BOM = "\ufeff"  # without it Excel does not read Thai


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, quoted (ASVS 1.2.10)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def lines(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as harmless lines of CSV; a file begins with BOM."""
    table = io.StringIO()
    csv.writer(table).writerows([harmless(cell) for cell in row] for row in rows)
    return table.getvalue()
