from dataclasses import dataclass


@dataclass(frozen=True)
class AreasAdded:
    """Places were written down, so many at once."""

    count: int


@dataclass(frozen=True)
class AreasImported:
    """A file of places was taken over; `rejected` counts its lines that were not."""

    added: int
    changed: int
    unchanged: int
    rejected: int
