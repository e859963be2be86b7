"""A count on which nothing depends is given up after so many steps; fewer where each takes longer."""

import pytest

from govapp.counting.count import count
from govapp.counting.patience import MOST_STEPS, TooLong, at_most, most_steps
from govapp.counting.rule import Completion, Method, Rule
from tests.counting.elections import election, endless, real

ADD1 = Rule(Method.EQUAL_SHARES, completion=Completion.ADD1, increment=1)


def test_the_steps_are_told_on_until_there_are_too_many() -> None:
    told: list[tuple[int, int | None]] = []
    with pytest.raises(TooLong):
        count(endless(), ADD1, at_most(50, lambda *far: told.append(far)))
    assert len(told) == 50
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_a_count_that_ends_in_time_is_whole() -> None:
    some = election({"a": 100, "b": 150}, ["a", "a", "b"], 200)
    assert count(some, ADD1, at_most(10_000)) == count(some, ADD1)


def test_where_a_step_takes_longer_there_may_be_fewer() -> None:
    """The large vote took 2,478 steps, the most of all real ones that were tried."""
    assert most_steps(endless()) == most_steps(election({"a": 100}, [], 200)) == MOST_STEPS
    assert most_steps(real("Hungary_Budapest_2024.pb").election) == 7_817
