"""The ballot of a budget: choose, check, cast, take the receipt. Only the sealed ballot is written."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for

from govapp.ballotbox.actions import casting
from govapp.ballotbox.actions.casting import Receipt
from govapp.ballotbox.models import Channel, Status
from govapp.ballotbox.queries import log
from govapp.ballotbox.queries.casting import stored, took_part
from govapp.ballotbox.rules import BALLOTS_A_MINUTE, tickets
from govapp.ballotbox.rules.tickets import Ticket
from govapp.ballotbox.views.receipts import receipt_room
from govapp.core import text
from govapp.core.errors import Missing, NotNow, Unreadable
from govapp.core.files.keeping import StoredFile
from govapp.core.files.sending import send_thumbnail
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.pace import Pace
from govapp.core.translations import told
from govapp.core.web import by_htmx, looking, page, public, quiet, reflects_nothing
from govapp.editions.forms.ballot import (
    BallotForm,
    LeaveForm,
    advice,
    advice_on,
    meter_amount,
    meter_words,
    said,
)
from govapp.editions.queries import papers
from govapp.editions.queries.papers import Card, Sheet
from govapp.editions.rules import ballots
from govapp.editions.rules.ballots import Fault, Reading
from govapp.editions.views import at_hand
from govapp.editions.views.at_hand import AtHand

bp = Blueprint("edition_vote", __name__, url_prefix="/editions/<int:edition_id>/vote")

MOST_NAMED = 4  # projects of which any one could be taken out
PACE = Pace(most=BALLOTS_A_MINUTE)
LEFT = N_(
    "You left without casting: no ballot was put into the box now. "
    "Only if you had cast one before does that one still count."
)
FINISHED = N_("You have finished: the ballot that you cast is in the box. This device has forgotten you.")
GROWN_OLD = N_("This form was open for too long. Check the ballot once more: your choices are still here.")


@bp.route("", methods=["GET", "POST"])
@public
@quiet
@reflects_nothing
def ballot(edition_id: int) -> Any:
    """By POST with what was chosen so far: to search, to compare, to read on, to change what was checked."""
    here, form = at_hand.look(edition_id), BallotForm()
    form.sent()
    return _ballot(here, form)


@bp.route("/review", methods=["GET", "POST"])
@public
@quiet
def review(edition_id: int) -> Any:
    return _sent(edition_id, _check)


@bp.route("/cast", methods=["GET", "POST"])
@public
@quiet
def cast(edition_id: int) -> Any:
    return _sent(edition_id, _cast)


@bp.post("/finish")
@public
@quiet
def finish(edition_id: int) -> Any:
    """The voter leaves this device: it knows nobody any more."""
    form = LeaveForm()
    form.sent()
    at_hand.drop_pass()
    flash(_(LEFT) if form.is_early.data else _(FINISHED), "warn" if form.is_early.data else "good")
    return redirect(url_for("edition_door.show", edition_id=edition_id), 303)


@bp.get("/projects/<int:project_id>")
@public
@quiet
def project(edition_id: int, project_id: int) -> Any:
    """All words of a project, put into its card; a browser that asks by itself gets the ballot."""
    here = at_hand.look(edition_id)
    found = papers.project(looking(), edition_id, project_id)
    if not by_htmx():
        return redirect(url_for(".ballot", edition_id=edition_id), 303)
    words = told(found, "description", languages=here.paper.languages)
    return page("editions/vote/_words.html", words=words)


@bp.get("/pictures/<int:project_id>")
@public
@quiet
def picture(edition_id: int, project_id: int) -> Any:
    papers.paper(looking(), edition_id)
    found = papers.project(looking(), edition_id, project_id)
    kept = looking().get(StoredFile, found.picture_id) if found.picture_id else None
    if kept is None:
        raise Missing
    return send_thumbnail(kept, found.picture_name or found.code)


def _sent(edition_id: int, go_on: Callable[[AtHand, BallotForm, Sheet, Reading], Any]) -> Any:
    """Go on with a ballot that was sent; where it cannot be looked at, or must be mended, say so."""
    if request.method == "GET":  # reloaded, or in another language: what was chosen is on the device
        return redirect(url_for(".ballot", edition_id=edition_id), 303)
    here, form = at_hand.look(edition_id), BallotForm()
    sheet = _sheet(here) if form.sent() else None
    if sheet is None:
        return _too_late(here, form)
    reading = ballots.read(sheet.contest, form.typed, sheet.withdrawn)
    return _ballot(here, form) if reading.mistakes else go_on(here, form, sheet, reading)


def _check(here: AtHand, form: BallotForm, sheet: Sheet, reading: Reading) -> Any:
    assert here.paper.box_id is not None
    ticket = Ticket.new(here.paper.box_id, here.voter, sheet.present.rev)
    form.ticket.data = tickets.written(current_app.extensions["link_signer"], ticket)
    return page("editions/vote/review.html", form=form, **_room(here, sheet, reading))


def _cast(here: AtHand, form: BallotForm, sheet: Sheet, reading: Reading) -> Any:
    """In a transaction of its own, which has ended before the receipt is drawn."""
    paper, found = here.paper, current_app.extensions
    ticket = tickets.read_for(found["link_signer"], form.ticket.data or "", paper.box_id, here.voter)
    if ticket is None:
        form.form_errors.append(_(GROWN_OLD))
        return _ballot(here, form)
    PACE.count(here.voter)
    database, keys, district = found["database"], found["keys"], sheet.present.district
    try:
        receipt = casting.cast_at_once(database, looking(), keys, ticket, reading.ballot, paper.box, district)
    except (NotNow, Unreadable) as refused:
        form.form_errors.append(_(refused.message) % refused.values)
        return _ballot(here, form, status=refused.status)
    return _receipt(here, receipt)


def _sheet(here: AtHand) -> Sheet | None:
    """The ballot of whoever may vote here now by it; None for everybody else."""
    if not here.voter or at_hand.standing(here.paper) != "open":
        return None
    assert here.paper.box_id is not None
    present = stored(looking(), current_app.extensions["keys"], here.paper.box_id, here.voter)
    if present is None or present.channel is Channel.PAPER:
        return None
    notices = log.notices(looking(), here.paper.box_id)
    return papers.sheet(looking(), here.paper, here.voter, present, notices)


def _ballot(here: AtHand, form: BallotForm, status: int = 0) -> Any:
    """The ballot with what was chosen so far; its mistakes are told by those who came to cast it."""
    if not here.voter:
        return redirect(url_for("edition_door.show", edition_id=here.paper.id), 303)
    sheet = _sheet(here)
    if sheet is None:
        return _not_now(here, form, status)
    reading = ballots.read(sheet.contest, form.typed, sheet.withdrawn)
    if request.endpoint != "edition_vote.ballot":
        titles = sheet.titles
        form.project.errors = [said(each, titles) for each in reading.mistakes]
    return page(
        "editions/vote/ballot.html",
        form=form,
        shown=_shown(form, sheet),
        wrong=_wrong(reading) if form.project.errors else (),
        places=sorted({card.place for card in sheet.cards.values() if card.place}),
        categories=sorted({each for card in sheet.cards.values() for each in card.categories}),
        compared=[
            sheet.cards[each] for each in dict.fromkeys((form.one.data, form.two.data)) if each in sheet.cards
        ],
        status=status or (422 if form.errors else 200),
        **_room(here, sheet, reading),
    )


def _wrong(reading: Reading) -> set[str]:
    """The projects that must be mended themselves; of too many any will do."""
    told = [each for each in reading.mistakes if each.fault not in (Fault.TOO_MANY, Fault.OVER_POINTS)]
    return {code for each in told for code in each.projects[: MOST_NAMED if each.is_one_enough else None]}


def _shown(form: BallotForm, sheet: Sheet) -> set[str]:
    """The codes of what is looked for. The others stay in the form, where they are not seen."""
    terms, place, category = text.search_terms(form.q.data or ""), form.place.data, form.category.data

    def fits(card: Card) -> bool:
        is_there = (not place or card.place == place) and (not category or category in card.categories)
        return is_there and all(term in card.search_text for term in terms)

    return {code for code, card in sheet.cards.items() if fits(card)}


def _room(here: AtHand, sheet: Sheet, reading: Reading) -> dict[str, Any]:
    """What the ballot and its check both show."""
    contest = sheet.contest
    return {
        "here": here,
        "paper": here.paper,
        "sheet": sheet,
        "contest": contest,
        "reading": reading,
        "numbered": contest.kind in ballots.NUMBERED,
        "with_points": contest.kind in ballots.POINTS,
        "meter": ballots.meter(contest, reading.chosen),
        "meter_words": meter_words(contest.kind),
        "amount": meter_amount(contest.kind),
        "advice": advice(contest),
        "advice_on": advice_on(contest, reading.chosen, sheet.withdrawn),
        "most": ballots.most(contest),
        "notices": sheet.notices,
        "mark": ballots.mark(here.voter, here.paper.box.name) if here.keeps and here.paper.box else "",
    }


def _too_late(here: AtHand, form: BallotForm) -> Any:
    """A ballot was sent, and cannot be looked at: where that is because the box has closed, it is said."""
    if not here.voter or at_hand.standing(here.paper) != "over":
        return _ballot(here, form)
    form.form_errors.append(_(casting.TOO_LATE))
    return _ballot(here, form, status=NotNow.status)


def _not_now(here: AtHand, form: BallotForm, status: int) -> Any:
    """For those who cannot vote here at this moment: why, and what became of their ballot."""
    paper, present, part = here.paper, None, None
    standing = at_hand.standing(paper)
    if paper.box_id is not None and paper.box is not None:
        if paper.status in (Status.OPEN, Status.CLOSED):
            present = stored(looking(), current_app.extensions["keys"], paper.box_id, here.voter)
            if present is None:
                return redirect(url_for("edition_door.show", edition_id=paper.id), 303)
        part = took_part(looking(), paper.box_id, here.voter)
    return page(
        "editions/vote/not_now.html",
        here=here,
        paper=paper,
        form=form,
        standing=standing,
        present=present,
        took_part=part,
        notices=log.notices(looking(), paper.box_id) if paper.box_id else (),
        status=status or 200,
    )


def _receipt(here: AtHand, receipt: Receipt) -> Any:
    paper = here.paper
    assert paper.box_id is not None
    assert paper.box is not None
    return page(
        "editions/vote/receipt.html",
        here=here,
        paper=paper,
        again=url_for(".ballot", edition_id=paper.id),
        mark=ballots.mark(here.voter, paper.box.name),
        **receipt_room(paper.box_id, paper.title, receipt, here.keeps),
    )
