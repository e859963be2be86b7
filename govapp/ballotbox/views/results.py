"""The result of a box for the eye: as much of it as the box itself knows, without what a slice above adds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govapp.ballotbox.models import BallotBox
from govapp.ballotbox.views.story import titles
from govapp.core.language import N_
from govapp.core.language import gettext as _

ANSWERS = {"yes": N_("In favour"), "no": N_("Against"), "abstain": N_("Abstained")}


@dataclass(frozen=True)
class Row:
    """votes: None where so few voted that numbers would tell who voted what. is_funded: of a project."""

    label: str
    votes: int | None
    is_first: bool
    is_funded: bool = False


def told(box: BallotBox) -> list[tuple[str, list[Row]]]:
    """(district or "", rows) of a box that was counted; [] before."""
    if not box.result:
        return []
    names = titles(json.loads(box.config or "{}"))
    if "outcomes" in box.result:
        return [(district, _few(found, names)) for district, found in sorted(box.result["outcomes"].items())]
    return [(district, _rows(found, names)) for district, found in sorted(box.result["districts"].items())]


def _rows(found: Mapping[str, Any], names: Mapping[str, str]) -> list[Row]:
    """Of a question option -> votes; of a budget votes of each project, and which are funded, these first."""
    if "funded" in found:
        funded, votes = set(found["funded"]), found["votes"]
        ordered = sorted(votes.items(), key=lambda pair: (pair[0] not in funded, -pair[1], pair[0]))
        return [Row(names[code], number, code in funded, code in funded) for code, number in ordered]
    deciding = {option: number for option, number in found.items() if option != "abstain"}
    most = max(deciding.values(), default=0)
    firsts = {option for option, number in deciding.items() if most and number == most}
    ordered = sorted(found.items(), key=lambda pair: (pair[0] == "abstain", -pair[1], pair[0]))
    return [Row(_label(option), number, option in firsts) for option, number in ordered]


def _few(found: Any, names: Mapping[str, str]) -> list[Row]:
    if isinstance(found, Mapping):
        return [Row(names[code], None, True, True) for code in found["funded"]]
    return [Row(_label(option), None, True) for option in found]


def _label(option: str) -> str:
    return _(ANSWERS[option]) if option in ANSWERS else option
