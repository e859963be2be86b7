"""Channels for tests, each one class, as any new channel is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Flask

from govapp.accounts.models import User
from govapp.core.channels import Channel, Message
from govapp.core.jobs import Task
from govapp.notifications.tasks import PostOffice


@dataclass(frozen=True)
class Reaching:
    """Reaches people whose e-mail address begins with a word; raises the error instead, if there is one."""

    word: str = ""
    error: BaseException | None = None
    taken: list[tuple[str, Message]] = field(default_factory=list)

    def address_of(self, person: User) -> str | None:
        return f"number {person.id}" if person.email.startswith(self.word) else None

    def send(self, address: str, message: Message) -> None:
        if self.error and not isinstance(self.error, KeyboardInterrupt):
            raise self.error
        self.taken.append((address, message))
        if self.error:
            raise self.error


def dying() -> Reaching:
    """Its worker is killed after the message has left: not an Exception, as a kill is none."""
    return Reaching(error=KeyboardInterrupt())


def with_channels(app: Flask, *channels: Channel) -> Mapping[str, Task]:
    """The tasks of the app, its post office with other channels."""
    tasks: dict[str, Task] = app.extensions["tasks"]
    task = tasks["send_letters"]
    office: PostOffice = task.do.__self__  # type: ignore[attr-defined]
    return tasks | {"send_letters": replace(task, do=replace(office, channels=channels).send_letters)}
