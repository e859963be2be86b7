"""Access codes of a roll: made in batches for letters, one by one for who lost theirs, and revoked.

In clear a code exists only while a job makes its file, and in that file, which is sealed and soon gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from govapp.accounts.models import WebSession
from govapp.accounts.rules.sign_in import require_proof
from govapp.core import cipher, clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.jobs import Job, enqueue
from govapp.core.language import N_
from govapp.ledger.codes import grouped
from govapp.ledger.codes import make as make_letters
from govapp.rolls import rules
from govapp.rolls.events import (
    RollBatchTaken,
    RollCodeRenewed,
    RollCodeRevoked,
    RollCodesAsked,
    RollCodesMade,
)
from govapp.rolls.models import Roll, RollEntry, RollStatus
from govapp.rolls.models.codes import Form, RollBatch, RollCode
from govapp.rolls.queries import VOTER_KEY
from govapp.rolls.queries import codes as queries

MAKE = "make_roll_codes"  # the kind of its job
SIZES = {Form.LETTERS: rules.LETTERS_A_FILE, Form.MERGE: rules.MERGED_A_FILE}
OVER = N_("The people on this roll are erased: there is nobody to make a code for.")
ALL_HAVE = N_("Everybody here has a code already. Renew one on the person's page if it was lost.")
STOPPED = N_("The vote of this roll was stopped. First take the roll over for the one held in its place.")
GONE = N_("This file is gone: it was taken, or its time is over. Renew the codes of those who got no letter.")
MAY_NOT_VOTE = N_("This person may not vote, so there is no code for them.")
NO_CODE = N_("There is no code to revoke.")


@dataclass(frozen=True)
class Keys:
    """Codes are hashed with one key, files sealed with another."""

    hashing: bytes = field(repr=False)
    sealing: bytes = field(repr=False)

    @classmethod
    def of(cls, signing_key: str) -> "Keys":
        purposes = (VOTER_KEY, "rolls/code-files")
        return cls(*(cipher.key_for(purpose, signing_key) for purpose in purposes))


@dataclass(frozen=True, repr=False)
class Posted:
    """Somebody's new code, as it goes on a letter."""

    entry_id: int
    name: str
    address: str
    district: str
    code: str

    @property
    def shown(self) -> str:
        return grouped(self.code)


def ask(
    session: Session, sign_in: WebSession, actor: Any, roll_id: int, form: Form, district: str | None
) -> Job:
    """Queue codes for everybody who may vote and has none, or for those of a district.

    Raises ProofNeeded, Denied, NotNow.
    """
    require_proof(sign_in, filling_in=True)
    roll = fetch(session, Roll, roll_id, lock=True)
    require(rules.may_keep(actor, roll))
    if roll.status is RollStatus.ERASED:
        raise NotNow(OVER)
    if rules.is_stopped(roll):
        raise NotNow(STOPPED)
    if not queries.lacking(session, roll.id, district):
        raise NotNow(ALL_HAVE)
    record(session, actor.id, RollCodesAsked(roll.id))
    payload = {"roll_id": roll.id, "form": form.value, "district": district}
    return enqueue(session, MAKE, payload, actor_id=actor.id, once=f"{MAKE}:{roll.id}")


def plan(session: Session, roll_id: int, form: Form, district: str | None) -> list[Posted]:
    """New codes for the next letters, as a postman walks; nothing is written yet."""
    return [
        Posted(entry.id, entry.name, entry.address, entry.district, make_letters(rules.CODE_LETTERS))
        for entry in queries.next_without(session, roll_id, district, SIZES[form])
    ]


