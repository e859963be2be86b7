"""Pages that take more than the site's limit for what is sent at once, from those whom they let in."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, current_app, request
from flask_login import current_user

from govapp.core.errors import Refused
from govapp.core.web import ask_rule, looking

View = Callable[..., Any]


def takes_up_to(most_bytes: int) -> Callable[[View], View]:
    """A request to this page may be so large from those whom its rule lets in, if it has one.

    Its view must not hold the whole of it in memory.
    """

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def install(app: Flask) -> None:
    """Before core.web, which reads the form to check its token."""
    app.before_request(_make_room)


def _make_room() -> None:
    """All of it is read before the page's own door is asked, so the door is asked here first.

    That may take minutes: nothing is held open meanwhile, for SQLite could not take up what was written.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "most_bytes", 0)
    if most > current_app.config["MAX_CONTENT_LENGTH"] and current_user.is_authenticated:
        with suppress(Refused):  # said later, in the visitor's language
            ask_rule()
            request.max_content_length = most
        looking().rollback()
