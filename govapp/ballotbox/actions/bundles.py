"""The bundle of a box that was opened: all that is published of it, packed and signed."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.ballotbox.models import BallotBox, Openings, Status
from govapp.ballotbox.models.log import BoxBundle, Opening
from govapp.ballotbox.queries import box_keys, log
from govapp.core import clock
from govapp.core.db import fetch
from govapp.core.errors import NotNow
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import bundle
from govapp.ledger.canonical import encode
from govapp.ledger.leaves import Kind, Vote, history
from govapp.verifier.verify import Progress, verify

NOT_OPENED = N_("There is a bundle once the ballots are opened.")


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
        verdict={line.check.value: line.finding.value for line in verdict.lines},
        made_at=clock.now(),
    )


def keep(session: Session, made: BoxBundle) -> BoxBundle:
    """Write a packed bundle down, in place of one of before."""
    return session.merge(made)


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
