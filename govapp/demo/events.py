from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPeopleAdded:
    """People anybody can be were put into this database. While the log says so, the app works on it
    in demo mode only."""

    chapter: str
    people: int