def keep(
    session: Session,
    actor_id: int,
    batch: tuple[int, Form, str | None],
    posted: Sequence[Posted],
    content: bytes,
    keys: Keys,
) -> RollBatch | None:
    """Write the hashes of new codes and their sealed file down together; None when somebody has one by now.

    batch  roll, form and district, as they were asked for
    Raises NotNow once the vote was stopped.
    """
    roll_id, form, district = batch
    if rules.is_stopped(fetch(session, Roll, roll_id, lock=True)):
        raise NotNow(STOPPED)
    if queries.any_has(session, [each.entry_id for each in posted]):
        return None
    now = clock.now()
    rows = [
        {
            "entry_id": each.entry_id,
            "fingerprint": cipher.fingerprint(keys.hashing, each.code),
            "created_at": now,
        }
        for each in posted
    ]
    session.execute(insert(RollCode), rows)
    made = RollBatch(roll_id=roll_id, made_by_id=actor_id, form=form, district=district or "")
    made.number, made.letters = queries.batches_of(session, roll_id) + 1, len(posted)
    made.ends_at = now + rules.file_kept()
    session.add(made)
    session.flush()
    made.sealed = cipher.seal_bytes(keys.sealing, content, place(made.id))
    record(session, actor_id, RollCodesMade(roll_id, made.id, len(posted)))
    return made


def take(session: Session, sign_in: WebSession, actor: Any, batch_id: int, keys: Keys) -> bytes:
    """The content of a file with codes, for a day more. Raises ProofNeeded, Denied, NotNow."""
    require_proof(sign_in)
    batch = fetch(session, RollBatch, batch_id, lock=True)
    require(rules.may_keep(actor, batch.roll))
    now = clock.now()
    if batch.sealed is None or batch.ends_at <= now:
        raise NotNow(GONE)
    try:
        content = cipher.unseal_bytes(keys.sealing, batch.sealed, place(batch.id))
    except cipher.Unsealable as error:
        raise NotNow(GONE) from error
    if batch.taken_at is None:
        batch.taken_at, batch.ends_at = now, min(batch.ends_at, now + rules.KEPT_ONCE_TAKEN)
    record(session, actor.id, RollBatchTaken(batch.roll_id, batch.id))
    return content


def renew(session: Session, sign_in: WebSession, actor: Any, entry_id: int, keys: Keys) -> Posted:
    """A new code for one person, kept nowhere else; the one before is worth nothing now.

    Raises ProofNeeded, Denied; NotNow for who may not vote, and once the vote was stopped.
    """
    require_proof(sign_in)
    entry = fetch(session, RollEntry, entry_id, lock=True)
    require(rules.may_keep(actor, entry.roll))
    if rules.is_stopped(entry.roll):
        raise NotNow(STOPPED)
    if not rules.may_vote(entry):
        raise NotNow(MAY_NOT_VOTE)
    code = make_letters(rules.CODE_LETTERS)
    row = session.get(RollCode, entry.id) or RollCode(entry_id=entry.id)
    row.fingerprint, row.created_at = cipher.fingerprint(keys.hashing, code), clock.now()
    session.add(row)
    record(session, actor.id, RollCodeRenewed(entry.roll_id, entry.id))
    return Posted(entry.id, entry.name, entry.address, entry.district, code)


def revoke(session: Session, actor: Any, entry_id: int) -> None:
    """The person's code opens nothing any more. Raises Denied, NotNow."""
    entry = fetch(session, RollEntry, entry_id, lock=True)
    require(rules.may_keep(actor, entry.roll))
    if session.get(RollCode, entry.id) is None:
        raise NotNow(NO_CODE)
    session.execute(delete(RollCode).where(RollCode.entry_id == entry.id))
    record(session, actor.id, RollCodeRevoked(entry.roll_id, entry.id))


def drop_all(session: Session, roll_id: int) -> int:
    """No code of a roll opens anything any more, and no file holds one; how many there were."""
    mine = select(RollEntry.id).where(RollEntry.roll_id == roll_id)
    gone = session.execute(delete(RollCode).where(RollCode.entry_id.in_(mine)))
    for batch in session.scalars(select(RollBatch).where(RollBatch.roll_id == roll_id)):
        batch.sealed, batch.ends_at = None, min(batch.ends_at, clock.now())
    return int(getattr(gone, "rowcount", 0))


def forget_old(session: Session) -> None:
    """The contents of files whose time is over."""
    over = select(RollBatch).where(RollBatch.sealed.is_not(None), RollBatch.ends_at <= clock.now())
    for batch in session.scalars(over):
        batch.sealed = None


def place(batch_id: int) -> str:
    return f"roll_batches/{batch_id}"
