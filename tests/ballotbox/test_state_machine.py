"""Any order of deeds keeps the promises of a box; and stories find it where one rule is taken away."""

from typing import Any
from unittest.mock import patch

import pytest

from govapp.ballotbox.actions import casting, paper
from govapp.core.errors import Refused
from tests.ballotbox import lives


@pytest.mark.parametrize(("kind", "stories"), [("sqlite", 15), ("postgresql", 3)])
def test_a_box_keeps_its_promises_in_any_order_of_deeds(kind: str, stories: int) -> None:
    assert lives.tell(kind, stories, steps=30) >= stories


def nothing(*_given: Any, **_more: Any) -> None:
    """In place of a rule."""


@pytest.mark.parametrize(("room", "rule"), [(casting, "put_aside"), (paper, "_void")])
def test_the_control_a_rule_that_is_taken_away_is_missed(room: Any, rule: str) -> None:
    with patch.object(room, rule, nothing), pytest.raises((AssertionError, Refused)):
        lives.tell("sqlite", 60, steps=30, shrink=False)
