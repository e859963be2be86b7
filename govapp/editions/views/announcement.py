"""The result as the authority announces it (ประกาศผลการลงคะแนน): a document to sign and to post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from govapp.ballotbox.models import BallotBox
from govapp.budgeting import queries as rounds
from govapp.budgeting.views import results
from govapp.budgeting.wording.of_rules import of_rule
from govapp.core import dates, documents, language
from govapp.core.db import fetch
from govapp.core.errors import NotNow
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import guarded, looking
from govapp.counting.rule import Rule
from govapp.editions import queries, rules, wording
from govapp.editions.actions.publishing import is_public
from govapp.editions.models import Edition, EditionProject, Envelope
from govapp.editions.queries import ballots
from govapp.editions.views.subjects import edition_of

bp = Blueprint("edition_announcement", __name__, url_prefix="/editions")

NO_RESULT = N_("There is no result to announce yet: the ballot box has not been opened and counted.")


@dataclass(frozen=True)
class Line:
    """A project and what became of it. cost in satang; reason "" where it is not told."""

    title: str
    cost: int
    reason: str = ""


@dataclass(frozen=True)
class Announced:
    """What came out of one envelope; eligible and voters are 0 where no numbers are told."""

    district: str
    budget: int
    winners: Sequence[Line]
    losers: Sequence[Line]
    eligible: int = 0
    voters: int = 0
    ties: Sequence[str] = ()
    remark: str = ""

    @property
    def spent(self) -> int:
        return sum(line.cost for line in self.winners)


@bp.get("/<int:edition_id>/announcement")
@guarded(rules.may_plan, edition_of)
def show(edition_id: int) -> Any:
    """In Thai whoever reads it."""
    edition = queries.show(looking(), edition_id)
    if edition.box_id is None:
        raise NotNow(NO_RESULT)
    with language.use("th"):
        box = fetch(looking(), BallotBox, edition.box_id)
        if box.opened_at is None:
            raise NotNow(NO_RESULT)
        found = announced(looking(), edition, box)
        return documents.respond(
            "editions/announcement.html",
            f"{_('Announcement of the result')} {edition.id}.pdf",
            made_at=box.opened_at,
            edition=edition,
            box=box,
            first=dates.local_day(box.opens_at),
            last=dates.last_day(box.closes_at),
            found=found,
            rule=of_rule(Rule.from_json(edition.rule), edition.kind),
            binding=wording.BINDINGS[edition.binding],
        )


def announced(session: Session, edition: Edition, box: BallotBox) -> list[Announced]:
    """What came out, envelope by envelope. Raises NotNow while it is not all known."""
    told, projects = ballots.outcomes(box), queries.projects(session, edition.id)
    if any(each.round_id is None and is_public(box, each.district) for each in edition.envelopes):
        raise NotNow(NO_RESULT)  # not written down yet, or kept back because two counts differ
    return [
        _of_round(session, each, each.round_id) if each.round_id else _of_box(each, told, projects)
        for each in edition.envelopes
    ]


def _of_round(session: Session, envelope: Envelope, round_id: int) -> Announced:
    round_ = rounds.show(session, round_id)
    count = rounds.count_under(session, round_.id, Rule.from_json(round_.rule))
    if count is None:
        raise NotNow(NO_RESULT)
    found = results.result(round_, rounds.projects(session, round_.id), count)
    lost = sorted((row for row in found.rows if not row.funded), key=lambda row: -row.project.points)
    return Announced(
        envelope.district,
        envelope.budget_satang,
        [Line(row.project.name, row.project.cost_satang, row.reason) for row in found.winners],
        [Line(row.project.name, row.project.cost_satang, row.reason) for row in lost],
        round_.eligible or 0,
        round_.voters,
        found.ties,
    )


def _of_box(envelope: Envelope, told: Mapping[str, Any], projects: Sequence[EditionProject]) -> Announced:
    """Where the ballots are not published there is no round: the outcome alone."""
    here = [each for each in projects if each.district == envelope.district]
    lost = {each.code: Line(each.title, each.cost_satang) for each in here}
    won = [lost.pop(code) for code in told[envelope.district]["funded"]]
    remark = _(wording.FEW_VOTED)
    return Announced(envelope.district, envelope.budget_satang, won, list(lost.values()), remark=remark)
