"""Many stories of boxes: each on a database of its own, copied from one in which a box was just opened."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import create_engine, make_url, text

from govapp.ballotbox.actions import batches, opening
from govapp.ballotbox.models import BallotBox
from govapp.core import migrate
from govapp.core.db import Database
from govapp.core.key_folder import KeyFolder
from govapp.wiring import REACTIONS
from tests.ballotbox import boxes
from tests.ballotbox.machine import OBJECTION_HOURS, Life
from tests.ballotbox.story import FragileSite
from tests.conftest import SERVER, new_database
from tests.postgres import fast_place

SMALL_BATCHES = {"WAITING_FOR_BATCH": 5, "LEFT_WAITING": 2}  # so that stories of thirty steps have several


def tell(kind: str, stories: int, steps: int, shrink: bool = True) -> int:
    """Tell stories until one does not end as it must, which raises; how many boxes were used up."""
    used = count()
    with (
        TemporaryDirectory(prefix="govapp-lives-", dir=fast_place()) as name,
        _opened(kind, Path(name)) as copy,
    ):

        class Told(Life):
            @staticmethod
            def fresh() -> FragileSite:
                return copy(next(used))

        how = settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        )
        with patch.multiple(batches, **SMALL_BATCHES):
            run_state_machine_as_test(Told, settings=how)
    return next(used)


@contextmanager
def _opened(kind: str, folder: Path) -> Iterator[Callable[[int], FragileSite]]:
    """Copies of a site whose box was just opened, by their number."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    url = new_database(kind, folder, f"life_{worker}")
    database = Database(url, REACTIONS)
    migrate.upgrade(database.engine)
    made = boxes.opened(database, folder, objection_hours=OBJECTION_HOURS, seconds=3000, with_ties=True)
    with database.read() as session:
        box = session.get_one(BallotBox, made.box_id)
        private = opening.joined(box, [sheet.text for sheet in made.sheets[:2]], boxes.PASSPHRASE)
    database.engine.dispose()
    site = FragileSite(**(vars(made) | {"private": private}))

    def copy(number: int) -> FragileSite:
        keys = folder / "keys-of-now"
        shutil.rmtree(keys, ignore_errors=True)
        shutil.copytree(made.keys.path, keys)
        return replace(site, database=Database(_copied(url, folder), REACTIONS), keys=KeyFolder(keys))

    yield copy


def _copied(url: str, folder: Path) -> str:
    """The URL of a copy of the database, in place of the last one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        for old in folder.glob("now.db*"):
            old.unlink()
        shutil.copy(parsed.database or "", folder / "now.db")
        return f"sqlite:///{folder / 'now.db'}"
    now = f"{parsed.database}_now"
    server = create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{now}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{now}" TEMPLATE "{parsed.database}"'))
    server.dispose()
    return parsed.set(database=now).render_as_string(hide_password=False)
