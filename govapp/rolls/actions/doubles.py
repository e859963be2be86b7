"""Two entries of a roll that are perhaps the same person: one is struck, or they are two people."""

from typing import Any

from sqlalchemy.orm import Session

from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow
from govapp.core.language import N_
from govapp.rolls import queries
from govapp.rolls.actions import keeping
from govapp.rolls.actions.claims import change, decided
from govapp.rolls.events import RollDoubleSettled
from govapp.rolls.models import RollEntry, Standing
from govapp.rolls.models.claims import RollClaim, Wish
from govapp.rolls.queries import doubles

SETTLED = N_("These two are no longer taken for one person: it was decided, or one of them was corrected.")


def strike(session: Session, actor: Any, entry_id: int, twin_id: int, why: str) -> RollClaim:
    """Strike an entry whose person stands on the roll once more, by which they vote from now on.

    The account that votes by the struck entry is taken for the other, unless one votes by that already.
    Raises Denied, Missing, NotNow.
    """
    entry, twin = _two(session, actor, entry_id, twin_id)
    account = queries.account_of(session, entry)
    changes = change(entry, {"standing": Standing.STRUCK})
    entry.is_corrected = True  # a file does not put it back
    if account is not None and queries.account_of(session, twin) is None:
        entry.user_id = None
        session.flush()  # an account stands on a roll once
        twin.user_id = account
    return _settled(session, actor, entry, twin, why, changes)


def keep_apart(session: Session, actor: Any, entry_id: int, twin_id: int, why: str) -> RollClaim:
    """They are two people, and are not asked about again. Raises Denied, Missing, NotNow."""
    entry, twin = _two(session, actor, entry_id, twin_id)
    return _settled(session, actor, entry, twin, why, {})


def _two(session: Session, actor: Any, entry_id: int, twin_id: int) -> tuple[RollEntry, RollEntry]:
    keeping(session, actor, fetch(session, RollEntry, entry_id).roll_id)
    entry, twin = (fetch(session, RollEntry, each, lock=True) for each in (entry_id, twin_id))
    if twin not in doubles.of_entry(session, entry):
        raise NotNow(SETTLED)
    return entry, twin


def _settled(
    session: Session, actor: Any, entry: RollEntry, twin: RollEntry, why: str, changes: dict[str, Any]
) -> RollClaim:
    made = RollClaim(roll_id=entry.roll_id, entry=entry, twin=twin, wish=Wish.STRIKE, changes=changes)
    is_one = bool(changes)
    decided(made, actor, is_one, why)
    session.add(made)
    session.flush()
    record(session, actor.id, RollDoubleSettled(entry.roll_id, entry.id, made.id, is_one))
    return made
