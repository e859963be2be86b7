"""Pages that take more than the site's limit for what is sent at once, from people who are signed in."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request
from flask_login import current_user

View = Callable[..., Any]


def takes_up_to(most_bytes: int) -> Callable[[View], View]:
    """A request to this page may be so large. Its view must not hold the whole of it in memory."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def install(app: Flask) -> None:
    """Before core.web, which reads the form to check its token."""
    app.before_request(_make_room)


def _make_room() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "most_bytes", 0)
    if most > current_app.config["MAX_CONTENT_LENGTH"] and current_user.is_authenticated:
        request.max_content_length = most
