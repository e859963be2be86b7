from typing import Any

import pytest

from govapp.core.identity import Birth, is_citizen_number, read, read_birth

RIGHT = {"iss": "https://id.example", "sub": "7", "pid": "1234567890121"}


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("1985-06-15", Birth(1985, 6, 15)),
        ("2528-06-15", Birth(1985, 6, 15)),
        ("๒๕๒๘-๐๖-๑๕", Birth(1985, 6, 15)),
        ("19850615", Birth(1985, 6, 15)),
        ("1985/6/5", Birth(1985, 6, 5)),
        ("1985-06-15T00:00:00Z", Birth(1985, 6, 15)),
        ("1965-00-00", Birth(1965)),
        ("1965-11-00", Birth(1965, 11)),
        ("1965-11", Birth(1965, 11)),
        ("1965", Birth(1965)),
        ("2508", Birth(1965)),
        ("2482-02-01", Birth(1940, 2, 1)),
        ("2482-05-01", Birth(1939, 5, 1)),
        ("2543-02-29", Birth(2000, 2, 29)),
        ("1965-02-30", Birth(1965, 2)),
        ("1965-13-01", Birth(1965)),
        ("0000-00-00", None),
        ("0", None),
        ("", None),
        ("no date", None),
        ("-1965", None),
        ("99999999999", None),
    ],
)
def test_a_birth_is_read_as_far_as_it_is_known(text: str, birth: Birth | None) -> None:
    assert read_birth(text) == birth


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1234567890121", True),
        ("0999900000015", True),
        ("1234567890120", False),
        ("123456789012", False),
        ("12345678901210", False),
        ("๑๒๓๔๕๖๗๘๙๐๑๒๑", False),
        ("123456789012x", False),
        ("", False),
    ],
)
def test_the_last_digit_fits_the_others(text: str, right: bool) -> None:
    assert is_citizen_number(text) is right


def test_a_number_is_read_as_it_is_written() -> None:
    for written in ("1-2345-67890-12-1", "1 2345 67890 12 1", "๑๒๓๔๕๖๗๘๙๐๑๒๑"):
        assert read(RIGHT | {"pid": written}).citizen_number == "1234567890121"


@pytest.mark.parametrize("odd", [None, 7, ["a"], {"a": 1}, True, "\x00\x1b", "x" * 10_000])
def test_odd_claims_are_no_accident(odd: Any) -> None:
    found = read(RIGHT | dict.fromkeys(("title", "given_name", "family_name", "birthdate"), odd))
    assert (found.birth, len(found.given_name) <= 200, "\x00" in found.title) == (None, True, False)
    with pytest.raises(ValueError):
        read(RIGHT | {"pid": odd})
