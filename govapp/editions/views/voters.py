"""Who votes in an edition: its roll in numbers, and whether they are those that the ballot box has."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user

from govapp.ballotbox import queries as boxes
from govapp.core import clock
from govapp.core.errors import NotNow
from govapp.core.language import gettext as _
from govapp.core.web import guarded, page, session
from govapp.editions import queries, rules, wording
from govapp.editions.actions import opening
from govapp.editions.forms.plan import DeedForm, RollForm
from govapp.editions.rules.plans import Part, remarks
from govapp.editions.views import tasks
from govapp.editions.views.subjects import edition_of
from govapp.rolls import queries as rolls

bp = Blueprint("edition_voters", __name__, url_prefix="/editions")


@bp.route("/<int:edition_id>/plan/voters", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def show(edition_id: int) -> Any:
    """One button, which does what comes next: a roll is made, or taken into the box once more."""
    form = DeedForm()
    edition = queries.show(session(), edition_id)
    if form.sent():
        try:
            if rules.needs_roll(edition):
                opening.make_roll(session(), current_user, edition_id)
                flash(_("The roll is there. Now bring people in."), "good")
            else:
                count = opening.take_voters(session(), current_user, edition_id)
                flash(_("%(count)s voters are in the ballot box.", count=count), "good")
            return redirect(url_for(".show", edition_id=edition_id), 303)
        except NotNow as refused:
            session().rollback()
            form.form_errors.append(_(refused.message) % refused.values)
            edition = queries.show(session(), edition_id)
    voters = queries.voters(session(), edition)
    may_take_over = rules.may_take_roll_over(edition)
    in_box = None
    if edition.box_id is not None and rules.is_ready(edition):
        in_box = sum(boxes.roll_sizes(session(), edition.box_id).values())
    found = remarks(edition, [], clock.now(), voters, **queries.of_roll(session(), edition))
    return page(
        "editions/plan/voters.html",
        edition=edition,
        form=form,
        voters=voters,
        in_box=in_box,
        needs_roll=rules.needs_roll(edition),
        people=rolls.people(session(), edition.roll_id) if may_take_over and edition.roll_id else 0,
        may_take_over=may_take_over,
        by_hand=rolls.by_hand(session(), edition.post_id) if rules.needs_roll(edition) else [],
        frozen=rules.is_frozen(edition),
        eligibility=wording.ELIGIBILITIES[edition.eligibility],
        notes=[tasks.said(each) for each in found if each.part is Part.VOTERS],
        status=422 if form.errors else 200,
    )


@bp.post("/<int:edition_id>/plan/voters/take-over")
@guarded(rules.may_plan, edition_of)
def take_over(edition_id: int) -> Any:
    """The roll of the vote that was stopped, for the one held in its place."""
    if DeedForm().sent():
        opening.take_roll_over(session(), current_user, edition_id)
        flash(_("The roll is taken over. Correct it if need be, and make new codes for letters."), "good")
    return redirect(url_for(".show", edition_id=edition_id), 303)


@bp.post("/<int:edition_id>/plan/voters/use")
@guarded(rules.may_plan, edition_of)
def use(edition_id: int) -> Any:
    """A roll that the office made by hand."""
    form = RollForm()
    if form.sent():
        opening.use_roll(session(), current_user, edition_id, form.roll.data)
        flash(_("The roll is that of this round now, and follows its plan."), "good")
    return redirect(url_for(".show", edition_id=edition_id), 303)
