"""What the tests of rolls stand on: people who are not the same person by accident."""

from math import gcd

from govapp.core import citizen_number
from tests.rolls.files import SPREAD, number


def test_no_two_seeds_have_one_number_and_each_is_valid() -> None:
    assert gcd(SPREAD, 10**11) == 1, "so a hundred thousand million seeds have as many numbers"
    numbers = {number(seed) for seed in range(50_000)}
    assert len(numbers) == 50_000
    assert all(citizen_number.read(each) == each for each in numbers)
    assert len({number(seed)[1:12] for seed in range(0, 1_000_000, 97)}) == len(range(0, 1_000_000, 97))
