"""What stands around every page: masthead, menus and footer."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import Flask, request

from govapp.config import Config
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.templating import address

NAVIGATION = [  # label, page, and the blueprints whose pages belong to it
    (N_("Home"), "portal.home", ()),
    (N_("Budget rounds"), "editions.index", ("editions",)),
    (N_("Voting"), "boxes.index", ("boxes", "box_observers", "box_audit")),
    (N_("Results"), "rounds.index", ("rounds", "compare", "staff_rounds")),
    (N_("Areas"), "areas.index", ("areas",)),
]
OWN_NAVIGATION = [
    (
        N_("Desk"),
        "desk.show",
        (
            "desk",
            "handover",
            "posts",
            "people",
            "evidence",
            "audit",
            "staff_letters",
            "running",
            "keys",
            "ceremony",
            "box_notices",
            "edition_plan",
            "edition_projects",
            "edition_rehearsal",
            "edition_voters",
        ),
    )
]  # of people who are signed in
FOOTER = [
    (N_("How the ballot box works"), "boxes.how_it_works", ()),
    (N_("Am I on the roll?"), "rolls.index", ("rolls",)),
    (N_("Open to everyone"), "portal.accessibility", ()),
    (N_("Privacy"), "privacy.show", ("privacy",)),
    (N_("Style guide"), "portal.styleguide", ()),
]


def install(app: Flask, config: Config) -> None:
    app.context_processor(lambda: _chrome(config))


def _chrome(config: Config) -> dict[str, Any]:
    """What the masthead and the footer need on every page."""
    return {
        "navigation": _links(NAVIGATION),
        "own_navigation": lambda: _links(OWN_NAVIGATION),
        "footer": _links(FOOTER),
        "site_name": config.site_name,
        "site_place": config.site_place,
        "demo": config.demo,
    }


def _links(places: Sequence[tuple[str, str, Collection[str]]]) -> list[dict[str, Any]]:
    here, part = request.endpoint, request.blueprint
    return [
        {"label": _(label), "url": address(endpoint), "current": endpoint == here or part in parts}
        for label, endpoint, parts in places
    ]
