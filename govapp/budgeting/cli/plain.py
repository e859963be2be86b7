"""A count as JSON. Money is in the file's own unit: a whole number, text with two decimals where there are
any, and for what each voter held (`endowment`) an exact fraction as text.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from govapp.budgeting import wording
from govapp.counting.measures import Difference, Measures
from govapp.counting.outcome import Outcome
from govapp.counting.pabulib import PbFile
from govapp.counting.pabulib_write import money as decimal

WHY = "cost remaining average_payment highest_payment supporters_left short_by".split()
MEASURES = "spent categories districts".split()


def amount(satang: int) -> int | str:
    """1/100 units as 1500 or "1500.50": never a float, which could not hold every amount."""
    return decimal(satang) if satang % 100 else satang // 100


def document(file: PbFile, outcome: Outcome, measures: Measures) -> dict[str, Any]:
    """Everything about one count but its trace."""
    election = file.election
    return {
        "file": file.name,
        "currency": file.meta.get("currency", ""),
        "voters": election.ballots.voters,
        "budget": amount(election.budget),
        **_result(outcome, measures),
        "ties": [asdict(tie) for tie in outcome.ties],
        "projects": _projects(file, outcome),
        "facts": _facts(outcome.facts),
    }


def comparison(outcome: Outcome, measures: Measures, difference: Difference) -> dict[str, Any]:
    """Another rule's count, beside the first."""
    return {
        **_result(outcome, measures),
        "only_here": difference.only_second,
        "only_first": difference.only_first,
    }


def _result(outcome: Outcome, measures: Measures) -> dict[str, Any]:
    return {
        "rule": outcome.rule,
        "parameters": _in_units(outcome.parameters, ["increment", "reserved"]),
        "funded": outcome.funded,
        "spent": amount(outcome.spent),
        "left": amount(outcome.left),
        "measures": _in_units(measures.as_json(), MEASURES),
    }


def _projects(file: PbFile, outcome: Outcome) -> dict[str, Any]:
    names = {project.id: project.name for project in file.election.projects}
    projects = {}
    for project_id, name in names.items():
        why = outcome.projects[project_id]
        msgid, params = wording.sentence(why, names, decimal)
        shared = [_in_units(asdict(winner), ["spent"]) for winner in why.shared]
        written = _in_units(asdict(why), WHY) | {"shared": shared, "sentence": msgid % params}
        projects[project_id] = {"name": name, **written}
    return projects


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    written = _in_units(facts, ["endowment_rounded"])
    if "endowment" in facts:
        written["endowment"] = str(Fraction(facts["endowment"]) / 100)
    if "shares" in facts:
        written["shares"] = [_in_units(share, ["reserved", "spent"]) for share in facts["shares"]]
    return written


def _in_units(given: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """The same with the amounts under these keys, or in the mappings there, in the file's unit."""
    return {key: _amounts(value) if key in keys else value for key, value in given.items()}


def _amounts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: amount(part) for key, part in value.items()}
    return None if value is None else amount(value)
