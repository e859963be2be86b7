"""Where contents lie: in the database, so that every app process sees them; each content once, by its hash.

A row says nothing about who brought it or what they called it: that is kept by the slice whose row
points here. Two people who bring the same bytes share one content and know nothing of each other.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Any

from sqlalchemy import LargeBinary, String, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from govapp.core import clock
from govapp.core.db import Base, Created, Key, add_or_find
from govapp.core.files import names
from govapp.core.files.kinds import Kind, Upload

FileName = Annotated[str, mapped_column(String(names.LONGEST))]  # what its owner called a file

FORGET_AFTER = timedelta(days=7)
FORGET_EVERY = timedelta(hours=1)
TRIED_AT_ONCE = 200


class StoredFile(Base):
    """One content. Pictures have a thumbnail and a size.

    needed_at  when it was last brought, or found to be pointed to
    """

    __tablename__ = "files"

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[Kind]
    size_bytes: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    thumbnail: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # JPEG
    width_px: Mapped[int | None]
    height_px: Mapped[int | None]
    created_at: Mapped[Created]
    needed_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


def keep(session: Session, upload: Upload) -> StoredFile:
    """Store the content, or find it when it is already here; the caller's row then points to it."""
    digest = hashlib.sha256(upload.content).hexdigest()

    def here() -> StoredFile | None:
        same = select(StoredFile).where(StoredFile.sha256 == digest)
        return session.scalars(same.with_for_update(key_share=True)).first()  # it is not forgotten meanwhile

    new = StoredFile(
        sha256=digest,
        kind=upload.kind,
        size_bytes=len(upload.content),
        content=upload.content,
        thumbnail=upload.thumbnail,
        width_px=upload.width_px,
        height_px=upload.height_px,
    )
    kept = here() or add_or_find(session, new, here)
    if kept is not new:
        kept.needed_at = clock.now()
    return kept


def forget_unneeded(session: Session) -> int:
    """Take away contents that no row has pointed to for a week, the oldest first; returns how many.

    The foreign keys of the slices say what is needed: the database itself refuses to let such a row go.
    Election files are kept: rounds name them by hash.
    """
    before = clock.now() - FORGET_AFTER
    old = select(StoredFile.id).where(StoredFile.needed_at < before, StoredFile.kind != Kind.PB)
    first = session.scalars(old.order_by(StoredFile.needed_at).limit(TRIED_AT_ONCE)).all()
    return sum(_forget(session, id_, before) for id_ in first)


def _forget(session: Session, id_: int, before: datetime) -> int:
    """1 when it is gone; what another row points to is not looked at again for a week."""
    old = StoredFile.id == id_, StoredFile.needed_at < before  # somebody may bring it at this moment
    try:
        with session.begin_nested():
            return len(session.scalars(delete(StoredFile).where(*old).returning(StoredFile.id)).all())
    except IntegrityError:
        session.execute(update(StoredFile).where(*old).values(needed_at=clock.now()))
        return 0


def forget_task(running: Any) -> None:
    """The standing job that forgets what nobody needs."""
    with running.begin() as session:
        forget_unneeded(session)
