"""How many took part in each district, as far as it can be told without telling of anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govapp.ballotbox.rules import SMALL_CELL


@dataclass(frozen=True)
class Turnout:
    """took_part: None where it is not told."""

    district: str
    voters: int
    took_part: int | None


def of_districts(roll: Mapping[str, int], took_part: Mapping[str, int]) -> Sequence[Turnout]:
    """A row for each district, in their order.

    Fewer than SMALL_CELL who took part, or who did not, are not told. Where that is one district alone,
    the next smallest is not told either: else it could be reckoned from the sum of all.
    """
    hidden = {district for district, voters in roll.items() if _is_small(voters, took_part.get(district, 0))}
    if len(hidden) == 1 and len(roll) > 1:
        hidden.add(min((voters, district) for district, voters in roll.items() if district not in hidden)[1])
    return [
        Turnout(district, voters, None if district in hidden else took_part.get(district, 0))
        for district, voters in sorted(roll.items())
    ]


def _is_small(voters: int, took_part: int) -> bool:
    return voters > 0 and min(took_part, voters - took_part) < SMALL_CELL
