"""Bringing the database's tables to the version of the code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from govapp.config import folder


def alembic_config(connection: Connection) -> Alembic:
    config = Alembic()
    config.set_main_option("script_location", str(folder("migrations")))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing; several processes may try at once, one does it."""
    with _alone(engine) as connection:
        command.upgrade(alembic_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    with _alone(engine) as connection:
        command.downgrade(alembic_config(connection), revision)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction that no second migration can enter."""
    with engine.execution_options(writes=True).connect() as connection:
        if connection.dialect.name == "sqlite":  # remaking a table must not delete what points at it
            _sqlite(connection, "PRAGMA foreign_keys=OFF")
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('govapp/migrate'))"))
            yield connection
        if connection.dialect.name == "sqlite":
            _sqlite(connection, "PRAGMA foreign_keys=ON")


def _sqlite(connection: Connection, pragma: str) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute(pragma)


def is_current(engine: Engine) -> bool:
    """Whether the database has every migration this code knows."""
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        here = MigrationContext.configure(connection).get_current_heads()
        return set(here) == set(script.get_heads())
