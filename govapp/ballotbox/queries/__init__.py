"""Reading boxes; queries/casting.py has what a ballot needs, queries/log.py what is published."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from govapp.accounts.models.posts import Post
from govapp.ballotbox.models import BallotBox, Cast, Channel, Elector, KeyHolder, Status
from govapp.core import clock

PAGE_ROWS = 30


def public_boxes(session: Session, page: int = 1) -> tuple[Sequence[BallotBox], int]:
    """One page of the boxes that were opened for votes, the latest first, and how many there are."""
    query = select(BallotBox).where(BallotBox.config_hash.is_not(None))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    query = query.options(joinedload(BallotBox.post).joinedload(Post.area))
    rows = query.order_by(BallotBox.opens_at.desc(), BallotBox.id.desc())
    return session.scalars(rows.limit(PAGE_ROWS).offset((page - 1) * PAGE_ROWS)).all(), total


def boxes_of(session: Session, user_id: int, post_ids: Sequence[int] = ()) -> Sequence[BallotBox]:
    """Those in which a person has a part, or whose duty is one of these posts'; the latest first."""
    keeps = select(KeyHolder.box_id).where(KeyHolder.user_id == user_id)
    mine = BallotBox.id.in_(keeps) | (BallotBox.chair_id == user_id) | BallotBox.post_id.in_(post_ids)
    query = select(BallotBox).where(mine).options(selectinload(BallotBox.key_holders))
    return session.scalars(query.order_by(BallotBox.opens_at.desc(), BallotBox.id.desc()).limit(100)).all()


def with_people(session: Session, box_id: int) -> BallotBox | None:
    """The box with its post and key-holders."""
    people = selectinload(BallotBox.key_holders).joinedload(KeyHolder.user)
    query = select(BallotBox).where(BallotBox.id == box_id)
    return session.scalars(query.options(joinedload(BallotBox.post).joinedload(Post.area), people)).first()


def roll_sizes(session: Session, box_id: int) -> dict[str, int]:
    """district -> people who may vote."""
    query = select(Elector.district, func.count()).where(Elector.box_id == box_id)
    return {district: number for district, number in session.execute(query.group_by(Elector.district))}


def voters(session: Session, box_id: int) -> Iterator[tuple[str, str]]:
    """(voter, district) of all who may vote, ordered by voter."""
    query = select(Elector.voter_id, Elector.district).where(Elector.box_id == box_id)
    for row in session.execute(query.order_by(Elector.voter_id)):
        yield row.voter_id, row.district


def in_the_box(session: Session, box_id: int) -> tuple[int, int]:
    """Ballots that were cast online, and slots locked for paper, now."""
    online = func.count(case((Cast.channel == Channel.ONLINE, 1)))
    row = session.execute(select(online, func.count()).where(Cast.box_id == box_id)).one()
    return row[0], row[1] - row[0]


def ballots_of(session: Session, boxes: Iterable[BallotBox]) -> dict[int, int]:
    """box -> ballots in it, or people who took part once that is written; for a list of boxes."""
    ids = [box.id for box in boxes]
    cast = select(Cast.box_id, func.count()).where(Cast.box_id.in_(ids), Cast.channel == Channel.ONLINE)
    taken = select(Elector.box_id, func.count()).where(Elector.box_id.in_(ids), Elector.took_part.is_(True))
    found = {box_id: number for box_id, number in session.execute(cast.group_by(Cast.box_id))}
    return found | {box_id: number for box_id, number in session.execute(taken.group_by(Elector.box_id))}


def took_part(session: Session, box_id: int) -> dict[str, int]:
    """district -> people who took part, once that is written."""
    query = select(Elector.district, func.count()).where(
        Elector.box_id == box_id, Elector.took_part.is_(True)
    )
    return {district: number for district, number in session.execute(query.group_by(Elector.district))}


def due_to_close(session: Session) -> Sequence[int]:
    """Boxes whose time is over."""
    over = select(BallotBox.id).where(BallotBox.status == Status.OPEN, BallotBox.closes_at <= clock.now())
    return session.scalars(over.order_by(BallotBox.id)).all()


def open_boxes(session: Session) -> Sequence[int]:
    """Boxes with a log that take ballots, or might still have some to publish."""
    query = select(BallotBox.id).where(BallotBox.status == Status.OPEN, ~BallotBox.is_room)
    return session.scalars(query.order_by(BallotBox.id)).all()
