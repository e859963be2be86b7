"""What auditors look at: the bundles with their verdicts, histories, who did what with the keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.ballotbox import events
from govapp.ballotbox.models import Openings
from govapp.ballotbox.models.log import BoxBundle, Opening
from govapp.core.audit import AuditEntry, AuditObject
from govapp.core.jobs import Job

OF_KEYS = (
    events.BoxKeysMade,
    events.SheetReceived,
    events.BoxTried,
    events.BoxOpenedForVotes,
    events.NoticeAsked,
    events.NoticePublished,
    events.BoxClosed,
    events.ObjectionUpheld,
    events.BoxFinished,
    events.SlotKeyDestroyed,
    events.DestructionCosigned,
    events.OpeningAsked,
    events.BoxCounted,
    events.BoxAnnulled,
    events.BundlesVerificationAsked,
    events.BundlesVerified,
)


@dataclass(frozen=True)
class Histories:
    """changes: the sum of rev - 1 over all ballots that were opened; superseded: what the box says."""

    changes: int
    superseded: int

    @property
    def agree(self) -> bool:
        return self.changes == self.superseded


def bundles(session: Session, box_id: int) -> Mapping[Openings, BoxBundle]:
    """The bundles that are there, by whom they are for, without their content."""
    found = session.scalars(select(BoxBundle).where(BoxBundle.box_id == box_id))
    return {Openings(each.audience): each for each in found}


def content(session: Session, box_id: int, audience: Openings) -> bytes | None:
    wanted = BoxBundle.box_id == box_id, BoxBundle.audience == audience.value
    return session.scalars(select(BoxBundle.content).where(*wanted)).first()


def histories(session: Session, box_id: int, superseded: int) -> Histories:
    changes = select(func.coalesce(func.sum(Opening.rev - 1), 0)).where(Opening.box_id == box_id)
    return Histories(session.scalars(changes).one(), superseded)


def deeds(session: Session, box_id: int) -> Sequence[tuple[AuditEntry, User | None]]:
    """What was done with the box and its keys, with who did it, the first deed first."""
    about = (AuditObject.entry_id == AuditEntry.id) & (AuditObject.kind == "box")
    query = select(AuditEntry, User).join(AuditObject, about).outerjoin(User, User.id == AuditEntry.actor_id)
    of_box = query.where(AuditObject.object_id == box_id)
    chosen = of_box.where(AuditEntry.event.in_([event.__name__ for event in OF_KEYS]))
    return [(entry, person) for entry, person in session.execute(chosen.order_by(AuditEntry.id))]


def verification(session: Session, box_id: int) -> Job | None:
    """The job that verifies the bundles, while it is not done."""
    return session.scalars(select(Job).where(Job.once == verification_name(box_id))).first()


def verification_name(box_id: int) -> str:
    return f"verify_box:{box_id}"
