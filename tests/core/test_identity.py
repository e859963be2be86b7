from typing import Any

import pytest

from govapp.core.identity import read, read_birth
from govapp.core.partial_dates import PartialDate as Day

RIGHT = {"iss": "https://id.example", "sub": "7", "pid": "1234567890121", "given_name": "สมชาย"}


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("1985-06-15", Day(1985, 6, 15)),
        ("2528-06-15", Day(1985, 6, 15)),
        ("๒๕๒๘-๐๖-๑๕", Day(1985, 6, 15)),
        ("19850615", Day(1985, 6, 15)),
        ("1985/6/5", Day(1985, 6, 5)),
        ("1985-06-15T00:00:00Z", Day(1985, 6, 15)),
        ("1965-00-00", Day(1965)),
        ("1965-11-00", Day(1965, 11)),
        ("1965-11", Day(1965, 11)),
        ("1965", Day(1965)),
        ("2508", Day(1965)),
        ("2482-02-01", Day(1940, 2, 1)),
        ("2482-05-01", Day(1939, 5, 1)),
        ("2543-02-29", Day(2000, 2, 29)),
        ("1965-02-30", Day(1965, 2)),
        ("1965-13-01", Day(1965)),
        ("0000-00-00", None),
        ("0", None),
        ("", None),
        ("no date", None),
        ("-1965", None),
        ("99999999999", None),
    ],
)
def test_a_birth_is_read_as_far_as_it_is_known(text: str, birth: Day | None) -> None:
    assert read_birth(text) == birth


def test_a_number_is_read_as_it_is_written() -> None:
    for written in ("1-2345-67890-12-1", "1 2345 67890 12 1", "๑๒๓๔๕๖๗๘๙๐๑๒๑"):
        assert read(RIGHT | {"pid": written}).citizen_number == "1234567890121"


@pytest.mark.parametrize("odd", [None, 7, ["a"], {"a": 1}, True, "\x00\x1b", "x" * 10_000])
def test_odd_claims_are_no_accident(odd: Any) -> None:
    found = read(RIGHT | dict.fromkeys(("title", "family_name", "birthdate"), odd))
    assert (found.birth, len(found.family_name) <= 200, "\x00" in found.title) == (None, True, False)
    with pytest.raises(ValueError):
        read(RIGHT | {"pid": odd})


@pytest.mark.parametrize("odd", [None, 7, ["a"], "", " \x00 "])
def test_a_person_without_a_name_is_nobody(odd: Any) -> None:
    with pytest.raises(ValueError, match="no name"):
        read(RIGHT | {"given_name": odd})
