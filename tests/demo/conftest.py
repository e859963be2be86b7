"""The app as `make run` shows it, with its people."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from govapp.demo import actions
from tests.conftest import app_on, config
from tests.make import SIGNING_KEY


@pytest.fixture
def app(session: Session, tmp_path: Path) -> Flask:
    return app_on(session, config(instance=str(tmp_path), demo=True))


@pytest.fixture
def people(session: Session) -> None:
    """The demo's people are in the database."""
    actions.load_people(session, SIGNING_KEY)
    session.commit()
