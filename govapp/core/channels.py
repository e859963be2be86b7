"""How a person is told something away from this site. A channel is one small class: where it reaches
a person, and how it hands a message over. core/mail.py is one."""

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Message:
    """What a person is told. Each channel takes of it what it can carry.

    name        the same at every try, so that a second copy is known for one: figures and points
    subject     one line
    text        all of it, plain
    html        all of it again, for channels that can show it
    language    code of the language it is in
    stop_url    where such messages are stopped without signing in; "" where they cannot be
    """

    name: str
    subject: str
    text: str
    html: str
    language: str
    stop_url: str = field(default="", repr=False)


class Undelivered(Exception):
    """The message did not leave, this time; the words say why, without addresses."""


class Unreachable(Undelivered):
    """The channel itself is closed: other messages would not leave either."""


class Undeliverable(Undelivered):
    """This message will never leave, however often it is tried."""


class Channel(Protocol):
    def address_of(self, person: Any) -> str | None:
        """Where this channel reaches the person; None where it does not."""

    def send(self, address: str, message: Message) -> None:
        """Deliver the message, or raise Undelivered."""
