"""Letters that wait, left or were given up, for administrators."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from govapp.core.web import guarded, page, page_number, session
from govapp.notifications import actions, queries
from govapp.notifications.models import LetterState
from govapp.notifications.rules import may_be_tried_again, may_look_after_letters
from govapp.notifications.wording import STATES, masked, title

bp = Blueprint("staff_letters", __name__, url_prefix="/staff/letters")


@bp.get("")
@guarded(may_look_after_letters)
def index() -> Any:
    number, state = page_number(), _state()
    letters, total = queries.letters(session(), state, number)
    return page(
        "notifications/letters.html",
        letters=letters,
        total=total,
        state=state,
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
        title=title,
        states=STATES,
        masked=masked,
        may_be_tried_again=may_be_tried_again,
    )


@bp.post("/<int:letter_id>/again")
@guarded(may_look_after_letters)
def again(letter_id: int) -> Any:
    actions.try_again(session(), current_user, letter_id)
    return redirect(url_for(".index", state=_state()), 303)


def _state() -> LetterState | None:
    """The ?state= of the list; anything unknown means all."""
    asked = request.args.get("state", "")
    return LetterState(asked) if asked in list(LetterState) else None
