"""What can be heard of boxes. Never a word of a voter, a ballot or a leaf."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BoxPrepared:
    box_id: int
    post_id: int
    voters: int


@dataclass(frozen=True)
class BoxPlanChanged:
    """What is voted on, or when, before it was opened for votes."""

    box_id: int


@dataclass(frozen=True)
class ElectorateSet:
    box_id: int
    voters: int


@dataclass(frozen=True)
class KeyHoldersNamed:
    """The three who get a sheet each; sheets of before are worth nothing."""

    box_id: int


@dataclass(frozen=True)
class BoxKeysMade:
    """The key of the box was split into three sheets and forgotten; sheets of before are worth nothing."""

    box_id: int


@dataclass(frozen=True)
class SheetReceived:
    box_id: int
    sheet: int


@dataclass(frozen=True)
class BoxTried:
    """Two sheets were joined on trial, and make the key of the box."""

    box_id: int


@dataclass(frozen=True)
class BoxOpenedForVotes:
    box_id: int
    config_hash: str


@dataclass(frozen=True)
class CheckpointSigned:
    box_id: int
    size: int
    root: str


@dataclass(frozen=True)
class NoticeAsked:
    box_id: int
    notice_id: int


@dataclass(frozen=True)
class NoticePublished:
    box_id: int
    notice_id: int


@dataclass(frozen=True)
class BoxClosed:
    box_id: int


@dataclass(frozen=True)
class ObjectionUpheld:
    """Somebody had no right to vote. Whose it was stays with the slice above."""

    box_id: int
    had_voted: bool


@dataclass(frozen=True)
class BoxFinished:
    """Nothing is voided any more: the final checkpoint is signed."""

    box_id: int
    took_part: int


@dataclass(frozen=True)
class SlotKeyDestroyed:
    box_id: int


@dataclass(frozen=True)
class DestructionCosigned:
    box_id: int


@dataclass(frozen=True)
class OpeningAsked:
    """The first of the two who open a room box has said so."""

    box_id: int


@dataclass(frozen=True)
class BoxCounted:
    """The ballots were opened and counted, and the result is public."""

    box_id: int
    counted: int


@dataclass(frozen=True)
class BoxAnnulled:
    box_id: int


@dataclass(frozen=True)
class ObserverChanged:
    box_id: int
    user_id: int
    follows: bool


@dataclass(frozen=True)
class BundlesVerificationAsked:
    box_id: int


@dataclass(frozen=True)
class BundlesVerified:
    """Both bundles were verified anew; how many checks failed."""

    box_id: int
    failed: int
