"""Ballot boxes that are broken on purpose: what each of these leaves out, the runs must find missing."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from govapp.ballotbox.actions import casting
from govapp.ballotbox.models import Cast
from govapp.ballotbox.queries import box_keys
from govapp.ballotbox.queries.casting import Now
from govapp.core import clock
from govapp.ledger import slots

AHEAD = timedelta(minutes=10)
THINKS = 0.2  # seconds between a look and what is written because of it: others fit in between
KEYLESS = (  # the table of ballots without its key, as the careless cast has it
    "ALTER TABLE cast_ballots DROP CONSTRAINT pk_cast_ballots",
)
ASK, NOW = casting.casting.now, clock.now
REQUIRE_OPEN = casting.require_open


def nothing() -> None:
    """All is as it should be."""


def check_then_insert() -> None:
    """No lock, and the key of the table is not relied on: is the slot free? Then the ballot goes in."""

    def into_free_slot(session: Session, values: dict[str, Any]) -> bool:
        taken = select(Cast.slot).where(Cast.box_id == values["box_id"], Cast.slot == values["slot"])
        if session.execute(taken).first() is not None:
            return False
        time.sleep(THINKS)
        session.execute(insert(Cast.__table__).values(values))
        return True

    casting.into_free_slot = into_free_slot
    leave_unlocked()


def go_the_long_way() -> None:
    """First ballots, too, are taken statement by statement: there the faults are."""
    casting.put_first = lambda *_given: False


def leave_unlocked() -> None:
    """The state of the box is looked at, and nothing keeps it so until the commit."""
    go_the_long_way()
    box_keys.share_box = lambda *_given: None


def be_slow() -> None:
    """No fault: time passes between the look at the state of the box and the writing, as on a busy server."""

    def require_open(session: Session, box_id: int, voter: str) -> str:
        district = REQUIRE_OPEN(session, box_id, voter)
        time.sleep(THINKS)
        return district

    casting.require_open = require_open
    go_the_long_way()


def trust_the_app() -> None:
    """The clock of the app decides, not that of the database."""

    def now(session: Session, box_id: int, voter: str = "") -> Now:
        return replace(ASK(session, box_id, voter), at=clock.now())

    casting.casting.now = now
    go_the_long_way()


def forget_forms() -> None:
    """A form that was sent twice is taken for another."""
    unseal = slots.unseal_entry

    def unseal_entry(*given: Any) -> slots.Entry:
        return replace(unseal(*given), token=secrets.token_bytes(slots.TOKEN_BYTES))

    slots.unseal_entry = unseal_entry


def clock_ahead() -> None:
    """No fault of the app's: its server's clock is wrong."""
    clock.now = lambda: NOW() + AHEAD


def clock_behind() -> None:
    clock.now = lambda: NOW() - AHEAD


def both(*parts: Callable[[], None]) -> Callable[[], None]:
    def break_() -> None:
        for part in parts:
            part()

    return break_


FAULTS: Mapping[str, Callable[[], None]] = {
    "": nothing,
    "hurried": nothing,  # the clerks know it themselves
    "check-then-insert": check_then_insert,
    "slow": be_slow,
    "slow-and-unlocked": both(be_slow, leave_unlocked),
    "forgetful": forget_forms,
    "ahead": clock_ahead,
    "behind": clock_behind,
    "ahead-and-trusted": both(clock_ahead, trust_the_app),
    "behind-and-trusted": both(clock_behind, trust_the_app),
}
