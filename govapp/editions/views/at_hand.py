"""Who votes on this browser: the holder of a pass, or the account that is signed in. Nothing is written."""

from dataclasses import dataclass

from flask import current_app
from flask import session as cookie
from flask_login import current_user

from govapp.ballotbox.models import Status
from govapp.ballotbox.queries import casting
from govapp.ballotbox.rules import takes_ballots
from govapp.core import clock
from govapp.core.web import looking
from govapp.editions.models import Stage
from govapp.editions.queries import papers
from govapp.editions.queries.papers import Paper
from govapp.editions.rules import passes
from govapp.editions.rules.passes import Pass, Way
from govapp.rolls import queries as rolls

PASS = "pass"
HANDED_OVER = "handed_over"  # the edition whose station gave this device to a voter; its officer is signed in


@dataclass(frozen=True)
class AtHand:
    """voter: the id by which the box knows them, "" for somebody who is not known here."""

    paper: Paper
    voter: str
    way: Way

    @property
    def keeps(self) -> bool:
        """Whether the device may keep an unfinished ballot."""
        return self.way in passes.KEEPING


def look(edition_id: int) -> AtHand:
    """The edition, and who votes in it here. A pass is renewed by this. Raises Missing."""
    paper = papers.paper(looking(), edition_id)
    given = passes.read(current_app.extensions["link_signer"], cookie.get(PASS, ""))
    if given is not None and _is_good(given, paper):
        _keep(given)
        return AtHand(paper, given.voter, given.way)
    if is_handed_over() or paper.roll_id is None or not current_user.is_authenticated:
        return AtHand(paper, "", Way.ACCOUNT)
    voter = rolls.voter_of_account(looking(), paper.roll_id, current_user)
    return AtHand(paper, voter.voter_id if voter else "", Way.ACCOUNT)


def give_pass(edition_id: int, voter: str, way: Way) -> None:
    """From now on this browser votes for this voter."""
    _keep(Pass.new(edition_id, voter, way))


def drop_pass() -> None:
    cookie.pop(PASS, None)


def is_handed_over() -> bool:
    return HANDED_OVER in cookie


def standing(paper: Paper) -> str:
    """Where its vote stands at this moment: called-off, annulled, not-yet, open or over."""
    if paper.stage is Stage.CALLED_OFF:
        return "called-off"
    if paper.status is Status.ANNULLED:
        return "annulled"
    if paper.box_id is None or paper.status is Status.PREPARING:
        return "over" if paper.closes_at and paper.closes_at <= clock.now() else "not-yet"
    at = casting.now(looking(), paper.box_id)
    if takes_ballots(at.status, at.opens_at, at.closes_at, at.at):
        return "open"
    return "not-yet" if at.status is Status.OPEN and at.at < at.opens_at else "over"


def _is_good(given: Pass, paper: Paper) -> bool:
    if given.edition_id != paper.id:
        return False
    if given.way not in passes.BY_CODE:
        return True
    return passes.is_of(given, papers.code_made_at(looking(), given.voter))


def _keep(given: Pass) -> None:
    cookie[PASS] = passes.written(current_app.extensions["link_signer"], given)
