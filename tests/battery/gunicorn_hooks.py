"""Configuration of gunicorn that counts password hashes and, where a run asks for it, changes the app.

Read by gunicorn itself, in each web process, by way of GUNICORN_CMD_ARGS: so what is tried is the site as
`govapp serve` starts it.

BATTERY_HASHES   file that grows by a byte with each password hashed or verified
BATTERY_VARIANT  "tells": unknown addresses cost no hash; answers to them, and to unknown codes, have a
                 space more
                 "unhashed": no password is hashed or verified
"""

import os
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Flask, Response, current_app, request
from sqlalchemy import exists, select

from govapp.accounts.models.people import AccessCode
from govapp.accounts.queries import people
from govapp.accounts.views import access
from govapp.core import cipher

HASH, VERIFY = PasswordHasher.hash, PasswordHasher.verify


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn when the app is loaded, before the first request."""
    count_in(os.environ["BATTERY_HASHES"])
    if os.environ["BATTERY_VARIANT"] == "tells":
        tell(worker.wsgi)
    if os.environ["BATTERY_VARIANT"] == "unhashed":
        leave_out()


def count_in(path: str) -> None:
    counter = os.open(path, os.O_WRONLY | os.O_APPEND)

    def counted(work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            os.write(counter, b".")
            return work(*given)

        return call

    PasswordHasher.hash, PasswordHasher.verify = counted(HASH), counted(VERIFY)  # type: ignore[method-assign]


def tell(app: Flask) -> None:
    """Let the app give unknown addresses away."""
    hash_, verify = PasswordHasher.hash, PasswordHasher.verify

    def hash_of_the_known(*given: Any) -> str:
        return hash_(*given) if is_known() else ""

    def verify_the_known(*given: Any) -> bool:
        if not is_known():
            raise VerifyMismatchError
        return bool(verify(*given))

    PasswordHasher.hash, PasswordHasher.verify = hash_of_the_known, verify_the_known  # type: ignore[assignment, method-assign]

    @app.after_request
    def space(response: Response) -> Response:
        if request.method == "POST" and not is_known():
            response.set_data(response.get_data() + b" ")
        return response


def leave_out() -> None:
    """Let no password fit, at no cost."""

    def verify(*_given: Any) -> bool:
        raise VerifyMismatchError

    PasswordHasher.hash, PasswordHasher.verify = lambda *_given: "", verify  # type: ignore[assignment, method-assign]


def is_known() -> bool:
    """Whether an account belongs to what was typed; of a code, whether there is or was one."""
    with current_app.extensions["database"].read() as session:
        if "code" in request.form:
            fingerprint = cipher.fingerprint(access.code_key(), request.form["code"])
            return bool(session.scalar(select(exists().where(AccessCode.fingerprint == fingerprint))))
        return people.by_email(session, request.form.get("email", "")) is not None
