"""Who may plan an edition and see it, when it is frozen, and how its ballots are counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from govapp.accounts.models.posts import Post, Role
from govapp.accounts.rules.posts import may_work_at, posts_of
from govapp.areas.rules import WITH_BUDGETS
from govapp.ballotbox.models import Status
from govapp.ballotbox.rules import takes_ballots as is_taking
from govapp.budgeting.rules import HELD_BY, key_of
from govapp.counting.rule import WHOLE, Rule
from govapp.editions.models import Edition, Eligibility, Stage
from govapp.rolls.rules import is_open, is_stopped, may_take_over

PLANNERS = (Role.OFFICER,)
BY_LOT = "lot"  # as the ties of a rule: verifier/contests.py
MINIMUM_AGE: Mapping[Eligibility, int] = {  # years; 18 as the law of local elections has it
    Eligibility.ELECTION_RULE: 18,
    Eligibility.RESIDENTS_16: 16,
    Eligibility.ANY_RESIDENT: 16,
    Eligibility.OWN: 0,
}
LARGEST = {  # numbers of a counting rule: votes, hundredths of a percent, satang
    "threshold": 10**6,
    "threshold_basis_points": WHOLE,
    "increment": 10**8,
}
Numbers = Mapping[str, Any]  # name -> int; of LARGEST
NO_NUMBERS: Numbers = {}
UNTOUCHED = (Status.PREPARING, Status.ANNULLED)  # states of a box in which nothing is fixed yet, or any more


def posts_to_plan(actor: Any) -> list[Post]:
    """The posts in whose name a person may start an edition: of places that hold a budget."""
    return [
        post
        for post in posts_of(actor)
        if post.role in PLANNERS and post.area is not None and post.area.kind in WITH_BUDGETS
    ]


def may_start(actor: Any) -> bool:
    return bool(posts_to_plan(actor))


def may_plan(actor: Any, edition: Edition) -> bool:
    """Whoever holds the post whose work the edition is."""
    return may_work_at(actor, edition.post)


def may_see(actor: Any, edition: Edition) -> bool:
    """Everybody, once it is published; a draft only those who plan it."""
    return edition.stage is not Stage.DRAFT or may_plan(actor, edition)


def is_frozen(edition: Edition) -> bool:
    """Whether the database refuses every change to what is voted on: from the opening of its box on."""
    return edition.box is not None and edition.box.status not in UNTOUCHED


def is_called_off(edition: Edition) -> bool:
    return edition.stage is Stage.CALLED_OFF


def takes_changes(edition: Edition) -> bool:
    """Whether its plan can still be changed."""
    return not is_frozen(edition) and not is_called_off(edition)


def is_ready(edition: Edition) -> bool:
    """Whether its vote has a box that was not stopped."""
    return edition.box is not None and edition.box.status is not Status.ANNULLED


def needs_roll(edition: Edition) -> bool:
    """Whether it has no roll yet, or that of a vote that was stopped."""
    return edition.roll is None or is_stopped(edition.roll)


def may_take_roll_over(edition: Edition) -> bool:
    """Whether people stand on its roll who may vote anew: that of a vote that was stopped."""
    return edition.roll is not None and may_take_over(edition.roll)


def is_roll_outside(edition: Edition) -> bool:
    """Whether its vote has a box, and its roll was opened again since it was put into it."""
    return is_ready(edition) and edition.roll is not None and is_open(edition.roll)


def takes_ballots(edition: Edition, at: datetime) -> bool:
    """Whether a ballot can be cast at a moment."""
    box = edition.box
    return box is not None and is_taking(box.status, box.opens_at, box.closes_at, at)


def counting_rule(preset: str, numbers: Numbers = NO_NUMBERS) -> dict[str, Any]:
    """The rule behind a preset of budgeting.rules.HELD_BY as it is stored; ties are decided by lot.

    numbers  threshold in votes or points, or threshold_basis_points in its place; increment in satang: of
             those that the rule takes; one that is not given is as usual
    Raises KeyError, ValueError for a number that the rule does not take, or cannot be counted with.
    """
    if unknown := numbers.keys() - LARGEST.keys():
        raise ValueError(min(unknown))
    rule = replace(HELD_BY[preset].rule, ties=BY_LOT, **numbers)
    for name in numbers.keys() | set(rule.numbers):
        if name not in rule.numbers or not 1 <= getattr(rule, name) <= LARGEST[name]:
            raise ValueError(name)
    return rule.as_json()


def takes(preset: str, number: str) -> bool:
    """Whether a rule has a number of this name that can be typed in."""
    one: Numbers = {number: 1}
    return number in replace(HELD_BY[preset].rule, **one).numbers


def preset_of(rule: Mapping[str, Any]) -> str:
    """The key of the preset that a stored rule is, whatever its numbers; "" where it is none."""
    return key_of(Rule.from_json(rule))
