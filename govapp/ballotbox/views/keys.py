"""The key of a box and those who keep it: naming them, making sheets, receiving them, trying two."""

from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, url_for
from flask_login import current_user

from govapp.accounts.models.posts import Role
from govapp.accounts.queries import people
from govapp.accounts.queries.posts import holders as holders_of
from govapp.ballotbox import rules
from govapp.ballotbox.actions import setup
from govapp.ballotbox.forms.keys import DeedForm, HoldersForm, OpeningForm, SheetsForm
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.views.steps import box_of
from govapp.core.errors import NotNow, Refused
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import guarded, looking, page, proved, session
from govapp.ledger.marks import fingerprint
from govapp.ledger.shares import Sheet

bp = Blueprint("keys", __name__)

SHOWN_ONCE = N_(
    "These sheets were shown once and are not shown again. If one was not printed, make new ones: those of"
    " before are worth nothing then."
)
NO_KEYS_YET = N_("The sheets of this box are not made yet.")


@bp.route("/boxes/<int:box_id>/key-holders", methods=["GET", "POST"])
@guarded(rules.may_run, box_of)
def holders(box_id: int) -> Any:
    box, form = _preparing(box_id), HoldersForm()
    area = box.post.area
    at_hand = holders_of(looking(), Role.KEY_HOLDER, area) if area else []
    if not form.is_submitted():
        known = [each.user for each in box.key_holders] or at_hand
        for field, person in zip(form.people, known, strict=False):
            field.data = person.email
    if form.sent() and (ids := _found(form)):
        try:
            setup.name_key_holders(session(), current_user, box_id, ids)
        except Refused as refused:
            form.form_errors.append(_(refused.message) % refused.values)
        else:
            flash(_("The key-holders are named. Make the sheets when all three are here."), "good")
            return redirect(url_for("running.show", box_id=box_id), 303)
    status = 422 if form.errors else 200
    return page("ballotbox/keys_holders.html", box=box, form=form, at_hand=at_hand, status=status)


@bp.route("/boxes/<int:box_id>/sheets", methods=["GET", "POST"])
@guarded(rules.may_run, box_of)
@proved
def make(box_id: int) -> Any:
    """The answer to the form is the only time that anybody sees the sheets."""
    box = _preparing(box_id)
    if box.is_room:
        return _make_room_key(box)
    form = SheetsForm()
    if form.sent():
        if form.made.data != _made(box):
            raise NotNow(SHOWN_ONCE)
        try:
            keys, passphrase = current_app.extensions["keys"], form.passphrase.data
            return _shown(box, setup.make_sheets(session(), keys, current_user, box_id, passphrase))
        except Refused as refused:
            form.passphrase.errors = [_(refused.message) % refused.values]
    form.made.data = _made(box)
    return page("ballotbox/keys_make.html", box=box, form=form, status=422 if form.errors else 200)


@bp.route("/boxes/<int:box_id>/key", methods=["GET", "POST"])
@guarded(rules.is_key_holder, box_of)
def show(box_id: int) -> Any:
    """A key-holder's own page."""
    if DeedForm().sent():
        setup.receive_sheet(session(), current_user, box_id)
        flash(_("Written down: you hold your sheet."), "good")
        return redirect(url_for(".show", box_id=box_id), 303)
    box = box_of(session(), box_id)
    mine = next(each for each in box.key_holders if each.user_id == current_user.id)
    mark = fingerprint(box.public_key) if box.public_key else ""
    return page("ballotbox/keys_show.html", box=box, mine=mine, mark=mark)


@bp.route("/boxes/<int:box_id>/trial", methods=["GET", "POST"])
@guarded(rules.may_take_part, box_of)
def trial(box_id: int) -> Any:
    """Two sheets are typed and joined; what they make is compared with the key of the box, and forgotten."""
    box, form = _preparing(box_id), OpeningForm()
    if box.is_room or box.public_key is None:
        raise NotNow(setup.NOT_A_ROOM if box.is_room else NO_KEYS_YET)
    if form.sent() and (private := form.joined(box)):
        setup.try_sheets(session(), current_user, box_id, private)
        flash(_("The two sheets fit: together they open this box, and no other."), "good")
        return redirect(url_for("running.show", box_id=box_id), 303)
    answer = make_response(
        page("ballotbox/keys_trial.html", box=box, form=form, status=422 if form.errors else 200)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _preparing(box_id: int) -> BallotBox:
    """The box while its keys can be changed; raises NotNow. Looks only: the action locks it."""
    box = box_of(looking(), box_id)
    if box.status is not Status.PREPARING:
        raise NotNow(setup.NOT_PREPARING)
    return box


def _made(box: BallotBox) -> str:
    return box.public_key.hex() if box.public_key else "none"


def _make_room_key(box: BallotBox) -> Any:
    if DeedForm().sent():
        setup.make_room_key(session(), current_app.extensions["keys"], current_user, box.id)
        flash(_("The key of the box is made. It stays on this server until the box is opened."), "good")
        return redirect(url_for("running.show", box_id=box.id), 303)
    return page("ballotbox/keys_make_room.html", box=box)


def _shown(box: BallotBox, sheets: tuple[Sheet, ...]) -> Any:
    """The three sheets, to be printed one by one. Nothing of them is kept anywhere."""
    made = box_of(session(), box.id)
    whole = page(
        "ballotbox/keys_sheets.html",
        box=made,
        sheets=list(zip(made.key_holders, sheets, strict=True)),
        mark=fingerprint(made.public_key or b""),
    )
    answer = make_response(whole)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _found(form: HoldersForm) -> list[int]:
    """The three accounts; [] where one is not known or named twice, and then the form says which."""
    found: list[int] = []
    for field in form.people:
        person = people.by_email(looking(), field.data)
        if person is None or person.verified_at is None:
            field.errors = [
                _(
                    "There is no account with the address %(email)s. The person opens one first.",
                    email=field.data,
                )
            ]
        elif person.id in found:
            field.errors = [_("This person is named already. Name three different people.")]
        else:
            found.append(person.id)
    return [] if form.errors else found
