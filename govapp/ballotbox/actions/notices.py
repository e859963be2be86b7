"""Emergency notices: the one way to tell all voters something, or to withdraw a choice, during a vote."""

from typing import Any

from sqlalchemy.orm import Session

from govapp.ballotbox import rules
from govapp.ballotbox.actions import batches
from govapp.ballotbox.events import NoticeAsked, NoticePublished
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.models.log import BoxNotice
from govapp.ballotbox.queries import box_keys, casting, log
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import Missing, NotNow, Unreadable, require
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_

NOT_OPEN = N_("Notices belong to a vote that is open.")
NO_LOG = N_("This box is so small that it has no public log: tell its voters in the room.")
NO_REASON = N_("Write down the reason: every voter will read it.")
PUBLISHED = N_("This notice is published already.")


def ask(session: Session, actor: Any, box_id: int, reason: str, item: str | None = None) -> BoxNotice:
    """The first of two people. item: what is withdrawn from the vote, as the ballot names it.

    Raises Denied, NotNow unless the box is open, Missing for what is not on the ballot, Unreadable.
    """
    box = fetch(session, BallotBox, box_id, lock=True)
    require(rules.may_run(actor, box))
    _require_open(box)
    if not reason.strip():
        raise Unreadable(NO_REASON)
    if item is not None and item not in items(session, box):
        raise Missing
    notice = BoxNotice(box_id=box_id, item=item, reason=reason.strip(), asked_by_id=actor.id)
    session.add(notice)
    session.flush()
    record(session, actor.id, NoticeAsked(box_id, notice.id))
    return notice


def publish(session: Session, keys: KeyFolder, actor: Any, notice_id: int) -> BoxNotice:
    """The second person confirms: the notice is a leaf of the log, and every voter sees it.

    Raises Denied, also for the first person; NotNow, Unavailable.
    """
    notice = fetch(session, BoxNotice, notice_id, lock=True)
    box_keys.hold_log(session, notice.box_id)
    box = fetch(session, BallotBox, notice.box_id, lock=True)
    require(rules.may_confirm_notice(actor, notice))
    _require_open(box)
    if notice.leaf is not None:
        raise NotNow(PUBLISHED)
    kind = {"kind": "withdrawal", "item": notice.item} if notice.item else {"kind": "announcement"}
    body = {**kind, "number": notice.id, "reason": notice.reason}
    leaf = batches.append_notice(session, keys, box, body)
    notice.confirmed_by_id, notice.leaf = actor.id, leaf  # together: one of them alone is refused
    record(session, actor.id, NoticePublished(box.id, notice.id))
    return notice


def items(session: Session, box: BallotBox) -> list[str]:
    """What can still be withdrawn: the choices of the box that were not yet, unless it is a question."""
    gone = log.withdrawn(session, box.id)
    contests = casting.contests_of(session, box.id, box.config_hash or b"").values()
    return sorted({item for contest in contests for item in contest.items} - gone)


def _require_open(box: BallotBox) -> None:
    if box.status is not Status.OPEN:
        raise NotNow(NOT_OPEN)
    if box.is_room:
        raise NotNow(NO_LOG)
