"""What can be wrong with what the ledger is handed, in sentences that a page can translate."""

from typing import Any


class Fault(ValueError):
    """`message_id` is an English sentence with {named} places, filled from `details`."""

    def __init__(self, message_id: str, **details: Any) -> None:
        super().__init__(message_id, details)
        self.message_id, self.details = message_id, details

    def __str__(self) -> str:
        return self.message_id.format(**self.details)


class Malformed(Fault):
    """It does not have the form it must have."""


class Forged(Fault):
    """It has the form, but a signature, a hash or a key does not fit."""


class Mistyped(Fault):
    """A person typed it and can mend it."""
