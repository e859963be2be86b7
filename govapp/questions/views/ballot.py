"""The ballot and its receipt. Nothing about the voter is written here but the sealed ballot itself."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, current_app, redirect, url_for
from flask_login import current_user

from govapp.ballotbox.actions import casting
from govapp.ballotbox.actions.casting import Receipt
from govapp.ballotbox.models import BallotBox, Channel, Status
from govapp.ballotbox.queries import log
from govapp.ballotbox.queries.casting import Stored, state, stored, took_part
from govapp.ballotbox.rules import takes_ballots, tickets
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core.db import fetch
from govapp.core.errors import Denied, Missing, NotNow, Unreadable
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.pace import Pace
from govapp.core.web import looking, page, public, quiet, session, signed_in
from govapp.ledger import codes
from govapp.questions import queries
from govapp.questions.forms import BallotForm
from govapp.questions.models import Question

bp = Blueprint("questions", __name__)

PACE = Pace(most=10)  # ballots a minute of one voter
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
    question = fetch(looking(), Question, question_id)
    voter = queries.voter_of(looking(), question_id, current_user.id)
    if voter is None:
        raise Denied(casting.NO_VOTER)
    form = BallotForm()
    if not form.sent():
        return _ballot(question, voter, form)
    ticket = tickets.read(current_app.extensions["link_signer"], form.ticket.data or "")
    if ticket is None or (ticket.box_id, ticket.voter) != (question.box_id, voter):
        form.form_errors.append(_(GROWN_OLD))
        return _ballot(question, voter, form)
    PACE.count(voter)
    return _cast(question, voter, form, ticket)


def _cast(question: Question, voter: str, form: BallotForm, ticket: Ticket) -> Any:
    """In a transaction of its own, which has ended before the receipt is drawn."""
    keys = current_app.extensions["keys"]
    try:
        with current_app.extensions["database"].write.begin() as own:
            receipt = casting.cast(own, keys, ticket, form.answer.data)
    except (NotNow, Unreadable) as refused:
        form.form_errors.append(_(refused.message) % refused.values)
        return _ballot(question, voter, form, status=refused.status)
    return _receipt(question.box, receipt)


def _ballot(question: Question, voter: str, form: BallotForm, status: int = 0) -> Any:
    box, keys = question.box, current_app.extensions["keys"]
    room: dict[str, Any] = {
        "question": question,
        "box": box,
        "form": form,
        "notices": log.notices(looking(), box.id),
    }
    status_now, opens_at, closes_at, now = state(looking(), box.id)
    is_open = takes_ballots(status_now, opens_at, closes_at, now)
    present: Stored | None = None
    if box.status in (Status.OPEN, Status.CLOSED):
        present = stored(looking(), keys, box.id, voter)
    if not is_open or present is None or present.channel is Channel.PAPER:
        return page(
            "questions/not_now.html",
            present=present,
            is_early=now < opens_at,
            took_part=took_part(looking(), box.id, voter),
            status=status or 200,
            **room,
        )
    ticket = Ticket.new(box.id, voter, present.rev)
    form.ticket.data = tickets.written(current_app.extensions["link_signer"], ticket)
    return page(
        "questions/ballot.html",
        present=present,
        code=codes.grouped(present.code, 4) if present.code else "",
        status=status or (422 if form.errors else 200),
        **room,
    )


def _receipt(box: BallotBox, receipt: Receipt) -> Any:
    code = codes.grouped(receipt.code, 4) if receipt.code else ""
    words = _("Receipt %(code)s of the vote “%(title)s”", code=code, title=box.title)
    where = url_for("boxes.show", box_id=box.id, _external=True)
    body = "\n".join((words, where, "", receipt.promise))
    mail = f"mailto:?subject={quote(words)}&body={quote(body)}"
    return page("questions/receipt.html", box=box, receipt=receipt, code=code, mail=mail)
