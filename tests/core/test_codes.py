"""Codes copied by hand: what is wrong is said in the reader's language."""

import pytest

from govapp.core import codes, language
from govapp.ledger.codes import grouped, make


def test_a_code_reads_as_it_was_made() -> None:
    code = make(15)
    assert codes.read(f" {grouped(code).lower()} ", 15) == code


@pytest.mark.parametrize(
    ("typed", "says"),
    [("K7F4*", "There is no “*”"), ("K7F4", "has 5 letters, and this is 4"), ("K7F42", "mistyped")],
)
def test_what_is_wrong_is_named(typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"code|letter") as found:
        codes.read(typed, 5)
    assert says in str(found.value)
    with language.use("th"), pytest.raises(ValueError, match=r"รหัส|พิมพ์"):
        codes.read(typed, 5)
