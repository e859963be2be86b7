import base64
import json
from datetime import timedelta

import jwt
import pytest

from govapp.core import clock
from govapp.core.keys import LinkSigner, derive

SECRET = "s" * 32
SIGNER = LinkSigner.of(SECRET)


def token(**claims: object) -> str:
    usual = {"aud": "reset", "sub": "abc", "exp": clock.now() + timedelta(hours=1)}
    given = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(given, SIGNER.key, "HS256")


def test_keys_are_derived_as_the_standard_says() -> None:
    """RFC 5869, test case 3: its first 32 bytes, without salt or info."""
    key = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert derive(b"\x0b" * 22, b"").hex() == key
    assert derive(b"\x0b" * 22, b"other").hex() != key


def test_a_token_is_read_by_who_made_it_for_its_purpose() -> None:
    made = SIGNER.sign("reset", "abc", clock.now() + timedelta(hours=1))
    assert SIGNER.read("reset", made) == "abc"
    assert LinkSigner.of(SECRET).read("reset", made) == "abc", "another process, the same setting"
    assert SIGNER.read("verify", made) is None
    assert LinkSigner.of("t" * 32).read("reset", made) is None


def test_a_token_ends() -> None:
    ends_at = clock.now() + timedelta(hours=1)
    made = SIGNER.sign("reset", "abc", ends_at)
    with clock.stopped(ends_at - timedelta(seconds=1)):
        assert SIGNER.read("reset", made) == "abc"
    with clock.stopped(ends_at):
        assert SIGNER.read("reset", made) is None


def test_every_single_change_is_seen() -> None:
    made = token()
    assert SIGNER.read("reset", made) == "abc", "the control"
    head, body, seal = made.split(".")
    for place in range(len(made)):
        if made[place] == "." or place == len(made) - 1:  # the last has bits that say nothing
            continue
        other = "A" if made[place] != "A" else "B"
        assert SIGNER.read("reset", made[:place] + other + made[place + 1 :]) is None, place
    assert SIGNER.read("reset", f"{head}.{body}.") is None
    assert SIGNER.read("reset", f"{head}.{body}.{seal[:-4]}") is None


def part(values: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512", "RS256", ""])
def test_the_token_does_not_choose_its_algorithm(algorithm: str) -> None:
    body = token().split(".")[1]
    seal = token().split(".")[2]
    for end in ("", seal):
        assert SIGNER.read("reset", f"{part({'alg': algorithm, 'typ': 'JWT'})}.{body}.{end}") is None
    if algorithm == "HS512":
        claims = {"aud": "reset", "sub": "abc", "exp": clock.now() + timedelta(hours=1)}
        assert SIGNER.read("reset", jwt.encode(claims, SIGNER.key * 2, "HS512")) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": None},
        {"aud": ["reset", "verify"]},
        {"aud": "verify"},
        {"exp": None},
        {"exp": "soon"},
        {"sub": None},
        {"sub": 7},
    ],
)
def test_claims_that_are_missing_or_strange_are_refused(claims: dict[str, object]) -> None:
    try:
        made = token(**claims)
    except TypeError:  # the library itself refuses to write it
        head = part({"alg": "HS256", "typ": "JWT"})
        made = f"{head}.{part({'aud': 'reset', 'exp': 9e9} | claims)}.x"
    assert SIGNER.read("reset", made) is None


@pytest.mark.parametrize("junk", ["", ".", "..", "a.b.c", "ก.ข.ค", "x" * 5000])
def test_junk_is_refused(junk: str) -> None:
    assert SIGNER.read("reset", junk) is None


def test_the_key_does_not_show_itself() -> None:
    assert SIGNER.key.hex() not in repr(SIGNER)
