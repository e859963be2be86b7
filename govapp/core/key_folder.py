"""A folder of secret files that lie in no database and in no backup of one: the keys of ballot boxes."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MODE_FOLDER, MODE_FILE = 0o700, 0o600


@dataclass(frozen=True)
class KeyFolder:
    """Files named by the app, never by a person; what is written is on the disk when the call returns."""

    path: Path

    def read(self, name: str) -> bytes | None:
        """The content, from the disk each time; None where there is no such file."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def make(self, name: str, content: bytes) -> None:
        """Write a new file, whole or not at all; raises FileExistsError rather than replace one."""
        draft = self._draft(name, content)
        try:
            os.link(draft, self.path / name)
        finally:
            draft.unlink()
        self._settle()

    def put(self, name: str, content: bytes) -> None:
        """Write a file, in place of the one that may be there."""
        self._draft(name, content).replace(self.path / name)
        self._settle()

    def destroy(self, name: str) -> bool:
        """Overwrite the file and remove it; whether there was one.

        Disks keep copies of their own (journals, spare sectors of flash memory): who must be sure encrypts
        the disk of the folder, or keeps the folder in memory.
        """
        path = self.path / name
        try:
            with path.open("r+b") as file:
                size = path.stat().st_size
                for content in (secrets.token_bytes(size), bytes(size)):
                    file.seek(0)
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
        except FileNotFoundError:
            return False
        with suppress(FileNotFoundError):
            path.unlink()
        self._settle()
        return True

    def names(self) -> list[str]:
        """What lies there, in order; drafts of a write that was cut short are left out."""
        if not self.path.is_dir():
            return []
        return sorted(each.name for each in self.path.iterdir() if not each.name.startswith("."))

    def _draft(self, name: str, content: bytes) -> Path:
        self.path.mkdir(mode=MODE_FOLDER, parents=True, exist_ok=True)
        draft = self.path / f".{name}.{secrets.token_hex(4)}"
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE_FILE)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return draft

    def _settle(self) -> None:
        """The folder itself is on the disk, too."""
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
