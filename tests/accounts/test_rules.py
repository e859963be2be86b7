from datetime import timedelta
from types import SimpleNamespace

import pytest

from govapp.accounts.models import SecondFactor, WebSession
from govapp.accounts.models.posts import Role
from govapp.accounts.rules import sign_in as rules
from govapp.accounts.wording import device
from govapp.core import clock
from tests import make

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the key of RFC 6238, appendix B


@pytest.mark.parametrize(
    ("actor", "must"),
    [
        (SimpleNamespace(), False),
        (make.holder(Role.ADMINISTRATOR, grants=[]), False),
        (make.holder(Role.ADMINISTRATOR), True),
        (make.holder(Role.KEY_HOLDER), True),
        (make.holder(Role.ADMINISTRATOR, second_factor=SecondFactor()), False),
    ],
)
def test_who_must_set_up_a_second_factor(actor: object, must: bool) -> None:
    assert rules.must_set_up_second_factor(actor) is must


@pytest.mark.parametrize(("seconds", "proved"), [(0, True), (299, True), (301, False)])
def test_a_proof_lasts_five_minutes(seconds: int, proved: bool) -> None:
    sign_in = WebSession(proved_at=clock.now() - timedelta(seconds=seconds))
    assert rules.is_proved(sign_in) is proved
    if not proved:
        with pytest.raises(rules.ProofNeeded):
            rules.require_proof(sign_in)


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    with clock.stopped(clock.now().fromtimestamp(seconds, clock.now().tzinfo)):
        assert rules.fitting_step(SECRET, code) == seconds // 30


@pytest.mark.parametrize(("beside", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_fits_one_step_to_each_side(beside: int, fits: bool) -> None:
    with clock.stopped(clock.now()):
        assert (rules.fitting_step(SECRET, make.code(SECRET, beside)) is not None) is fits


def test_a_step_that_was_used_or_passed_fits_no_more() -> None:
    with clock.stopped(clock.now()):
        step = rules.fitting_step(SECRET, make.code(SECRET)) or 0
        assert step
        assert rules.fitting_step(SECRET, make.code(SECRET), after=step) is None
        assert rules.fitting_step(SECRET, make.code(SECRET, -1), after=step) is None
        assert rules.fitting_step(SECRET, make.code(SECRET, 1), after=step) == step + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "ก๑๒๓๔๕", "²³¹²³¹"])
def test_what_is_no_code_fits_never(code: str) -> None:
    assert rules.fitting_step(SECRET, code) is None


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(0, None), (1, None), (4, None), (5, 1), (6, None), (10, 2), (15, 4), (500, 60)]
)
def test_wrong_codes_make_longer_and_longer_rests(wrong: int, minutes: int | None) -> None:
    with clock.stopped(clock.now()):
        until = rules.rest_after(wrong)
        assert until == (None if minutes is None else clock.now() + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iOS",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_in_two_words_at_most(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
