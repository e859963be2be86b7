"""Reading a file that lies in the database in sealed pieces, as if it were a file."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.core import cipher
from govapp.rolls.models.imports import RollPiece

PIECE = 1 << 20  # bytes of a file, but for the last

Read = Callable[[], AbstractContextManager[Session]]


def place(import_id: int, number: int) -> str:
    """What a piece is sealed for: put elsewhere it does not open."""
    return f"roll_pieces/{import_id}/{number}"


def opened(read: Read, sealing_key: bytes, import_id: int) -> io.BufferedReader | None:
    """The file of an import; None where it is gone. A piece or two of it lie in memory at once."""
    with read() as session:
        last = session.scalar(select(func.max(RollPiece.number)).where(RollPiece.import_id == import_id))
    return None if last is None else io.BufferedReader(_Pieces(read, sealing_key, import_id, last))


class _Pieces(io.RawIOBase):
    def __init__(self, read: Read, sealing_key: bytes, import_id: int, last: int) -> None:
        self.at = 0

        @lru_cache(maxsize=2)
        def piece(number: int) -> bytes:
            if number > last:
                return b""
            with read() as session:
                sealed = session.get_one(RollPiece, (import_id, number)).sealed
            return cipher.unseal_bytes(sealing_key, sealed, place(import_id, number))

        self.piece, self.last = piece, last

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        end = self.last * PIECE + len(self.piece(self.last))
        self.at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: end}[whence]
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: Any) -> int:
        number, begin = divmod(self.at, PIECE)
        found = self.piece(number)[begin : begin + len(buffer)]
        buffer[: len(found)] = found
        self.at += len(found)
        return len(found)
