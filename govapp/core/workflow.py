"""State machines as tables: a step says from where, to where, and who may take it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from govapp.core.errors import Missing, NotNow, require


@dataclass(frozen=True)
class Step:
    name: str
    source: Collection[str]
    target: str
    may: Callable[[Any, Any], bool]  # may(actor, subject)


class Workflow:
    """The steps of one kind of subject, which has a `status`. The table is the specification."""

    def __init__(self, *steps: Step) -> None:
        self.steps = {step.name: step for step in steps}

    def open_to(self, actor: Any, subject: Any) -> list[Step]:
        """The steps this actor may take now: exactly the buttons to draw."""
        return [s for s in self.steps.values() if subject.status in s.source and s.may(actor, subject)]

    def take(self, name: str, actor: Any, subject: Any) -> Step:
        """Move subject.status along one step; raises Missing, Denied or NotNow."""
        if name not in self.steps:
            raise Missing("There is no step called %(step)s", step=name)
        step = self.steps[name]
        require(step.may(actor, subject), "You may not take this step: %(step)s", step=name)
        if subject.status not in step.source:
            raise NotNow(
                "This step is not possible now: %(step)s (state: %(state)s)", step=name, state=subject.status
            )
        subject.status = step.target
        return step
