"""The declarative base, the shared column words, and the two ways to open a session."""

import enum
import math
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, mapped_column, sessionmaker

from govapp.core import clock
from govapp.core.errors import Missing

M = TypeVar("M")

ASK_AFTER_SECONDS = 2.0
POOL: Mapping[str, Any] = {"pool_size": 16, "max_overflow": 8}  # two for a request that looks and writes

Key = Annotated[int, mapped_column(primary_key=True)]
LongKey = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
Title = Annotated[str, mapped_column(String(500))]
SortKey = Annotated[str, mapped_column(String(600, collation="C").with_variant(String(600), "sqlite"))]
Words = Annotated[str, mapped_column(Text, default="")]
Satang = Annotated[int, mapped_column(BigInteger)]  # 1/100 of the money unit
Created = Annotated[datetime, mapped_column(default=clock.now)]
Json = Annotated[dict[str, Any], mapped_column(JSON, default=dict)]


class UTCDateTime(TypeDecorator[datetime]):
    """Aware in Python, UTC in the table; a naive time is a bug and raises."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


def _values(kind: type[enum.Enum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UTCDateTime,
        enum.StrEnum: Enum(
            enum.StrEnum, native_enum=False, create_constraint=True, length=40, values_callable=_values
        ),
    }

    @classmethod
    def __table_cls__(cls, *parts: Any, **more: Any) -> Table:
        """SQLite, too, gives no number twice: in the log and in an address it stays that of one thing."""
        return Table(*parts, sqlite_autoincrement=True, **more)


class Database:
    """One engine and its sessions, which carry the app's reactions in session.info.

    read()   for looking; SQLite readers do not block each other
    look()   for looking beside a deed: on PostgreSQL every statement for itself, so nothing begins or ends
    write()  for deeds; SQLite takes its write lock at once, so a deed never fails half-way on it
    """

    def __init__(self, url: str, reactions: Mapping[Any, Any] | None = None) -> None:
        self.engine = connect(url)
        info = {"reactions": reactions or {}}
        self.read = sessionmaker(self.engine, info=info)
        self.is_server = self.engine.dialect.name == "postgresql"
        at_once = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.look = sessionmaker(at_once, info=info) if self.is_server else self.read
        self.write = sessionmaker(self.engine.execution_options(writes=True), info=info)


def connect(url: str) -> Engine:
    """An engine for the URL; an SQLite file's folder is made when missing.

    Its errors never quote values: a log that does would join a voter and a slot by the moment of an error.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, **POOL, hide_parameters=True)
        _ask_the_idle(engine)
        return engine
    is_file = parsed.database and parsed.database != ":memory:"
    if is_file:
        Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, **(POOL if is_file else {}), hide_parameters=True)
    listen_to_sqlite(engine)
    return engine


def _ask_the_idle(engine: Engine) -> None:
    """Ask a connection whether it is still there before it is used, unless it was used a moment ago."""

    @event.listens_for(engine, "checkin")
    def checked_in(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def checked_out(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", math.inf) < ASK_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool tries the next one, and a new one last


def listen_to_sqlite(engine: Engine) -> None:
    """Give transactions back to SQLAlchemy, check foreign keys, and write ahead."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "foreign_keys=ON",
            "journal_mode=WAL",
            "busy_timeout=15000",
            "synchronous=FULL",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def after_commit(session: Session, do: Callable[[], object]) -> None:
    """Do this once what the session holds is committed; never when it is rolled back."""
    waiting = [do]

    def committed(_session: Session) -> None:
        if not session.in_nested_transaction():  # that a savepoint is released is no commit
            while waiting:
                waiting.pop()()

    def ended(_session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            waiting.clear()

    event.listen(session, "after_commit", committed)
    event.listen(session, "after_transaction_end", ended)


def fetch(session: Session, model: type[M], key: Any, lock: bool = False) -> M:
    """The row with this key, held until commit when locked; raises Missing."""
    found = session.get(model, key, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise Missing("What you are looking for is not here")
    return found


def add_or_find(session: Session, new: M, find: Callable[[], M | None]) -> M:
    """Add the row; where another transaction was first with its unique name, the row of that one."""
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        found = find()
        if found is None:
            raise
        return found
    return new
