"""A person's own notices: what was also sent by mail and holds no secret."""

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, url_for
from flask_login import current_user

from govapp.core.web import page, page_number, session, signed_in
from govapp.notifications import actions, queries
from govapp.notifications.models import Letter
from govapp.notifications.rules import may_look_after_letters
from govapp.notifications.wording import text_of

bp = Blueprint("inbox", __name__, url_prefix="/inbox")


@bp.get("")
@signed_in
def show() -> Any:
    number = page_number()
    letters, total = queries.inbox(session(), current_user.id, number)
    return page(
        "notifications/inbox.html",
        notices=[_notice(letter) for letter in letters],
        unread=queries.unread(session(), current_user.id),
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
        may_look_after_letters=may_look_after_letters(current_user),
    )


@bp.post("/read")
@signed_in
def read() -> Any:
    actions.mark_read(session(), current_user.id)
    return redirect(url_for(".show"), 303)


def install(app: Flask) -> None:
    """The masthead asks for the number of unread notices where somebody is signed in: one count by index."""
    app.jinja_env.globals["unread_notices"] = lambda: queries.unread(session(), current_user.id)
    app.jinja_env.globals["notice_subject"] = lambda letter: _notice(letter)["subject"]


def _notice(letter: Letter) -> dict[str, Any]:
    subject, text = text_of(current_app.extensions["stationery"], letter)
    return {"letter": letter, "subject": subject, "paragraphs": text.strip().split("\n\n")}
