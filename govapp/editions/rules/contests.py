"""What the ballot box of an edition freezes: a contest for each district, and all else committed to."""

from collections.abc import Sequence
from typing import Any

from govapp.editions.models import KIND, Edition, EditionProject, Envelope
from govapp.editions.rules.plans import POINTED


def contests(edition: Edition, projects: Sequence[EditionProject]) -> dict[str, Any]:
    """district ("" where the budget is whole) -> contest, as verifier/contests.py reads it."""
    return {each.district: _contest(edition, each, projects) for each in edition.envelopes}


def _contest(edition: Edition, envelope: Envelope, projects: Sequence[EditionProject]) -> dict[str, Any]:
    voted_on = in_district(projects, envelope.district)
    most = max(1, min(edition.most, len(voted_on)))
    contest = {
        "kind": KIND,
        "ballot": edition.kind.value,
        "least": min(edition.least, most),
        "most": most,
        "budget": envelope.budget_satang,
        "rule": edition.rule,
        "projects": [
            {
                "id": project.code,
                "cost": project.cost_satang,
                "categories": list(project.categories),
                "group": project.exclusive_group,
            }
            for project in voted_on
        ],
    }
    if edition.kind in POINTED:
        contest |= {"most_points": edition.most_points, "sum_points": edition.sum_points}
    return contest


def committed(edition: Edition, projects: Sequence[EditionProject]) -> dict[str, Any]:
    """What else is published with the configuration of the box before the first vote."""
    return {
        "edition": edition.id,
        "authority": edition.area.name_th,
        "fiscal_year_be": edition.fiscal_year_be,
        "description": edition.description,
        "binding": edition.binding.value,
        "resolution": edition.resolution,
        "eligibility": {"rule": edition.eligibility.value, "words": edition.eligibility_words},
        "languages": list(edition.languages),
        "translations": edition.translations,
        "calendar": [
            {
                "phase": phase.kind.value,
                "starts_at": phase.starts_at.isoformat(),
                "ends_at": phase.ends_at.isoformat(),
            }
            for phase in edition.phases
        ],
        "projects": {
            project.code: {
                "title": project.title,
                "description": project.description,
                "place": project.place,
                "district": project.district,
                "translations": project.translations,
            }
            for project in projects
        },
    }


def in_district(projects: Sequence[EditionProject], district: str) -> list[EditionProject]:
    """The projects that an envelope pays for, by their codes."""
    return sorted((each for each in projects if each.district == district), key=lambda each: each.code)
