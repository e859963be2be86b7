"""Tables that people open in a spreadsheet."""

from typing import Any

FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")  # the wide ones too: some spreadsheets read them alike


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, quoted (ASVS 1.2.10)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
