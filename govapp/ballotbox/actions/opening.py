"""The opening: two key-holders bring their sheets together, and one process opens, checks and counts.

K_slot is destroyed by then, so nobody can tell whose a ballot is. Either everything fits and is written in
one transaction, or nothing has happened and the sheets are entered again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from govapp.ballotbox import queries, rules
from govapp.ballotbox.actions import batches
from govapp.ballotbox.events import BoxCounted, OpeningAsked
from govapp.ballotbox.models import BallotBox, Cast, Status, Superseded, Voided
from govapp.ballotbox.models.log import LogLeaf, Opening
from govapp.ballotbox.queries import box_keys, casting, log
from govapp.core import clock, jobs
from govapp.core.audit import record
from govapp.core.db import after_commit, fetch
from govapp.core.errors import NotNow, Unavailable, Unreadable, require
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.ledger import checkpoints, sealing, shares
from govapp.ledger.faults import Fault, Forged
from govapp.ledger.leaves import Kind, Vote, notice_leaf, tie_commitment, tie_seed
from govapp.ledger.tree import Tree

Tell = Callable[[int, int], None]  # opened so far, of how many
TELL_EVERY = 500
OPENINGS: Any = Opening.__table__

STILL_THERE = N_(
    "The key that joins names and ballots still lies on this server. Destroy it first, in front of all."
)
NOT_SIGNED_FOR = N_("A second person must sign that the key which joins names and ballots is destroyed.")
ANOTHER_KEY = N_(
    "These two sheets make another key than that of this ballot box: the passphrase is mistyped, or the "
    "sheets belong to another box. Nothing was opened."
)
DOES_NOT_FIT = N_(
    "The ballots in the database are not those of the log: %(why)s. Nothing was opened, and the sheets "
    "were not kept. Call the auditors before anything is done to this server."
)
NOT_CLOSED = N_("The box is opened once it is closed and the final checkpoint is signed.")
FIRST_ASK = N_("The other of the two must open the box first: both sign in for themselves.")


@dataclass(frozen=True)
class Opened:
    """A ballot with the leaf that it opens."""

    leaf: bytes
    vote: Vote


def joined(box: BallotBox, sheets: Iterable[str], passphrase: str) -> bytes:
    """The private key of the box that two typed sheets make.

    Raises Unreadable, whose words say which sheet and what is wrong with it, or that it is another key.
    """
    read = []
    for number, typed in enumerate(sheets, start=1):
        try:
            read.append(shares.read(typed))
        except Fault as error:
            raise Unreadable(N_("Sheet %(number)s: %(why)s"), number=number, why=_said(error)) from error
    try:
        private = shares.join(read, passphrase)
    except Fault as error:
        raise Unreadable("%(why)s", why=_said(error)) from error
    if box.public_key is None or sealing.public_of(private) != box.public_key:
        raise Unreadable(ANOTHER_KEY)
    return private


def ask_to_open(session: Session, actor: Any, box_id: int) -> BallotBox:
    """The first of the two who open a room box; a repeat by the same person changes nothing.

    Raises Denied, NotNow before it is closed.
    """
    box = fetch(session, BallotBox, box_id, lock=True)
    require(box.is_room and rules.may_open(actor, box))
    if box.status is not Status.FINAL:
        raise NotNow(NOT_CLOSED)
    if box.opening_asked_by_id is None:
        box.opening_asked_by_id = actor.id
        record(session, actor.id, OpeningAsked(box_id))
    return box


def open_room(session: Session, keys: KeyFolder, actor: Any, box_id: int) -> BallotBox:
    """The second of the two opens a room box: K_slot is destroyed, then the ballots are opened and counted.

    Raises Denied, NotNow without the first, Unavailable without the key of the box.
    """
    box = fetch(session, BallotBox, box_id, lock=True)
    require(box.is_room and rules.may_open(actor, box))
    if box.status is not Status.FINAL or box.opening_asked_by_id in (None, actor.id):
        raise NotNow(FIRST_ASK)
    private = keys.read(box_keys.file(box, box_keys.ROOM))
    if private is None or sealing.public_of(private) != box.public_key:
        raise Unavailable(box_keys.NO_KEY)
    keys.destroy(box_keys.file(box, box_keys.SLOT))
    box.keys_destroyed_at, box.keys_destroyed_by_id = clock.now(), box.opening_asked_by_id
    box.cosigned_by_id = actor.id
    return count(session, keys, actor, box_id, private)


def count(
    session: Session,
    keys: KeyFolder,
    actor: Any,
    box_id: int,
    private: bytes,
    tell: Tell = lambda done, total: None,
) -> BallotBox:
    """Open every ballot, check it against the log, count, and drop what was sealed.

    Raises Denied, NotNow, Unavailable where K_slot still lies on this server, Unreadable where ballots and
    log do not fit.
    """
    box = fetch(session, BallotBox, box_id, lock=True)
    require(rules.may_open(actor, box))
    require_ready(box, keys)
    try:
        counted, voided = _opened(session, box, private, tell)
        if not box.is_room:
            _check_log(session, keys, box)
            _check(session, box, counted, voided)
        tie_secret = _tie_secret(box, private)
    except Fault as error:
        raise Unreadable(DOES_NOT_FIT, why=_said(error)) from error
    box.result = _result(session, box, counted, tie_secret)
    box.opened_at = clock.now()
    rules.MOVES.take("count", actor, box)
    if not box.is_room:
        _write(session, box, counted, voided)
    for table in (Cast, Superseded, Voided):
        session.execute(delete(table).where(table.box_id == box_id))
    record(session, actor.id, BoxCounted(box_id, len(counted)))
    if not box.is_room:
        jobs.enqueue(session, "bundle_box", {"box_id": box_id}, once=f"bundle_box:{box_id}")
    room_file = box_keys.file(box, box_keys.ROOM)
    if box.is_room:
        after_commit(session, lambda: keys.destroy(room_file))
    return box


def require_ready(box: BallotBox, keys: KeyFolder) -> None:
    """K_slot and the private key never exist together: raises NotNow while one of them could be there."""
    if box.status is not Status.FINAL:
        raise NotNow(NOT_CLOSED)
    if box.keys_destroyed_at is None or keys.read(box_keys.file(box, box_keys.SLOT)) is not None:
        raise NotNow(STILL_THERE)
    if box.cosigned_by_id is None:
        raise NotNow(NOT_SIGNED_FOR)


def _opened(
    session: Session, box: BallotBox, private: bytes, tell: Tell
) -> tuple[list[Opened], list[Opened]]:
    """What was cast and what was voided, decrypted in memory; raises Forged or Malformed."""
    cast = session.scalars(select(Cast.sealed).where(Cast.box_id == box.id, Cast.sealed.is_not(None))).all()
    void = session.scalars(select(Voided.sealed).where(Voided.box_id == box.id)).all()
    found, total = [], len(cast) + len(void)
    each_sealed = (sealed or b"" for sealed in (*cast, *void))
    for done, vote in enumerate(sealing.unseal_all(each_sealed, private, box.name, box.room or 0)):
        if done % TELL_EVERY == 0:
            tell(done, total)
        found.append(Opened(vote.leaf(box.name), vote))
    tell(total, total)
    return found[: len(cast)], found[len(cast) :]


def _check_log(session: Session, keys: KeyFolder, box: BallotBox) -> None:
    """The log is the one that was signed last, from its first entry; raises Forged, Unavailable."""
    leaves = log.leaves(session, box.id)
    tree = Tree(leaves)
    newest = log.checkpoints(session, box.id, most=1)[0]
    signed = checkpoints.read(newest.note.encode(), box_keys.signer(keys, box).key, box.name)
    if (signed.size, signed.root) != (tree.size, tree.root()):
        raise Forged(N_("the log is not the one that was signed last"))
    batches.check_extends(keys, box, tree, newest)
    configuration = {"kind": "configuration", "hash": (box.config_hash or b"").hex()}
    if leaves[0] != notice_leaf(box.name, configuration):
        raise Forged(N_("what is voted on is not what the first entry of the log says"))


def _tie_secret(box: BallotBox, private: bytes) -> bytes | None:
    """What decides ties, as it was committed to before the first vote; raises Forged."""
    secret = box.tie_secret and sealing.unseal_secret(box.tie_secret, private, box.name)
    if (secret and tie_commitment(secret)) != box.tie_commitment:
        raise Forged(N_("the secret that decides ties is not the one that was committed to"))
    return secret


def _check(session: Session, box: BallotBox, counted: list[Opened], voided: list[Opened]) -> None:
    """Every entry of the log is accounted for, by exactly one of these; raises Forged."""
    logged = select(LogLeaf.leaf).where(LogLeaf.box_id == box.id, LogLeaf.kind == Kind.BALLOT)
    known = set(session.scalars(logged))
    leaves = {each.leaf for each in (*counted, *voided)}
    told = {bytes.fromhex(body["voided"]) for _, body in log.bodies(session, box.id, Kind.VOID)}
    changes = sum(each.vote.rev - 1 for each in (*counted, *voided))
    if len(leaves) != len(counted) + len(voided):
        raise Forged(N_("two ballots have the same entry"))
    if not leaves <= known:
        raise Forged(N_("a ballot has no entry in the log"))
    if {each.leaf for each in voided} != told:
        raise Forged(N_("the voided ballots are not those that the log names"))
    if not len(known) - len(leaves) == changes == box.superseded:
        raise Forged(N_("the entries of the log are more or fewer than the ballots that were cast"))


def _result(
    session: Session, box: BallotBox, counted: list[Opened], tie_secret: bytes | None
) -> dict[str, Any]:
    """What verifier/contents.py says of result.json, but for the files; of a room box its districts alone."""
    contests = casting.contests_of(session, box.id, box.config_hash or b"")
    ballots: dict[str, list[Any]] = {district: [] for district in contests}
    for each in counted:
        contest = contests[each.vote.district or ""]
        contest.check(each.vote.ballot)
        ballots[each.vote.district or ""].append(each.vote.ballot)
    newest = log.checkpoints(session, box.id, most=1)
    seed = tie_seed(tie_secret or b"", newest[0].root if newest else b"")
    withdrawn = log.withdrawn(session, box.id)
    results = {name: contest.count(ballots[name], seed, withdrawn) for name, contest in contests.items()}
    if box.is_room:
        if sum(queries.roll_sizes(session, box.id).values()) <= rules.OUTCOME_ONLY:
            return {"outcomes": {name: contests[name].outcome(found) for name, found in results.items()}}
        return {"districts": results}
    small = {name: len(cast) for name, cast in ballots.items() if cast and rules.is_small(len(cast))}
    return {
        "superseded": box.superseded,
        "withheld": small,
        "tie_secret": tie_secret and tie_secret.hex(),
        "districts": results,
    }


def _write(session: Session, box: BallotBox, counted: list[Opened], voided: list[Opened]) -> None:
    """The openings, ordered by leaf."""
    rows = [
        {
            "box_id": box.id,
            "leaf": each.leaf,
            "nonce": each.vote.nonce,
            "salt": each.vote.salt,
            "rev": each.vote.rev,
            "district": each.vote.district or "",
            "ballot": each.vote.ballot,
            "is_counted": is_counted,
        }
        for group, is_counted in ((counted, True), (voided, False))
        for each in group
    ]
    if rows:
        session.execute(insert(OPENINGS), sorted(rows, key=lambda row: row["leaf"]))


def _said(error: Fault) -> str:
    return _(error.message_id).format(**error.details)
