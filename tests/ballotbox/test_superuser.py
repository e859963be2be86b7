"""Somebody who can write into the database, past its triggers, but has no key: what they change is found
while it can still be looked into, that is before anything is signed, destroyed or dropped.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from govapp.ballotbox.actions.batches import ACCOUNTS
from govapp.ballotbox.models import BallotBox, Cast, Status, Superseded
from govapp.ballotbox.models.log import LogLeaf
from govapp.ballotbox.queries.casting import _KNOWN, CHANGED
from govapp.ballotbox.tasks import Porter
from govapp.core import jobs
from govapp.core.db import Database
from govapp.core.errors import Unavailable, Unreadable
from govapp.core.jobs import Task
from govapp.ledger import sealing
from govapp.ledger.leaves import Kind, Vote
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site

Deed = Callable[[Session, BallotBox], None]


def past_triggers(session: Session) -> None:
    """What the owner of the database can do."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    triggers = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in triggers:
        session.execute(text(f"DROP TRIGGER {name}"))


def forged(session: Session, box: BallotBox, ballot: str, rev: int) -> bytes:
    """A ballot of their own in a slot of somebody else, sealed to the box, with its entry in the log."""
    vote = Vote.new(ballot, None, rev)
    leaf, sealed = vote.leaf(box.name), sealing.seal(vote, box.public_key or b"", box.name, box.room or 0)
    slot = session.scalars(select(Cast.slot).where(Cast.box_id == box.id).limit(1)).one()
    session.execute(update(Cast).where(Cast.slot == slot).values(sealed=sealed, flushed=True))
    size = session.scalar(select(func.count()).select_from(LogLeaf).where(LogLeaf.box_id == box.id))
    row = {"box_id": box.id, "idx": size, "leaf": leaf, "kind": Kind.BALLOT, "batch": 9}
    session.execute(insert(LogLeaf).values(row))
    return sealed


def a_ballot_is_replaced_as_if_its_voter_had_changed_it(session: Session, box: BallotBox) -> None:
    forged(session, box, "no", 2)
    row = {"id": bytes(16), "box_id": box.id, "leaf_enc": bytes(60), "flushed": True}
    session.execute(insert(Superseded).values(row))


def an_entry_is_slipped_into_the_log(session: Session, box: BallotBox) -> None:
    forged(session, box, "no", 1)


def a_ballot_is_dropped(session: Session, box: BallotBox) -> None:
    slot = session.scalars(select(Cast.slot).where(Cast.box_id == box.id).limit(1)).one()
    session.execute(text("DELETE FROM cast_ballots WHERE slot = :slot"), {"slot": slot})


def what_was_superseded_is_dropped(session: Session, box: BallotBox) -> None:
    session.execute(text("DELETE FROM superseded_ballots"))


@pytest.mark.parametrize(
    "deed",
    [
        a_ballot_is_replaced_as_if_its_voter_had_changed_it,
        an_entry_is_slipped_into_the_log,
        a_ballot_is_dropped,
        what_was_superseded_is_dropped,
    ],
)
def test_before_the_final_checkpoint_it_is_not_signed_and_the_key_stays(
    deed: Deed, database: Database, tmp_path: Path
) -> None:
    site = _closed(database, tmp_path)
    _change(site, deed)
    with pytest.raises(Unavailable, match=ACCOUNTS[:40]):
        site.finish()
    with database.read() as session:
        assert session.get_one(BallotBox, site.box_id).status is Status.CLOSED
    assert [name for name in site.keys.names() if name.endswith(".slot")]


def another_tie_secret_is_sealed(session: Session, box: BallotBox) -> None:
    sealed = sealing.seal_secret(bytes(32), box.public_key or b"", box.name)
    session.execute(update(BallotBox).values(tie_secret=sealed))


def the_tie_secret_is_taken_away(session: Session, box: BallotBox) -> None:
    session.execute(update(BallotBox).values(tie_secret=None))


def a_ballot_is_replaced(session: Session, box: BallotBox) -> None:
    forged(session, box, "no", 1)


def the_end_of_the_log_is_cut_off(session: Session, box: BallotBox) -> None:
    session.execute(text("DELETE FROM log_leaves WHERE idx = (SELECT max(idx) FROM log_leaves)"))


def another_commitment_stands_there(session: Session, box: BallotBox) -> None:
    session.execute(update(BallotBox).values(config_hash=bytes(32)))


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (another_tie_secret_is_sealed, "the secret that decides ties"),
        (the_tie_secret_is_taken_away, "the secret that decides ties"),
        (a_ballot_is_replaced, "the log is not the one that was signed"),
        (the_end_of_the_log_is_cut_off, "the log is not the one that was signed"),
        (another_commitment_stands_there, "what is voted on is not what"),
    ],
)
def test_before_the_opening_nothing_is_opened(
    deed: Deed, told: str, database: Database, tmp_path: Path
) -> None:
    site = _closed(database, tmp_path)
    site.finish()
    site.destroy()
    _change(site, deed)
    with pytest.raises(Unreadable, match=told):
        site.open()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Cast)) == 30, "the ballots are still there"


def test_what_is_voted_on_is_read_by_its_commitment(database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path)

    def swap(session: Session, box: BallotBox) -> None:
        changed = (box.config or "").replace('"yes"', '"yea"')
        session.execute(update(BallotBox).values(config=changed))

    _change(site, swap)
    _KNOWN.clear()  # as in another process
    with pytest.raises(Unavailable, match=CHANGED[:40]):
        site.cast(site.voters[0], "yea")


def test_a_row_that_cannot_be_read_stops_its_own_box_alone(database: Database, tmp_path: Path) -> None:
    site = boxes.opened(database, tmp_path, voters=60)
    for voter in site.voters:
        site.cast(voter)
    _change(site, lambda session, box: session.execute(update(Cast).values(leaf_enc=bytes(84))))
    standing = {"publish_batches": Task(Porter(site.keys).publish_batches)}
    with site.begin() as session:
        job = jobs.enqueue(session, "publish_batches", {})
        session.flush()
        job_id = job.id
    assert jobs.work_all(database, standing) == 1
    with database.read() as session:
        assert session.get_one(jobs.Job, job_id).state is jobs.JobState.DONE, "it went on to the next box"
        assert session.scalar(select(func.count()).select_from(LogLeaf)) == 1


def _closed(database: Database, folder: Path) -> Site:
    """A closed box of thirty ballots, of which one was changed."""
    site = boxes.opened(database, folder, with_ties=True)
    for voter in site.voters:
        site.cast(voter)
    site.cast(site.voters[0], "no")
    site.close()
    return site


def _change(site: Site, deed: Any) -> None:
    with site.begin() as session:
        past_triggers(session)
        deed(session, session.get_one(BallotBox, site.box_id))
