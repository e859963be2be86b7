"""The public pages: all areas by region, a search, and one area with its history and what lies in it."""

from datetime import date
from typing import Any

from flask import Blueprint, request

from govapp.areas import queries
from govapp.areas.models import Area, Region
from govapp.areas.rules import has_provincial_committee, is_closed
from govapp.areas.wording import REGIONS, kind_of
from govapp.core import clock, dates
from govapp.core.errors import Missing
from govapp.core.language import gettext as _
from govapp.core.web import page, page_number, public, session

bp = Blueprint("areas", __name__, url_prefix="/areas")


@bp.get("")
@public
def index() -> Any:
    search = " ".join(request.args.get("q", "").split())[:200]
    number = page_number()
    found, total = queries.search(session(), search, number) if search else ((), 0)
    return page(
        "areas/index.html",
        search=search,
        found=found,
        total=total,
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
        regions=[] if search else _by_region(queries.provinces(session())),
        **_words(),
    )


@bp.get("/<path:code>")
@public
def show(code: str) -> Any:
    area = queries.by_code(session(), code)
    if area is None:
        raise Missing("There is no area with the code %(code)s", code=code[:40])
    number = page_number()
    children, total = queries.children(session(), area, number)
    return page(
        "areas/show.html",
        area=area,
        region=_(REGIONS[area.region]) if area.region else "",
        above=queries.ancestors(session(), area),
        committee=has_provincial_committee(area),
        children=children,
        total=total,
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
        successors=queries.replaced_by(session(), area) if area.merged_into_id else [],
        merged_here=queries.merged_here(session(), area),
        earlier_names=[(each, date.fromisoformat(each["until"])) for each in area.earlier_names],
        **_words(),
    )


def _words() -> dict[str, Any]:
    today = dates.local_day(clock.now())
    return {"kind_of": kind_of, "is_closed": lambda area: is_closed(area, today)}


def _by_region(provinces: list[Area]) -> list[tuple[str, str, list[Area]]]:
    """(id on the page, heading, provinces) of each region, and of those that lie in none."""
    names: list[tuple[Region | None, str]] = [(region, _(name)) for region, name in REGIONS.items()]
    groups = [
        (region or "none", name, [area for area in provinces if area.region == region])
        for region, name in [*names, (None, _("Without a region"))]
    ]
    return [group for group in groups if group[2]]
