"""How to vote: every way in, for whoever is not known to the vote yet. Nothing is written about who tries."""

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask_login import current_user

from govapp.accounts.rules.sign_in import network
from govapp.core import cipher, codes
from govapp.core.language import gettext as _
from govapp.core.pace import Pace
from govapp.core.web import looking, page, public, quiet
from govapp.editions.forms.ballot import CodeForm
from govapp.editions.rules.passes import Way
from govapp.editions.views import at_hand
from govapp.editions.views.at_hand import AtHand
from govapp.rolls import queries as rolls
from govapp.rolls import wording
from govapp.rolls.rules import CODE_LETTERS, CODES_A_MINUTE, may_vote

bp = Blueprint("edition_door", __name__, url_prefix="/editions/<int:edition_id>")

# Counted in memory: a right code is followed by a vote, and whatever the database kept of the try would tell
# when. A code has more than 60 random bits, so these only keep a careless program from asking without end.
PACE = Pace(most=CODES_A_MINUTE)
ALL = Pace(most=2_000)  # from everywhere together
EVERYWHERE = "everywhere"


@bp.get("/how-to-vote")
@public
@quiet
def show(edition_id: int) -> Any:
    return _door(at_hand.look(edition_id), CodeForm(formdata=None))


@bp.route("/code", methods=["GET", "POST"])
@public
@quiet
def code(edition_id: int) -> Any:
    """Any whole code that opens nothing gets the same answer, be it wrong, revoked or of another vote."""
    here, form = at_hand.look(edition_id), CodeForm()
    if not form.sent() or at_hand.is_handed_over():
        return _door(here, form)
    try:
        typed = codes.read(form.code.data, CODE_LETTERS)
    except ValueError as mistyped:
        form.code.errors = [str(mistyped)]
        return _door(here, form)
    ALL.count(EVERYWHERE)
    PACE.count(network(request.remote_addr or ""))
    key = cipher.key_for(rolls.VOTER_KEY, str(current_app.secret_key))
    roll_id = here.paper.roll_id
    voter = rolls.voter_of_code(looking(), roll_id, typed, key) if roll_id is not None else None
    if voter is None:
        form.code.errors = [
            _("This code does not open this vote. Look at the letter again, or ask the office.")
        ]
        return _door(here, form)
    at_hand.give_pass(edition_id, voter.voter_id, Way.BORROWED if form.is_borrowed.data else Way.CODE)
    return redirect(url_for("edition_vote.ballot", edition_id=edition_id), 303)


def _door(here: AtHand, form: CodeForm) -> Any:
    paper, told = here.paper, ""
    roll = rolls.whole(looking(), paper.roll_id) if paper.roll_id is not None else None
    if paper.roll_id is not None and current_user.is_authenticated and not here.voter:
        entry = rolls.entry_of_account(looking(), paper.roll_id, current_user.id)
        told = wording.told(entry) if entry is not None and not may_vote(entry) else ""
    return page(
        "editions/vote/door.html",
        told=told,
        remedy=wording.remedy(roll) if roll else "",
        here=here,
        paper=paper,
        form=form,
        standing=at_hand.standing(paper),
        is_known=current_user.is_authenticated,
        by_thaid=current_app.extensions["thaid"] is not None,
        handed_over=at_hand.is_handed_over(),
        status=422 if form.errors else 200,
    )
