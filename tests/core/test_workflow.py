from types import SimpleNamespace

import pytest

from govapp.core.errors import Denied, Missing, NotNow
from govapp.core.workflow import Step, Workflow

DOOR = Workflow(
    Step("open", ("closed",), "open", may=lambda actor, _: actor == "keeper"),
    Step("close", ("open",), "closed", may=lambda actor, _: True),
)


@pytest.mark.parametrize(
    ("status", "actor", "steps"),
    [
        ("closed", "keeper", ["open"]),
        ("closed", "guest", []),
        ("open", "guest", ["close"]),
    ],
)
def test_the_table_says_what_is_open_to_whom(status: str, actor: str, steps: list[str]) -> None:
    assert [step.name for step in DOOR.open_to(actor, SimpleNamespace(status=status))] == steps


def test_a_step_moves_the_status() -> None:
    door = SimpleNamespace(status="closed")
    DOOR.take("open", "keeper", door)
    assert door.status == "open"


@pytest.mark.parametrize(
    ("step", "actor", "status", "error"),
    [
        ("paint", "keeper", "closed", Missing),
        ("open", "guest", "closed", Denied),
        ("open", "keeper", "open", NotNow),
    ],
)
def test_a_step_that_may_not_be_taken_changes_nothing(
    step: str, actor: str, status: str, error: type
) -> None:
    door = SimpleNamespace(status=status)
    with pytest.raises(error):
        DOOR.take(step, actor, door)
    assert door.status == status
