"""Why a check was not made."""

from typing import Any

from govapp.ledger.faults import Fault
from govapp.verifier.verdict import Finding


class Skipped(Fault):
    """The bundle is not at fault: it withholds something, or there is nothing to check (`finding`)."""

    finding = Finding.NOT_ALLOWED

    def __init__(self, message_id: str = "", **details: Any) -> None:
        super().__init__(message_id, **details)


class NotNeeded(Skipped):
    finding = Finding.NOT_NEEDED
