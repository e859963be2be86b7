"""What programs and observers take from a box: its configuration, notes, proofs, feed and bundle."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request

from govapp.ballotbox.models import BallotBox, Openings
from govapp.ballotbox.models.log import Checkpoint
from govapp.ballotbox.queries import audit, log
from govapp.ballotbox.views.public import NO_LOG, address, configuration, seen
from govapp.core.errors import Missing, Unreadable
from govapp.core.language import N_
from govapp.core.web import looking, public
from govapp.ledger.canonical import to_base64

bp = Blueprint("box_downloads", __name__, url_prefix="/boxes/<int:box_id>")

IN_FEED = 50
MOST_DIGITS = 9

NO_CHECKPOINT = N_("The log of this box has no checkpoint of that size.")
NO_BUNDLE = N_("There is no bundle yet: it is made when the ballots are opened and counted.")
NOT_FROZEN = N_("The configuration is published when voting is opened.")
SIZES = N_("Ask for a proof with ?from=…&to=…, two sizes of the log from 1 to %(size)s, the smaller first.")


@bp.get("/configuration.json")
@public
def frozen(box_id: int) -> Any:
    """To the byte what was hashed."""
    box = seen(box_id)
    if box.config is None:
        raise Missing(NOT_FROZEN)
    return _file(box.config, "application/json", f"box-{box_id}-configuration.json")


@bp.get("/checkpoint")
@public
def checkpoint(box_id: int) -> Any:
    """The newest signed note, or with ?size= the one of that size."""
    box = seen(box_id)
    size = _number("size")
    found = _checkpoints(box, 1) if size is None else [looking().get(Checkpoint, (box_id, size))]
    if not found or found[0] is None:
        raise Missing(NO_CHECKPOINT)
    return Response(found[0].note, content_type="text/plain; charset=utf-8")


@bp.get("/checkpoints.atom")
@public
def feed(box_id: int) -> Any:
    box = seen(box_id)
    notes = _checkpoints(box, IN_FEED)
    body = render_template(
        "ballotbox/checkpoints.xml", box=box, checkpoints=notes, address=address, rfc3339=rfc3339
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


@bp.get("/proof")
@public
def proof(box_id: int) -> Any:
    """That the log only grew between two sizes (RFC 6962 §2.1.2), for the programs of observers."""
    box = seen(box_id)
    newest = _checkpoints(box, 1)[0]
    first, last = _number("from"), _number("to")
    if first is None or last is None or not 1 <= first <= last <= newest.size:
        raise Unreadable(SIZES, size=newest.size)
    tree = log.tree(looking(), newest)
    body = {
        "origin": box.name,
        "log_key": configuration(box)["log_key"],
        "from": {"size": first, "root": to_base64(tree.root(first))},
        "to": {"size": last, "root": to_base64(tree.root(last))},
        "proof": [to_base64(each) for each in tree.consistency(first, last)],
    }
    return Response(json.dumps(body, indent=1), content_type="application/json")


@bp.get("/bundle.zip")
@public
def bundle(box_id: int) -> Any:
    seen(box_id)
    return bundle_file(box_id, Openings.PUBLIC, f"box-{box_id}.zip")


def bundle_file(box_id: int, audience: Openings, name: str) -> Response:
    """Raises Missing before it is made."""
    content = audit.content(looking(), box_id, audience)
    if content is None:
        raise Missing(NO_BUNDLE)
    return _file(content, "application/zip", name)


def rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _checkpoints(box: BallotBox, most: int) -> list[Checkpoint]:
    if box.is_room or box.config is None:
        raise Missing(NO_LOG)
    return list(log.checkpoints(looking(), box.id, most=most))


def _number(name: str) -> int | None:
    """A size in the address; None where there is none, or it is no number."""
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS else None


def _file(content: str | bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, content_type=kind)
