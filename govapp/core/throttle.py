"""How often something may be tried: counted in the database, so for every process and across restarts."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from govapp.core import clock
from govapp.core.db import Base, Database
from govapp.core.errors import TooMany

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
INSERT: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Tries(Base):
    """How often something was tried in a time that ends at ends_at. Who tried it lies here only as a hash."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    number: Mapped[int]


def count_try(database: Database, limits: dict[str, int], window: timedelta = MINUTE) -> None:
    """Count one try against each name; raises TooMany where that is more than its limit in the window.

    limits  name -> tries in the window that begins with the first; a refused try begins no new one,
            so hammering does not keep the owner of a name out for longer
    It has a transaction of its own: what is counted stays counted when the request is refused. Of
    tries at one moment exactly `limit` are let through, since each adds to the row it reads.
    """
    with database.write.begin() as session:
        over = _over(session, limits, window)
    if over:
        raise TooMany


def goes_over(session: Session, limits: dict[str, int], window: timedelta) -> bool:
    """Count one deed in its own transaction, so that only what is done counts; whether it is too many."""
    return bool(_over(session, limits, window))


def forget(session: Session, name: str) -> None:
    """Begin anew: this name has shown who it is."""
    session.execute(delete(Tries).where(Tries.key == _key(name)))


def _over(session: Session, limits: dict[str, int], window: timedelta) -> list[str]:
    """The names whose limit this try goes beyond."""
    over = [name for name, limit in limits.items() if _count(session, name, window) > limit]
    _clean(session)
    return over


def _count(session: Session, name: str, window: timedelta) -> int:
    insert = INSERT[session.get_bind().dialect.name]
    now = clock.now()
    runs = Tries.ends_at > now
    values = insert(Tries).values(key=_key(name), ends_at=now + window, number=1)
    counted = values.on_conflict_do_update(
        index_elements=[Tries.key],
        set_={
            "number": case((runs, Tries.number + 1), else_=1),
            "ends_at": case((runs, Tries.ends_at), else_=values.excluded.ends_at),
        },
    )
    return int(session.scalars(counted.returning(Tries.number)).one())


def _clean(session: Session) -> None:
    """Take away what no longer counts; rows that others hold are left to them, so nobody waits here."""
    old = select(Tries.key).where(Tries.ends_at <= clock.now()).with_for_update(skip_locked=True)
    session.execute(delete(Tries).where(Tries.key.in_(old)))


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
