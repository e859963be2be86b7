"""A person's own notices: all they are told that holds no secret."""

from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, url_for
from flask_login import current_user

from govapp.accounts.rules.posts import may_see_grant, standing
from govapp.accounts.wording import STANDINGS
from govapp.core.language import gettext as _
from govapp.core.web import is_quiet, local_path, page, page_number, session, signed_in
from govapp.notifications import actions, queries
from govapp.notifications.models import Letter
from govapp.notifications.rules import KINDS, may_look_after_letters
from govapp.notifications.wording import TOPICS, read

bp = Blueprint("inbox", __name__, url_prefix="/inbox")


@bp.get("")
@signed_in
def show() -> Any:
    number, paper = page_number(), current_app.extensions["stationery"]
    letters, total = queries.inbox(session(), current_user.id, number)
    grants = queries.grants_undecided(session(), letters)
    return page(
        "notifications/inbox.html",
        notices=[read(paper, letter) for letter in letters],
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
        topic_name=_topic_name,
        became={
            key: STANDINGS[standing(one)] for key, one in grants.items() if may_see_grant(current_user, one)
        },
        may_look_after_letters=may_look_after_letters(current_user),
    )


@bp.post("/read")
@signed_in
def mark_all_read() -> Any:
    actions.mark_read(session(), current_user.id)
    return redirect(url_for(".show"), 303)


@bp.post("/<int:letter_id>/open")
@signed_in
def open_notice(letter_id: int) -> Any:
    """Read from now on; and to what it is about, where there is such a page."""
    letter = actions.open_notice(session(), current_user.id, letter_id)
    return redirect(local_path(letter.path, url_for(".show")), 303)


def install(app: Flask) -> None:
    """The masthead asks for the number of unread notices where somebody is signed in: one count by index."""
    app.jinja_env.globals["unread_notices"] = _unread
    app.jinja_env.globals["notice_subject"] = _subject


def _unread() -> int:
    if is_quiet():
        return 0  # pages around a ballot ask for nothing but the ballot
    if "unread_notices" not in g:
        g.unread_notices = queries.unread(session(), current_user.id)
    found: int = g.unread_notices
    return found


def _subject(letter: Letter) -> str:
    subject: str = read(current_app.extensions["stationery"], letter).subject
    return subject


def _topic_name(letter: Letter) -> str:
    name, _what = TOPICS[KINDS[letter.template].topic]
    return _(name)
