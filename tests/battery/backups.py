"""A backup of a database, and a new database made from it, with the programs that belong to each."""

import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from govapp.core.db import Database
from tests.ballotbox.boxes import Site
from tests.battery.sites import Place
from tests.conftest import new_database
from tests.postgres import programs


def taken(place: Place, name: str) -> Path:
    """The backup's file, while the site goes on."""
    file = place.folder / f"{name}.backup"
    if place.kind == "postgresql":
        _run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={_address(place.database.engine)}")
        return file
    with sqlite3.connect(str(place.database.engine.url.database)) as database:
        database.execute("VACUUM INTO ?", (str(file),))
    database.close()
    return file


def restored(site: Site, place: Place, file: Path) -> Site:
    """The site on what was in the backup; the keys are those that lie on the server now."""
    url = new_database(place.kind, place.folder, f"restored_{file.stem}")
    if place.kind == "sqlite":
        file.rename(str(url).removeprefix("sqlite:///"))
    again = Database(url)
    if place.kind == "postgresql":
        _run("pg_restore", "--exit-on-error", f"--dbname={_address(again.engine)}", str(file))
    return replace(site, database=again)


def _address(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, *words: str) -> None:
    subprocess.run([str(programs() / program), *words], check=True)
