"""An officer of a town, and a folder for keys."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core.key_folder import KeyFolder
from tests import make


@pytest.fixture
def officer(session: Session) -> User:
    return make.officer(session, make.area(session))


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")
