"""The result of a box for the eye: as much of it as the box itself knows, without what a slice above adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govapp.ballotbox.models import BallotBox
from govapp.core.language import N_
from govapp.core.language import gettext as _

ANSWERS = {"yes": N_("In favour"), "no": N_("Against"), "abstain": N_("Abstained")}


@dataclass(frozen=True)
class Row:
    """votes: None where so few voted that numbers would tell who voted what."""

    label: str
    votes: int | None
    is_first: bool


def told(box: BallotBox) -> list[tuple[str, list[Row]]]:
    """(district or "", rows) of a box that was counted; [] before."""
    if not box.result:
        return []
    if "outcomes" in box.result:
        return [(district, _few(found)) for district, found in sorted(box.result["outcomes"].items())]
    return [(district, _rows(found)) for district, found in sorted(box.result["districts"].items())]


def _rows(found: Mapping[str, Any]) -> list[Row]:
    """Of a question option -> votes; of a budget votes of each project, and which are funded."""
    votes, firsts = found, set(found.get("funded", ()))
    if "funded" in found:
        votes = found["votes"]
    else:
        deciding = {option: number for option, number in found.items() if option != "abstain"}
        most = max(deciding.values(), default=0)
        firsts = {option for option, number in deciding.items() if most and number == most}
    ordered = sorted(votes.items(), key=lambda pair: (pair[0] == "abstain", -pair[1], pair[0]))
    return [Row(_label(option), number, option in firsts) for option, number in ordered]


def _few(found: Any) -> list[Row]:
    chosen = found["funded"] if isinstance(found, Mapping) else found
    return [Row(_label(option), None, True) for option in chosen]


def _label(option: str) -> str:
    return _(ANSWERS[option]) if option in ANSWERS else option
