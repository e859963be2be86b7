from dataclasses import dataclass


@dataclass(frozen=True)
class EditionStarted:
    """copy_of: the edition whose plan it began with, None where it began with a template or nothing."""

    edition_id: int
    post_id: int
    copy_of: int | None


@dataclass(frozen=True)
class EditionChanged:
    """One part of its plan."""

    edition_id: int
    part: str


@dataclass(frozen=True)
class EditionPublished:
    edition_id: int


@dataclass(frozen=True)
class EditionThrownAway:
    """While it was a draft, with its projects and its roll."""

    edition_id: int


@dataclass(frozen=True)
class EditionCalledOff:
    """The reason stands on its page."""

    edition_id: int


@dataclass(frozen=True)
class LessonsWritten:
    edition_id: int


@dataclass(frozen=True)
class ProjectPutOnBallot:
    edition_id: int
    project_id: int


@dataclass(frozen=True)
class ProjectOnBallotChanged:
    edition_id: int
    project_id: int


@dataclass(frozen=True)
class ProjectTakenOffBallot:
    """While the ballot was still being made."""

    edition_id: int
    project_id: int


@dataclass(frozen=True)
class ProjectsPutOnBallot:
    """Many at once, from a file."""

    edition_id: int
    added: int
    changed: int
    file_sha256: str


@dataclass(frozen=True)
class VoteMadeReady:
    """The edition has a ballot box; its keys come next."""

    edition_id: int
    box_id: int


@dataclass(frozen=True)
class ResultPublished:
    """rounds: how many, one for each envelope whose ballots may be read by everybody."""

    edition_id: int
    rounds: int


@dataclass(frozen=True)
class RehearsalAsked:
    """Rules are tried on past or invented ballots before one is chosen."""

    edition_id: int


@dataclass(frozen=True)
class EditionRollMade:
    """With nobody on it yet."""

    edition_id: int
    roll_id: int


@dataclass(frozen=True)
class EditionRollUsed:
    """One that its office had made by hand before."""

    edition_id: int
    roll_id: int


@dataclass(frozen=True)
class VotersTaken:
    """From the roll into the ballot box, once more before it is opened."""

    edition_id: int
    box_id: int
    voters: int
