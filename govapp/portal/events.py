from dataclasses import dataclass


@dataclass(frozen=True)
class LogSearched:
    """An auditor looked in the log for what one person did, or what was done to them."""

    user_id: int


@dataclass(frozen=True)
class LogExported:
    """Entries of the log left this site as a file."""

    count: int


@dataclass(frozen=True)
class VerificationAsked:
    """Of the chain of the log; what came of it is kept beside the log."""
