"""What editions put on the desk of the post whose work they are."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from govapp.accounts.models.posts import Post
from govapp.core import clock, dates
from govapp.core.language import N_
from govapp.core.matters import Matter, Why
from govapp.core.translations import told
from govapp.editions.models import Edition, PhaseKind, Stage
from govapp.editions.rules import calendar

AHEAD = timedelta(days=30)
MOST_ON_A_DESK = 20
UNFINISHED = N_("“%(title)s” is a draft: finish its plan and publish it")
MAKE_READY = N_("Make the vote of “%(title)s” ready")
LESSONS = N_("Write down what “%(title)s” taught")


def due(session: Session, post: Post) -> list[Matter]:
    """Drafts, votes that begin within a month and have no box, and editions that are over without lessons."""
    query = select(Edition).where(Edition.post_id == post.id, Edition.stage != Stage.CALLED_OFF)
    query = query.where((Edition.lessons == "") | (Edition.stage == Stage.DRAFT))
    query = query.options(selectinload(Edition.phases)).order_by(Edition.id.desc()).limit(MOST_ON_A_DESK)
    return [matter for edition in session.scalars(query) if (matter := _matter(edition))]


def _matter(edition: Edition) -> Matter | None:
    now, vote = clock.now(), calendar.of_kind(edition.phases, PhaseKind.VOTE)
    parts, values = {"edition_id": edition.id}, {"title": told(edition, "title")}
    if edition.stage is Stage.DRAFT:
        first = min((phase.starts_at for phase in edition.phases), default=None)
        day = first and dates.local_day(first)
        return Matter(Why.DUE, UNFINISHED, "edition_plan.show", parts, values, day)
    if edition.box_id is None and vote and now < vote.ends_at and vote.starts_at < now + AHEAD:
        return Matter(
            Why.DUE, MAKE_READY, "edition_plan.show", parts, values, dates.local_day(vote.starts_at)
        )
    if calendar.is_over(edition.phases, now):
        return Matter(Why.DUE, LESSONS, "edition_plan.lessons", parts, values)
    return None
