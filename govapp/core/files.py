"""Files people bring: kept once by content, in the database, so that every app process sees them."""

import hashlib

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from govapp.core.db import Base, Created, Key, Title, add_or_find


class StoredFile(Base):
    """One content; `name` is what the first person called it and is never used as a path."""

    __tablename__ = "files"

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Title]
    size_bytes: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[Created]


def keep(session: Session, name: str, content: bytes) -> StoredFile:
    """Store the content, or find it when it is already here."""
    digest = hashlib.sha256(content).hexdigest()

    def here() -> StoredFile | None:
        return session.scalars(select(StoredFile).where(StoredFile.sha256 == digest)).first()

    new = StoredFile(sha256=digest, name=name[:500], size_bytes=len(content), content=content)
    return here() or add_or_find(session, new, here)
