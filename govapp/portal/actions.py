"""What is noted when the log itself is used: the portal changes nothing else."""

from datetime import datetime

from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.core import throttle
from govapp.core.audit import record
from govapp.core.errors import TooMany, require
from govapp.core.jobs import Job, enqueue
from govapp.core.language import N_
from govapp.portal.events import LogExported, LogSearched, VerificationAsked
from govapp.portal.queries import audit
from govapp.portal.queries.audit import Wish
from govapp.portal.rules import may_read_log, may_see_chain

MOST_EXPORTED = 100_000
EXPORTS_AN_HOUR = 3


def note_search(session: Session, actor: User, wish: Wish) -> None:
    """Write down whom a reader of the log looks for; raises Denied."""
    require(may_read_log(actor))
    for user_id in sorted(wish.people):
        record(session, actor.id, LogSearched(user_id))


def export(session: Session, actor: User, wish: Wish, until: datetime, most: int = MOST_EXPORTED) -> int:
    """Write down that entries from before a moment leave as a file; how many. Raises Denied or TooMany."""
    require(may_read_log(actor))
    if throttle.goes_over(session, {f"export log {actor.id}": EXPORTS_AN_HOUR}, throttle.HOUR):
        raise TooMany(
            N_("The log can be downloaded %(count)s times an hour. Try again later."), count=EXPORTS_AN_HOUR
        )
    count = audit.count(session, wish, most, until)
    record(session, actor.id, LogExported(count))
    return count


def ask_verification(session: Session, actor: User) -> Job:
    """Have the chain verified by a worker; one that is asked for already is kept. Raises Denied."""
    require(may_see_chain(actor))
    record(session, actor.id, VerificationAsked())
    return enqueue(session, audit.VERIFICATION, {}, actor_id=actor.id, once=audit.VERIFICATION)
