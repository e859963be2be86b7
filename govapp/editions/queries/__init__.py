"""Reading editions and the projects on their ballots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from govapp.accounts.models.posts import Post
from govapp.ballotbox.models import BallotBox
from govapp.core import clock, text
from govapp.core.errors import Missing
from govapp.core.jobs import Job
from govapp.editions.models import KIND, Edition, EditionProject, Phase, Stage
from govapp.editions.rules import needs_roll
from govapp.rolls import queries as rolls
from govapp.rolls.models import Roll, RollEntry, RollStatus
from govapp.rolls.queries import doubles
from govapp.rolls.rules import erased_after

PAGE_ROWS = 20
WHOLE = (
    joinedload(Edition.area),
    joinedload(Edition.post).joinedload(Post.area),
    joinedload(Edition.box),
    joinedload(Edition.roll).joinedload(Roll.box),
    selectinload(Edition.phases),
    selectinload(Edition.envelopes),
)


@dataclass(frozen=True)
class Wish:
    """Which projects to show; read from the address, never trusted."""

    search: str = ""
    category: str = ""
    district: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """From the arguments of an address, cut where they are too long."""
        return cls(given.get("q", "")[:200], given.get("category", "")[:500], given.get("district", "")[:500])

    @property
    def is_empty(self) -> bool:
        return self == Wish()

    def pick(self, projects: Sequence[EditionProject]) -> list[EditionProject]:
        terms = text.search_terms(self.search)
        return [
            project
            for project in projects
            if all(term in project.search_text for term in terms)
            and (not self.category or self.category in project.categories)
            and (not self.district or self.district == project.district)
        ]


def show(session: Session, edition_id: int) -> Edition:
    """The edition with all that belongs to its plan but the projects; raises Missing."""
    found = session.scalars(select(Edition).options(*WHOLE).where(Edition.id == edition_id)).first()
    if found is None:
        raise Missing
    return found


def of_box(session: Session, box_id: int) -> int:
    """The id of the edition whose ballots are in this box, be it stopped and held again; raises Missing."""
    found = session.scalar(select(Edition.id).where(Edition.box_id == box_id))
    if found is None and (box := session.get(BallotBox, box_id)) and box.kind == KIND:
        found = session.scalar(select(Edition.id).where(Edition.id == box.draft["more"].get("edition")))
    if found is None:
        raise Missing
    return found


def running(session: Session, at: datetime, most: int = 50) -> Sequence[Edition]:
    """Published editions whose calendar is not over, those of the earliest budget year first."""
    query = _listed().where(Edition.stage == Stage.PUBLISHED, Edition.id.in_(_not_over(at)))
    return session.scalars(query.order_by(Edition.fiscal_year_be, Edition.id).limit(most)).all()


def past(session: Session, at: datetime, page: int = 1) -> tuple[Sequence[Edition], int]:
    """One page of the editions that are over or were called off, the latest first, and how many there are."""
    query = _listed().where(Edition.stage != Stage.DRAFT)
    query = query.where((Edition.stage == Stage.CALLED_OFF) | Edition.id.not_in(_not_over(at)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    query = query.order_by(Edition.fiscal_year_be.desc(), Edition.id.desc())
    return session.scalars(query.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all(), total


def of_posts(session: Session, post_ids: Sequence[int]) -> Sequence[Edition]:
    """The editions that are the work of these posts, drafts too; the latest first."""
    query = _listed().where(Edition.post_id.in_(post_ids))
    return session.scalars(query.order_by(Edition.fiscal_year_be.desc(), Edition.id.desc()).limit(100)).all()


def projects(session: Session, edition_id: int) -> Sequence[EditionProject]:
    """All projects of an edition, in the order of their titles."""
    query = select(EditionProject).where(EditionProject.edition_id == edition_id)
    return session.scalars(query.order_by(EditionProject.sort_key, EditionProject.code)).all()


def project(session: Session, edition_id: int, code: str) -> EditionProject:
    """The project of this code; raises Missing."""
    query = select(EditionProject).where(EditionProject.edition_id == edition_id, EditionProject.code == code)
    found = session.scalars(query.options(joinedload(EditionProject.picture))).first()
    if found is None:
        raise Missing
    return found


def numbers_of_projects(session: Session, edition_ids: Sequence[int]) -> dict[int, int]:
    """edition -> projects on its ballot; editions without any are missing."""
    query = select(EditionProject.edition_id, func.count()).where(EditionProject.edition_id.in_(edition_ids))
    return {each: number for each, number in session.execute(query.group_by(EditionProject.edition_id))}


def voters(session: Session, edition: Edition) -> dict[str, int]:
    """district -> people on the roll who may vote; empty where there is no roll or nobody on it."""
    if edition.roll_id is None or needs_roll(edition):
        return {}
    return rolls.counts(session, edition.roll_id)


def too_young(session: Session, edition: Edition) -> int:
    """People on its roll who do not vote, because they are too young on the day of the vote."""
    if edition.roll_id is None or needs_roll(edition):
        return 0
    return rolls.too_young(session, edition.roll_id)


def of_roll(session: Session, edition: Edition) -> dict[str, int]:
    """What rules.plans.remarks asks of a roll besides its voters."""
    if edition.roll_id is None or needs_roll(edition):
        return {}
    return {"too_young": too_young(session, edition), "doubles": doubles.count(session, edition.roll_id)}


def rolls_left_behind(session: Session) -> Sequence[int]:
    """Open rolls with people on them, of editions whose calendar has been over for long."""
    last = select(func.max(Phase.ends_at)).where(Phase.edition_id == Edition.id).scalar_subquery()
    query = select(Roll.id).join(Edition, Edition.roll_id == Roll.id).where(Roll.status == RollStatus.OPEN)
    query = query.where(last < clock.now() - erased_after(), exists().where(RollEntry.roll_id == Roll.id))
    return session.scalars(query.order_by(Roll.id)).all()


def free_code(codes: Sequence[str]) -> str:
    """The next number that no project has."""
    taken = [int(code) for code in codes if code.isascii() and code.isdigit()]
    return str(max(taken, default=0) + 1)


def _listed() -> Select[Edition]:
    more: tuple[Any, ...] = (
        joinedload(Edition.area),
        joinedload(Edition.box),
        selectinload(Edition.phases),
        selectinload(Edition.envelopes),
    )
    return select(Edition).options(*more)


def _not_over(at: datetime) -> Select[int]:
    return select(Phase.edition_id).where(Phase.ends_at > at)


REHEARSE = "rehearse_edition"  # kind of job


def rehearsal_name(edition_id: int) -> str:
    """The name that keeps a rehearsal from being queued twice."""
    return f"rehearse:{edition_id}"


def latest_rehearsal(session: Session, edition: Edition) -> Job | None:
    """The newest rehearsal of an edition, whether it is done or not.

    SQLite once gave the number of a draft that was thrown away to the next one: its rehearsals are older.
    """
    query = select(Job).where(Job.kind == REHEARSE, Job.created_at >= edition.created_at)
    newest = session.scalars(query.order_by(Job.id.desc()).limit(200))
    return next((job for job in newest if job.payload.get("edition_id") == edition.id), None)
