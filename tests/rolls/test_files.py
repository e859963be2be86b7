"""What the tests of rolls stand on: people who are not the same person by accident."""

from govapp.core import citizen_number
from tests.rolls.files import number

MILLION = 1_000_000


def test_a_million_seeds_have_a_million_numbers_that_are_valid() -> None:
    numbers = {number(seed) for seed in range(MILLION)}
    assert len(numbers) == MILLION
    for seed in range(0, MILLION, 997):
        assert citizen_number.read(number(seed)) == number(seed)
