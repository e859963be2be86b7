"""What can be heard of rolls. Entries are named by number; nobody's name, district or number is told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RollMade:
    roll_id: int
    post_id: int
    area_id: int


@dataclass(frozen=True)
class RollAnnounced:
    """From now on everybody can read that there is this roll, and ask where they stand."""

    roll_id: int


@dataclass(frozen=True)
class RollFileBrought:
    roll_id: int
    roll_import_id: int


@dataclass(frozen=True)
class RollFileRead:
    """It was checked; nothing on the roll is changed yet."""

    roll_id: int
    roll_import_id: int
    lines: int
    rejected: int


@dataclass(frozen=True)
class RollFileDropped:
    roll_id: int
    roll_import_id: int


@dataclass(frozen=True)
class RollImported:
    roll_id: int
    roll_import_id: int
    added: int
    changed: int
    unchanged: int
    rejected: int


@dataclass(frozen=True)
class RollFrozen:
    """Its voters were given to a ballot box, perhaps in place of those of before."""

    roll_id: int
    box_id: int
    voters: int


@dataclass(frozen=True)
class RollReopened:
    """Before its box was open: the box has no voters now."""

    roll_id: int
    box_id: int


@dataclass(frozen=True)
class RollWithdrawn:
    """Its vote does not take place: nobody else is told of it any more, or can claim."""

    roll_id: int


@dataclass(frozen=True)
class RollGiven:
    """One that was made by hand is the roll of a vote now."""

    roll_id: int


@dataclass(frozen=True)
class RollFollowed:
    """The plan of its vote was changed, and who may stand on it with that."""

    roll_id: int


@dataclass(frozen=True)
class RollTakenOver:
    """From a vote that was stopped, for the one held in its place. ended: how many codes open nothing now."""

    roll_id: int
    box_id: int
    ended: int


@dataclass(frozen=True)
class RollErased:
    """The people on it; the numbers stay."""

    roll_id: int
    entries: int


@dataclass(frozen=True)
class RollSearched:
    """Somebody looked for a person on a roll."""

    roll_id: int
    found: int


@dataclass(frozen=True)
class RollEntryCorrected:
    """By hand, or put on the roll so; the claim tells what and why."""

    roll_id: int
    roll_entry_id: int
    roll_claim_id: int


@dataclass(frozen=True)
class RollDoubleSettled:
    """Of two entries that were perhaps the same person: one was struck, or they are two people."""

    roll_id: int
    roll_entry_id: int
    roll_claim_id: int
    is_one: bool


@dataclass(frozen=True)
class RollClaimMade:
    roll_id: int
    roll_claim_id: int


@dataclass(frozen=True)
class RollClaimDecided:
    roll_id: int
    roll_claim_id: int
    accepted: bool


@dataclass(frozen=True)
class RollCodesAsked:
    roll_id: int


@dataclass(frozen=True)
class RollCodesMade:
    roll_id: int
    roll_batch_id: int
    letters: int


@dataclass(frozen=True)
class RollBatchTaken:
    """A file with codes in clear was downloaded."""

    roll_id: int
    roll_batch_id: int


@dataclass(frozen=True)
class RollCodeRenewed:
    """For one person; the one before is worth nothing now."""

    roll_id: int
    roll_entry_id: int


@dataclass(frozen=True)
class RollCodeRevoked:
    roll_id: int
    roll_entry_id: int


@dataclass(frozen=True)
class RollRemoved:
    """With everybody on it, before anybody outside the office had heard of it."""

    roll_id: int
    entries: int
