"""The bundle of a box that was opened: all that is published of it, packed and signed."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.ballotbox.events import BundlesVerificationAsked, BundlesVerified
from govapp.ballotbox.models import BallotBox, Openings, Status
from govapp.ballotbox.models.log import BoxBundle, Opening
from govapp.ballotbox.queries import audit, box_keys, log
from govapp.ballotbox.rules import may_audit
from govapp.core import clock, jobs
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow, require
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import bundle
from govapp.ledger.canonical import encode
from govapp.ledger.leaves import Kind, Vote, history
from govapp.verifier.verdict import Finding, Verdict
from govapp.verifier.verify import Progress, verify

NOT_OPENED = N_("There is a bundle once the ballots are opened.")
PACKED_AGAIN = "packed-again"  # a line of the verdict beside those of the verifier


def make(
    session: Session, keys: KeyFolder, box_id: int, audience: Openings, progress: Progress | None = None
) -> BoxBundle:
    """Pack, verify and keep the bundle for everybody or for auditors, in place of one of before.

    Raises NotNow before the ballots are opened and for a room box, Unavailable without the key that signs.
    """
    return keep(session, packed(session, keys, box_id, audience, progress))


def packed(
    session: Session, keys: KeyFolder, box_id: int, audience: Openings, progress: Progress | None = None
) -> BoxBundle:
    """The bundle, verified and not yet kept: long work that only looks. Raises as `make` does."""
    box = fetch(session, BallotBox, box_id)
    if box.status is not Status.OPENED or box.is_room:
        raise NotNow(NOT_OPENED)
    content = bundle.pack(box.name, files(session, box, audience), box_keys.signer(keys, box))
    verdict = verify(content, key=box_keys.signer(keys, box).key, progress=progress)
    return BoxBundle(
        box_id=box_id,
        audience=audience.value,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        verdict=_findings(verdict),
        made_at=clock.now(),
    )


def keep(session: Session, made: BoxBundle) -> BoxBundle:
    """Write a packed bundle down, in place of one of before."""
    return session.merge(made)


def ask_verification(session: Session, actor: Any, box_id: int) -> jobs.Job:
    """An auditor asks that both bundles are verified anew. Raises Denied, NotNow before there are any."""
    box = fetch(session, BallotBox, box_id)
    require(may_audit(actor, box))
    if len(audit.bundles(session, box_id)) < len(Openings):
        raise NotNow(NOT_OPENED)
    once = audit.verification_name(box_id)
    job = jobs.enqueue(session, "verify_box", {"box_id": box_id}, actor_id=actor.id, once=once)
    record(session, actor.id, BundlesVerificationAsked(box_id))
    return job


def verify_again(session: Session, keys: KeyFolder, box_id: int, progress: Progress | None = None) -> int:
    """Verify the bundles that were published, and pack them anew: the database must still give the same.

    What was published stays as it is; its verdict is the new one. How many checks failed.
    Raises NotNow before there are any, Unavailable without the key that signs.
    """
    box = fetch(session, BallotBox, box_id)
    kept = audit.bundles(session, box_id)
    if not kept:
        raise NotNow(NOT_OPENED)
    signer = box_keys.signer(keys, box)
    for audience, each in kept.items():
        found = _findings(verify(each.content, key=signer.key, progress=progress))
        again = bundle.pack(box.name, files(session, box, audience), signer)
        found[PACKED_AGAIN] = (Finding.HOLDS if again == each.content else Finding.FAILS).value
        each.verdict = found
    failed = sum(list(each.verdict.values()).count(Finding.FAILS.value) for each in kept.values())
    record(session, None, BundlesVerified(box_id, failed))
    return failed


def _findings(verdict: Verdict) -> dict[str, str]:
    return {line.check.value: line.finding.value for line in verdict.lines}


def files(session: Session, box: BallotBox, audience: Openings) -> Mapping[str, bytes]:
    """name -> content, as verifier/contents.py reads it."""
    for_auditors = audience is Openings.AUDITORS
    openings = session.execute(
        select(Opening.__table__).where(Opening.box_id == box.id).order_by(Opening.leaf)
    ).all()
    counted = [row for row in openings if row.is_counted]
    withheld: dict[str, int] = {} if for_auditors else (box.result or {})["withheld"]
    told = [row for row in counted if row.district not in withheld]
    result = {**(box.result or {}), "withheld": withheld, "files": {}}
    content: dict[str, Any] = {
        "leaves.json": [leaf.hex() for leaf in log.leaves(session, box.id)],
        "checkpoints.json": [each.note for each in reversed(log.checkpoints(session, box.id))],
        "notices.json": [body for _, body in log.bodies(session, box.id, Kind.NOTICE)],
        "voids.json": sorted(
            (body for _, body in log.bodies(session, box.id, Kind.VOID)), key=lambda body: body["voided"]
        ),
        "paper.json": [],
        "result.json": result,
    }
    if for_auditors or box.openings is Openings.PUBLIC:
        content["openings.json"] = [_opening(row) for row in told]
    else:
        content["ballots.json"] = sorted((_ballot(row) for row in told), key=encode)
    if for_auditors:
        content["audit.json"] = {
            "counted": {row.leaf.hex(): {"salt": row.salt.hex(), "rev": row.rev} for row in counted},
            "voided": {row.leaf.hex(): _vote(row) for row in openings if not row.is_counted},
        }
    packed = {name: encode(value) for name, value in content.items()}
    return {"configuration.json": (box.config or "").encode(), **packed}


def _ballot(row: Any) -> dict[str, Any]:
    return {"ballot": row.ballot, "district": row.district or None}


def _opening(row: Any) -> dict[str, Any]:
    past = history(row.salt, row.rev)
    return {"leaf": row.leaf.hex(), "nonce": row.nonce.hex(), "history": past.hex(), **_ballot(row)}


def _vote(row: Any) -> Any:
    return Vote(row.ballot, row.district or None, row.nonce, row.salt, row.rev).as_json()
