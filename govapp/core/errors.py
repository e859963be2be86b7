"""The ways a deed can fail. core/web.py turns each into a page in the visitor's language."""

from typing import Any


class Refused(Exception):
    """The deed was not done.

    message  an English msgid with %(name)s placeholders, shown to the person
    values   what fills the placeholders
    """

    status = 400

    def __init__(self, message: str = "", **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class Denied(Refused):
    """This person may not do it."""

    status = 403


class Missing(Refused):
    """There is no such thing."""

    status = 404


class NotNow(Refused):
    """Allowed for this person, but not in this state or on this date."""

    status = 409


class TooLarge(Refused):
    status = 413


class Unreadable(Refused):
    """What was sent cannot be understood; the message says what was expected."""

    status = 422


class TooMany(Refused):
    """Asked too often; try again later."""

    status = 429


class Unavailable(Refused):
    """Not on this server now; whoever runs it has to put something right."""

    status = 503


def require(allowed: bool, message: str = "", **values: Any) -> None:
    """Raise Denied unless allowed."""
    if not allowed:
        raise Denied(message, **values)
