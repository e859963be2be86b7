from dataclasses import dataclass


@dataclass(frozen=True)
class AreasAdded:
    """Places were written down, so many at once."""

    count: int
