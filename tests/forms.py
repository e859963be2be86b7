"""Filling in a form as a browser does: open the page, take its token, send."""

import re
from typing import Any

from flask.testing import FlaskClient

TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')


def send(client: FlaskClient, path: str, to: str | None = None, **typed: str) -> Any:
    """POST what was typed to the page's own address, or to another; returns the answer."""
    found = TOKEN.search(client.get(path).get_data(as_text=True))
    return client.post(to or path, data=typed | {"csrf_token": found[1] if found else ""})


def without_token(answer: Any) -> tuple[int, str | None, str]:
    """All of an answer that a stranger can see and compare: status, where it leads, body."""
    body = TOKEN.sub("", answer.get_data(as_text=True))
    return answer.status_code, answer.headers.get("Location"), body
