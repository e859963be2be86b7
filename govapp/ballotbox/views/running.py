"""Running a box: where it stands, the one next step, and everything else that can be done with it."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for
from flask_login import current_user

from govapp.accounts.rules.posts import posts_of
from govapp.accounts.wording import post_name
from govapp.ballotbox import queries, rules
from govapp.ballotbox.actions import closing, starting
from govapp.ballotbox.forms.keys import AnnulForm, DeedForm
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.queries import log
from govapp.ballotbox.rules import progress
from govapp.ballotbox.rules.progress import Next
from govapp.ballotbox.views.steps import DEEDS, NEXT, box_of, deed_of
from govapp.ballotbox.wording import STATUSES
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import guarded, page, proved, session, signed_in
from govapp.ledger.marks import fingerprint

bp = Blueprint("running", __name__)

FOR_ALL = {Next.TRIAL: "keys.trial"}  # steps that whoever takes part can take
FOR_HOLDERS = {Next.RECEIVE: "keys.show"}
FOR_STAFF = {
    Next.HOLDERS: "keys.holders",
    Next.KEYS: "keys.make",
    Next.CEREMONY: "ceremony.show",
    **{each: "running.step" for each in (Next.OPEN, Next.CLOSE, Next.FINISH, Next.DESTROY)},
}
NOT_YOU = N_("You destroyed the key yourself: somebody else signs for it.")


@bp.get("/boxes/mine")
@signed_in
def mine() -> Any:
    posts = [post.id for post in posts_of(current_user)]
    boxes = queries.boxes_of(session(), current_user.id, posts)
    sizes = queries.sizes_of_rolls(session(), [box.id for box in boxes])
    nexts = {box.id: NEXT[progress.next_of(box, sizes.get(box.id, 0))][0] for box in boxes}
    return page("ballotbox/run_mine.html", boxes=boxes, nexts=nexts, statuses=STATUSES, part_of=_part)


@bp.get("/boxes/<int:box_id>/run")
@guarded(rules.may_take_part, box_of)
def show(box_id: int) -> Any:
    box = box_of(session(), box_id)
    voters = sum(queries.roll_sizes(session(), box_id).values())
    step = progress.next_of(box, voters)
    newest = log.checkpoints(session(), box_id, most=1)
    return page(
        "ballotbox/run_show.html",
        box=box,
        voters=voters,
        step=step,
        heading=_(NEXT[step][0]),
        about=_(NEXT[step][1]),
        missing=_missing(box),
        way=_way(box, step),
        not_you=step is Next.COSIGN and current_user.id == box.keys_destroyed_by_id and _(NOT_YOU),
        checklist=_checklist(box, voters) if box.status is Status.PREPARING else (),
        received=progress.received(box),
        in_the_box=queries.in_the_box(session(), box_id) if box.is_room else None,
        logged=newest[0].size if newest else 0,
        notices=log.notices(session(), box_id),
        name=post_name(box.post),
        names=queries.names(session(), box.chair_id, box.keys_destroyed_by_id, box.cosigned_by_id),
        until=rules.objections_until(box),
        runs=rules.may_run(current_user, box),
        opens=rules.may_open(current_user, box),
        holds=rules.is_key_holder(current_user, box),
        state=STATUSES[box.status],
        mark=fingerprint(box.public_key) if box.public_key else "",
    )


@bp.route("/boxes/<int:box_id>/run/<step>", methods=["GET", "POST"])
@guarded(rules.may_run, deed_of)
@proved
def step(box_id: int, step: str) -> Any:
    deed, form = DEEDS[step], DeedForm()
    if form.sent():
        deed.do(session(), current_app.extensions["keys"], current_user, box_id)
        flash(_(deed.said), "good")
        return redirect(url_for(".show", box_id=box_id), 303)
    box = box_of(session(), box_id)
    if box.status is not deed.when:
        flash(_("This step was taken already, or its time has not come."), "warn")
        return redirect(url_for(".show", box_id=box_id), 303)
    return page("ballotbox/run_step.html", box=box, deed=deed, missing=_missing(box))


@bp.route("/boxes/<int:box_id>/cosign", methods=["GET", "POST"])
@guarded(rules.may_cosign, box_of)
@proved
def cosign(box_id: int) -> Any:
    if DeedForm().sent():
        closing.cosign_destruction(session(), current_user, box_id)
        flash(_("Signed: the key that joins names and ballots is destroyed."), "good")
        return redirect(url_for(".show", box_id=box_id), 303)
    box = box_of(session(), box_id)
    return page(
        "ballotbox/run_cosign.html", box=box, names=queries.names(session(), box.keys_destroyed_by_id)
    )


@bp.route("/boxes/<int:box_id>/annul", methods=["GET", "POST"])
@guarded(rules.may_run, box_of)
@proved
def annul(box_id: int) -> Any:
    """First the reason, then the same page once more with what cannot be undone."""
    form = AnnulForm()
    is_written = form.sent()
    if is_written and form.sure.data == "yes":
        closing.annul(session(), current_user, box_id, form.reason.data)
        flash(_("The vote is stopped. The reason stands on the page of the box."), "good")
        return redirect(url_for(".show", box_id=box_id), 303)
    back_to_words = form.sure.data == "back"
    return page(
        "ballotbox/run_annul.html",
        box=box_of(session(), box_id),
        form=form,
        is_written=is_written and not back_to_words,
        status=422 if form.errors else 200,
    )


def _missing(box: BallotBox) -> str:
    """What the opening would refuse with, in words; "" once the box is open or ready for it."""
    if box.status is not Status.PREPARING:
        return ""
    missing = starting.missing_for_opening(session(), box)
    return _(missing) if missing else ""


def _way(box: BallotBox, step: Next) -> str:
    """Where the next step is taken; "" where this person only waits for it."""
    if step in FOR_STAFF and rules.may_run(current_user, box):
        more: dict[str, Any] = {"step": step.value} if FOR_STAFF[step] == "running.step" else {}
        return url_for(FOR_STAFF[step], box_id=box.id, **more)
    if step in FOR_ALL:
        return url_for(FOR_ALL[step], box_id=box.id)
    if step in FOR_HOLDERS and _holds_nothing_yet(box):
        return url_for(FOR_HOLDERS[step], box_id=box.id)
    if step is Next.COSIGN and rules.may_cosign(current_user, box):
        return url_for(".cosign", box_id=box.id)
    if step is Next.ROOM and rules.may_open(current_user, box):
        return url_for("ceremony.room", box_id=box.id)
    return url_for("ceremony.record", box_id=box.id) if step is Next.DONE else ""


def _holds_nothing_yet(box: BallotBox) -> bool:
    return any(each.user_id == current_user.id and not each.received_at for each in box.key_holders)


def _checklist(box: BallotBox, voters: int) -> list[dict[str, Any]]:
    """What must be there before the box can be opened for votes, as the list of tasks wants it."""
    needed: tuple[tuple[str, bool, str], ...]
    if box.is_room:
        needed = (
            (N_("People on the roll"), bool(voters), ""),
            (N_("The chair is named"), box.chair_id is not None, ""),
            (N_("The key of the box is made"), box.public_key is not None, "keys.make"),
        )
    else:
        named, made = len(box.key_holders) == rules.KEY_HOLDERS, box.public_key is not None
        needed = (
            (N_("People on the roll"), bool(voters), ""),
            (N_("Three key-holders are named"), named, "keys.holders"),
            (N_("The three sheets are made"), made, "keys.make"),
            (N_("All three hold their sheets"), progress.received(box) == rules.KEY_HOLDERS, ""),
            (N_("Two sheets were tried"), box.tried_at is not None, "keys.trial" if made else ""),
        )
    staff = rules.may_run(current_user, box)
    return [
        {
            "label": _(label),
            "word": _("Done") if is_done else _("Missing"),
            "kind": "done" if is_done else "todo",
            "url": url_for(endpoint, box_id=box.id) if endpoint and staff else "",
        }
        for label, is_done, endpoint in needed
    ]


def _part(box: BallotBox) -> str:
    """What a person is to a box of theirs."""
    for holder in box.key_holders:
        if holder.user_id == current_user.id:
            return _("You keep sheet %(number)s", number=holder.number)
    return _("You are its chair") if box.chair_id == current_user.id else _("You run it")
