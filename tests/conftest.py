"""One engine per database and run, one transaction per test: nothing a test writes is kept."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from govapp.accounts.actions import sign_in
from govapp.app import create_app
from govapp.config import Config
from govapp.core import language, migrate
from govapp.core.db import Database, connect
from govapp.demo.views import HAS_NO_PEOPLE
from govapp.wiring import REACTIONS
from tests import make
from tests.make import SIGNING_KEY
from tests.postgres import Cluster, fast_place
from tests.statements import noted

settings.register_profile("house", deadline=None)  # tests assert counts, never times
settings.load_profile("house")

SERVER = "TEST_DATABASE_URL"
DATABASES = ("sqlite", "postgresql")
AS_THE_SITE = sign_in._HASHER


def pytest_configure(config: pytest.Config) -> None:
    """The first process of the run starts the server; its workers find it in the environment.

    Files of tests lie in memory where there is room: SQLite waits for the disk with every commit.
    """
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", fast_place())
    if not hasattr(config, "workerinput") and SERVER not in os.environ and not config.option.collectonly:
        cluster = Cluster()
        config.add_cleanup(cluster.stop)
        os.environ[SERVER] = cluster.url


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """Where CI=true a skipped test is a failure: nothing is left out unseen."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"


def compile_addresses_once() -> None:
    """Werkzeug writes a program for each address of each app: most of what making an app takes."""
    compile_one, known = Rule._compile_builder, dict[Any, Any]()

    def builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_one(rule, append_unknown)
        return known[key]

    Rule._compile_builder = builder  # type: ignore[method-assign]


compile_addresses_once()


class Compiled(BytecodeCache):
    """Templates are compiled once in a run, and not by every app of every test."""

    known: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


class Shared:
    """Stands where the app opens sessions: every request sees, and shares, the test's session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def __call__(self) -> Session:
        return self.session

    @contextmanager
    def begin(self) -> Iterator[Session]:
        yield self.session
        self.session.commit()


def new_database(kind: str, folder: Path, name: str, like: str | None = None) -> str:
    """The URL of a new database of this kind: empty, or a copy of another that nobody uses now."""
    if kind == "sqlite":
        if like is not None:
            shutil.copy(make_url(like).database or "", folder / f"{name}.db")
        return f"sqlite:///{folder / name}.db"
    server = create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT")
    template = f' TEMPLATE "{make_url(like).database}"' if like is not None else ""
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"{template}'))
    server.dispose()
    return make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """kind -> the URL of a database with all tables and no rows; migrations take longer than a copy."""

    @cache
    def url(kind: str) -> str:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        made = new_database(kind, tmp_path_factory.mktemp("migrated"), f"migrated_{worker}")
        engine = connect(made)
        migrate.upgrade(engine)
        if kind == "sqlite":
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return made

    return url


@pytest.fixture(scope="session", params=DATABASES)
def engine(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated: Callable[[str], str],
) -> Iterator[Engine]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    like = migrated(request.param)
    engine = connect(new_database(request.param, tmp_path_factory.mktemp("db"), f"shared_{worker}", like))
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection:
        outer = connection.begin()
        info = {"reactions": REACTIONS}
        with Session(connection, join_transaction_mode="create_savepoint", info=info) as session:
            yield session
        outer.rollback()


@pytest.fixture
def app(session: Session, tmp_path: Path) -> Flask:
    app = app_on(session, config(instance=str(tmp_path)))
    app.extensions[HAS_NO_PEOPLE] = True  # asked once in a process, it would change the counts of one test
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who speaks English."""
    client = app.test_client()
    client.set_cookie("language", "en")
    return client


@pytest.fixture(params=DATABASES)
def database(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Callable[[str], str]
) -> Iterator[Database]:
    """A database of its own, for what needs several connections."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    url = new_database(request.param, tmp_path, f"own_{worker}", migrated(request.param))
    database = Database(url, REACTIONS)
    yield database
    database.engine.dispose()


@pytest.fixture
def own_app(database: Database, tmp_path: Path) -> Flask:
    """The app on a database of its own, with real transactions."""
    app = create_app(config(instance=str(tmp_path)))
    app.jinja_env.bytecode_cache = Compiled()
    app.extensions["database"].engine.dispose()
    app.extensions["database"] = database
    return app


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that is run on the test's own database, as it is run."""
    with noted(database.engine) as run:
        yield run


@pytest.fixture(autouse=True)
def cheap_passwords() -> Iterator[None]:
    with make.cheap_passwords():
        yield


@pytest.fixture
def dear_passwords(cheap_passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashed as the site does."""
    monkeypatch.setattr(sign_in, "_HASHER", AS_THE_SITE)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with language.use("en"):
        yield


def app_on(session: Session, config: Config) -> Flask:
    """The app, whose requests share the test's session."""
    app = create_app(config)
    app.jinja_env.bytecode_cache = Compiled()
    database = app.extensions["database"]
    database.engine.dispose()
    database.engine = session.get_bind()
    database.read = database.look = database.write = Shared(session)
    return app


def config(**given: Any) -> Config:
    return Config(**({"database_url": "sqlite://", "secret_key": SIGNING_KEY, "worker": False} | given))
