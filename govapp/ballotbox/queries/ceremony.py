"""What is read of a box for its ceremony and the record of it."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from govapp.ballotbox import queries
from govapp.ballotbox.models import BallotBox, Status, Voided
from govapp.ballotbox.models.log import BoxBundle, Checkpoint, Opening
from govapp.ballotbox.queries import log


@dataclass(frozen=True)
class Counts:
    """ballots: cast online and in the box at the end; paper: voters who were marked as voting on paper."""

    voters: int
    took_part: int
    ballots: int
    paper: int
    superseded: int
    voided: int


@dataclass(frozen=True)
class Record:
    """What the record of a ceremony names besides the box. bundles: audience -> SHA-256, where made."""

    counts: Counts
    final: Checkpoint | None
    bundles: dict[str, str]
    names: dict[int, str]


def counts(session: Session, box: BallotBox) -> Counts:
    """Of a box that is finished or opened; of a room box that was opened only who took part is known."""
    voters = sum(queries.roll_sizes(session, box.id).values())
    took_part = sum(queries.took_part(session, box.id).values())
    if box.status is not Status.OPENED:
        voided = session.scalar(select(func.count()).select_from(Voided).where(Voided.box_id == box.id)) or 0
        online, paper = queries.in_the_box(session, box.id)
        return Counts(voters, took_part, online, paper, box.superseded or 0, voided)
    counted = func.count(case((Opening.is_counted, 1)))
    row = session.execute(select(counted, func.count()).where(Opening.box_id == box.id)).one()
    ballots = took_part if box.is_room else row[0]
    return Counts(voters, took_part, ballots, took_part - ballots, box.superseded or 0, row[1] - row[0])


def record_of(session: Session, box: BallotBox) -> Record:
    """For the record of an opened box."""
    digests = select(BoxBundle.audience, BoxBundle.sha256).where(BoxBundle.box_id == box.id)
    newest = log.checkpoints(session, box.id, most=1)
    return Record(
        counts(session, box),
        newest[0] if newest else None,
        {audience: digest for audience, digest in session.execute(digests)},
        queries.names(session, box.keys_destroyed_by_id, box.cosigned_by_id, box.chair_id),
    )
