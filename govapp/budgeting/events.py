from dataclasses import dataclass


@dataclass(frozen=True)
class RoundImported:
    """A finished round was brought in, whole."""

    round_id: int
    projects: int
    voters: int
    source_sha256: str


@dataclass(frozen=True)
class RoundHeld:
    """A round that was voted on in a ballot box of this site was written down, whole."""

    round_id: int
    box_id: int
    projects: int
    voters: int


@dataclass(frozen=True)
class RoundCounted:
    """A round was counted under a rule; counting again gives the same."""

    round_id: int
    rule_key: str
    funded: list[str]
    spent_satang: int


@dataclass(frozen=True)
class CountGivenUp:
    """Counting a round under a rule that is not its own would have taken too long."""

    round_id: int
    rule_key: str


@dataclass(frozen=True)
class RoundExplained:
    """For so many losers it was found how many votes they were short of."""

    round_id: int
    rule_key: str
    projects: int


@dataclass(frozen=True)
class ImportAsked:
    """A file was handed in to be imported."""

    file_sha256: str
