"""From the public page of a ballot box to the budget whose ballots are in it."""

from typing import Any

from flask import Blueprint, redirect, url_for

from govapp.core.web import looking, public, quiet
from govapp.editions import queries
from govapp.editions.models import KIND

bp = Blueprint("edition_boxes", __name__, url_prefix=f"/boxes/<int:box_id>/{KIND}")


@bp.get("")
@public
@quiet
def ballot(box_id: int) -> Any:
    return redirect(url_for("edition_vote.ballot", edition_id=queries.of_box(looking(), box_id)), 303)


@bp.get("/round")
@public
@quiet
def show(box_id: int) -> Any:
    return redirect(url_for("editions.show", edition_id=queries.of_box(looking(), box_id)), 303)
