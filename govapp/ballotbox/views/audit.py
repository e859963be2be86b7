"""The auditors' page of a box: both verdicts line by line, histories, and who did what with the keys."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user

from govapp.ballotbox import wording
from govapp.ballotbox.actions import bundles
from govapp.ballotbox.models import BallotBox, Openings, Status
from govapp.ballotbox.queries import audit, log
from govapp.ballotbox.rules import may_audit
from govapp.ballotbox.views.downloads import NO_BUNDLE, bundle_file
from govapp.ballotbox.views.public import configuration, grouped
from govapp.core.audit import AuditEntry
from govapp.core.db import fetch
from govapp.core.errors import NotNow
from govapp.core.language import gettext as _
from govapp.core.web import guarded, one, page, session
from govapp.verifier.verdict import Finding

bp = Blueprint("box_audit", __name__, url_prefix="/boxes/<int:box_id>/audit")

KINDS = {  # of tag
    Finding.HOLDS: "done",
    Finding.FAILS: "bad",
    Finding.NOT_ALLOWED: "todo",
    Finding.NOT_NEEDED: "todo",
}
SENTENCES = {event.__name__: words for event, words in wording.DEEDS.items()}


@bp.get("")
@guarded(may_audit, one(BallotBox))
def show(box_id: int) -> Any:
    box = fetch(session(), BallotBox, box_id)
    is_opened = box.status is Status.OPENED and not box.is_room
    return page(
        "ballotbox/audit.html",
        box=box,
        state=wording.STATUSES[box.status],
        bundles=[(audience, each) for audience, each in sorted(audit.bundles(session(), box_id).items())],
        audiences=wording.AUDIENCES,
        findings=wording.findings,
        found=wording.FINDINGS,
        kinds=KINDS,
        in_short=wording.in_short,
        histories=audit.histories(session(), box_id, box.superseded or 0) if is_opened else None,
        size=log.size(session(), box_id),
        checkpoints=log.checkpoints(session(), box_id),
        notices=log.notices(session(), box_id),
        deeds=audit.deeds(session(), box_id),
        sentence=_sentence,
        job=audit.verification(session(), box_id),
        config_hash=grouped(box.config_hash.hex()) if box.config_hash else "",
        log_key=configuration(box).get("log_key", ""),
    )


@bp.post("/verify")
@guarded(may_audit, one(BallotBox))
def verify(box_id: int) -> Any:
    bundles.ask_verification(session(), current_user, box_id)
    flash(_("Both bundles are verified anew. What comes of it stands here and in the log of deeds."), "good")
    return redirect(url_for(".show", box_id=box_id), 303)


@bp.get("/bundle.zip")
@guarded(may_audit, one(BallotBox))
def bundle(box_id: int) -> Any:
    if Openings.AUDITORS not in audit.bundles(session(), box_id):
        raise NotNow(NO_BUNDLE)
    return bundle_file(box_id, Openings.AUDITORS, f"box-{box_id}-auditors.zip")


def _sentence(entry: AuditEntry) -> str:
    return _(SENTENCES[entry.event]) % dict(entry.details)
