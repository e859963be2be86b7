"""A mail server, a post office that uses it, and kinds of letters that are made up."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from govapp.app import create_app
from govapp.core.db import Database
from govapp.notifications import rules
from govapp.notifications.rules import Kind
from tests.accounts.letters import take_turn
from tests.conftest import config
from tests.mail import MailServer
from tests.notifications.kinds import TOPICS, teach


@dataclass
class Post:
    """Sends what is due through the server, and makes the digests that are due."""

    app: Flask
    database: Database

    def __call__(self) -> None:
        take_turn(self.database, self.app.extensions["tasks"], "gather_digests", "send_letters")

    def gather(self) -> None:
        take_turn(self.database, self.app.extensions["tasks"], "gather_digests")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "maildir")
    yield server
    server.stop()


@pytest.fixture
def post(database: Database, server: MailServer, tmp_path: Path) -> Post:
    made = create_app(config(smtp_url=server.url, mail_from="post@example.org", instance=str(tmp_path)))
    made.extensions["database"].engine.dispose()
    return Post(teach(made), database)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the test runs the house knows kinds of letters for the topics people choose about."""
    for name, topic in TOPICS.items():
        monkeypatch.setitem(rules.KINDS, name, Kind(topic, name))


@pytest.fixture
def app(app: Flask) -> Flask:
    return teach(app)


@pytest.fixture
def own_app(own_app: Flask) -> Flask:
    return teach(own_app)
