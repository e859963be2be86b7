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

WINDOW = timedelta(minutes=1)
INSERT: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Tries(Base):
    """How often something was tried since began_at. Who tried it lies here only as a hash."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(index=True)
    number: Mapped[int]


def count_try(database: Database, limits: dict[str, int]) -> None:
    """Count one try against each name; raises TooMany where that is more than its limit a minute.

    limits  name -> tries in the minute that begins with the first; a refused try begins no new minute,
            so hammering does not keep the owner of a name out for longer
    It has a transaction of its own: what is counted stays counted when the request is refused. Of
    tries at one moment exactly `limit` are let through, since each adds to the row it reads.
    """
    with database.write.begin() as session:
        over = [name for name, limit in limits.items() if _count(session, name) > limit]
        _clean(session)
    if over:
        raise TooMany


def forget(session: Session, name: str) -> None:
    """Begin anew: this name has shown who it is."""
    session.execute(delete(Tries).where(Tries.key == _key(name)))


def _count(session: Session, name: str) -> int:
    insert = INSERT[session.get_bind().dialect.name]
    now = clock.now()
    runs = Tries.began_at > now - WINDOW
    values = insert(Tries).values(key=_key(name), began_at=now, number=1)
    counted = values.on_conflict_do_update(
        index_elements=[Tries.key],
        set_={
            "number": case((runs, Tries.number + 1), else_=1),
            "began_at": case((runs, Tries.began_at), else_=values.excluded.began_at),
        },
    )
    return int(session.scalars(counted.returning(Tries.number)).one())


def _clean(session: Session) -> None:
    """Take away what no longer counts; rows that others hold are left to them, so nobody waits here."""
    old = select(Tries.key).where(Tries.began_at <= clock.now() - WINDOW).with_for_update(skip_locked=True)
    session.execute(delete(Tries).where(Tries.key.in_(old)))


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
