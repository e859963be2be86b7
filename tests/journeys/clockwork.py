"""The site, its clock moved on by as many seconds as the file `ahead` in its folder says."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from govapp.core import clock


class Ahead:
    """How far the clock of a site is ahead of ours."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ahead"

    def now(self) -> datetime:
        seconds = float(self.file.read_text()) if self.file.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=seconds)

    def move_to(self, moment: datetime) -> None:
        """Now it is this moment there, and time goes on from it."""
        written = self.file.with_suffix(".new")
        written.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        written.replace(self.file)


if "GOVAPP_INSTANCE" in os.environ:  # before the app is read, whose columns take their moments from here
    clock.now = Ahead(Path(os.environ["GOVAPP_INSTANCE"])).now

from govapp.app import serve  # noqa: E402

__all__ = ["Ahead", "serve"]
