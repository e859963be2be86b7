"""The ballot and its receipt. Nothing about the voter is written here but the sealed ballot itself."""

from typing import Any

from flask import Blueprint, current_app, redirect, url_for
from flask_login import current_user

from govapp.ballotbox.actions import casting
from govapp.ballotbox.actions.casting import Receipt
from govapp.ballotbox.models import Channel, Status
from govapp.ballotbox.queries import log
from govapp.ballotbox.queries.casting import now, stored, took_part
from govapp.ballotbox.rules import BALLOTS_A_MINUTE, takes_ballots, tickets
from govapp.ballotbox.rules.tickets import Ticket
from govapp.ballotbox.views.receipts import receipt_room
from govapp.core.errors import Missing, NotNow, Unreadable
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.pace import Pace
from govapp.core.web import looking, page, public, quiet, session, signed_in
from govapp.ledger import codes
from govapp.questions import queries
from govapp.questions.forms import BallotForm
from govapp.questions.queries import Paper

bp = Blueprint("questions", __name__)

PACE = Pace(most=BALLOTS_A_MINUTE)
GROWN_OLD = N_("This form was open for too long. Send it once more: your answer is still chosen.")


@bp.get("/questions")
@signed_in
@quiet
def index() -> Any:
    return page(
        "questions/index.html",
        open=queries.to_answer(session(), current_user.id),
        over=queries.answered(session(), current_user.id),
    )


@bp.get("/boxes/<int:box_id>/question")
@public
@quiet
def of_box(box_id: int) -> Any:
    """From the public page of a box to its ballot."""
    question = queries.of_box(session(), box_id)
    if question is None:
        raise Missing
    return redirect(url_for(".vote", question_id=question.id), 303)


@bp.route("/questions/<int:question_id>/vote", methods=["GET", "POST"])
@signed_in
@quiet
def vote(question_id: int) -> Any:
    paper, form = queries.paper(looking(), question_id, current_user.id), BallotForm()
    if not form.sent():
        return _ballot(paper, form)
    signer = current_app.extensions["link_signer"]
    ticket = tickets.read_for(signer, form.ticket.data or "", paper.box_id, paper.voter)
    if ticket is None:
        form.form_errors.append(_(GROWN_OLD))
        return _ballot(paper, form)
    PACE.count(paper.voter)
    return _cast(paper, form, ticket)


def _cast(paper: Paper, form: BallotForm, ticket: Ticket) -> Any:
    keys, database = current_app.extensions["keys"], current_app.extensions["database"]
    try:
        receipt = casting.cast_at_once(
            database, looking(), keys, ticket, form.answer.data, paper.box, district=""
        )
    except (NotNow, Unreadable) as refused:
        form.form_errors.append(_(refused.message) % refused.values)
        return _ballot(paper, form, status=refused.status)
    return _receipt(paper, receipt)


def _ballot(paper: Paper, form: BallotForm, status: int = 0) -> Any:
    keys, present = current_app.extensions["keys"], None
    room: dict[str, Any] = {"paper": paper, "form": form, "notices": log.notices(looking(), paper.box_id)}
    at = now(looking(), paper.box_id)
    is_open = takes_ballots(at.status, at.opens_at, at.closes_at, at.at)
    if at.status in (Status.OPEN, Status.CLOSED):
        present = stored(looking(), keys, paper.box_id, paper.voter)
    if not is_open or present is None or present.channel is Channel.PAPER:
        return page(
            "questions/not_now.html",
            present=present,
            is_early=at.at < at.opens_at,
            opens_at=at.opens_at,
            took_part=took_part(looking(), paper.box_id, paper.voter),
            status=status or 200,
            **room,
        )
    ticket = Ticket.new(paper.box_id, paper.voter, present.rev)
    form.ticket.data = tickets.written(current_app.extensions["link_signer"], ticket)
    return page(
        "questions/ballot.html",
        present=present,
        code=codes.grouped(present.code, 4) if present.code else "",
        status=status or (422 if form.errors else 200),
        **room,
    )


def _receipt(paper: Paper, receipt: Receipt) -> Any:
    room = receipt_room(paper.box_id, paper.title, receipt)
    again = url_for(".of_box", box_id=paper.box_id)
    return page("questions/receipt.html", paper=paper, again=again, **room)
