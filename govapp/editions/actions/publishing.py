"""From the opened box to the published result: a round of budgeting for each envelope, counted, with reasons.

Where so few voted that ballots may not be published one by one, and in a room box, there is none: the page of
the box tells its totals or its outcome, as the protocol wants it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from govapp.ballotbox.models import BallotBox
from govapp.ballotbox.queries import log
from govapp.budgeting.actions import counting, holding
from govapp.budgeting.actions.holding import Held, Told
from govapp.budgeting.models import Count
from govapp.core import dates
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.errors import NotNow
from govapp.core.jobs import enqueue
from govapp.core.language import N_
from govapp.counting.ballots import BallotKind, Election
from govapp.counting.named_rules import meta_of
from govapp.counting.pabulib_write import money
from govapp.counting.rule import Rule
from govapp.editions import queries
from govapp.editions.events import ResultPublished
from govapp.editions.models import Edition, EditionProject, Envelope
from govapp.editions.queries import ballots
from govapp.editions.rules.words import of_round, of_round_project, round_name
from govapp.verifier.contests import Budget

DIFFERS = N_(
    "The count of this site differs from the one made when the box was opened. Nothing was published. "
    "Call the auditors."
)
Tell = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Computed:
    """The count of one envelope, not yet written down."""

    envelope_id: int
    election: Election
    rule: Rule
    count: Count


def ask_publishing(session: Session, box_id: int) -> None:
    """Queue it, where the box is that of an edition."""
    edition = ballots.of_box(session, box_id)
    if edition is not None:
        enqueue(session, "publish_edition", {"edition_id": edition.id}, once=f"publish_edition:{edition.id}")


def compute(session: Session, edition: Edition, box: BallotBox, tell: Tell | None = None) -> list[Computed]:
    """Count what is not written down yet, writing nothing: the long part. Raises NotNow where it differs."""
    found, withdrawn = [], log.withdrawn(session, box.id)
    for envelope in edition.envelopes:
        if envelope.round_id is None and is_public(box, envelope.district):
            contest = ballots.contest(session, box, envelope.district)
            rule = replace(contest.rule, ties=ballots.ties(session, box, contest))
            election = contest.election(ballots.counted(session, box.id, envelope.district), withdrawn)
            count = counting.computed(election, {}, rule, tell)
            told = (box.result or {})["districts"][envelope.district]
            if (list(count.outcome["funded"]), count.spent_satang) != (told["funded"], told["spent"]):
                raise NotNow(DIFFERS)
            found.append(Computed(envelope.id, election, rule, count))
    return found


def is_public(box: BallotBox, district: str) -> bool:
    """Whether the ballots of a district may be read by everybody."""
    result = box.result or {}
    return district in result.get("districts", {}) and district not in result.get("withheld", {"": 0})


def publish(session: Session, edition_id: int, computed: list[Computed]) -> Edition:
    """Write the rounds down, once; what another worker wrote in the meantime stands."""
    edition = fetch(session, Edition, edition_id, lock=True)
    if edition.turnout:  # by a worker that did not live to say so: nobody is told twice
        return edition
    box = fetch(session, BallotBox, edition.box_id)
    projects = queries.projects(session, edition_id)
    told = _told(edition, projects)
    for each in computed:
        envelope = fetch(session, Envelope, each.envelope_id)
        contest = ballots.contest(session, box, envelope.district)
        held = _held(edition, envelope, box, contest, each, projects)
        envelope.round_id = holding.keep_held(session, None, held, each.election, told, each.count).id
    # Kept, for the people of the roll are forgotten some time after the vote.
    edition.turnout = [asdict(each) for each in ballots.turnout(session, edition)]
    rounds = sum(each.round_id is not None for each in edition.envelopes)
    record(session, None, ResultPublished(edition_id, rounds))
    return edition


def _held(
    edition: Edition,
    envelope: Envelope,
    box: BallotBox,
    contest: Budget,
    computed: Computed,
    projects: Sequence[EditionProject],
) -> Held:
    return Held(
        box_id=box.id,
        area=edition.area,
        name=round_name(edition.title, envelope.district),
        description=edition.description,
        fiscal_year_be=edition.fiscal_year_be,
        eligible=json.loads(box.config or "")["roll"][envelope.district],
        voted_from=dates.local_day(box.opens_at),
        voted_to=dates.last_day(box.closes_at),
        rule=computed.rule,
        source=(box.config_hash or b"") + envelope.district.encode(),
        meta=_meta(envelope, contest, meta_of(computed.rule, computed.election.ballots.voters)),
        translations=of_round(edition, envelope.district, projects),
    )


def _meta(envelope: Envelope, contest: Budget, named: Mapping[str, str]) -> Mapping[str, str]:
    """Keys of Pabulib that the ballots alone do not tell. named: what it calls the rule."""
    limits: dict[str, Any] = {"min_length": contest.least, "max_length": contest.most}
    if contest.kind is BallotKind.KNAPSACK:
        limits["max_sum_cost"] = money(contest.budget)
    if contest.kind in (BallotKind.CUMULATIVE, BallotKind.SCORING):
        limits |= {"max_points": contest.most_points, "max_sum_points": contest.sum_points}
    known = {"subunit": envelope.district, "language": "th", "currency": "THB"}
    return {key: str(value) for key, value in {**named, **known, **limits}.items() if value != ""}


def _told(edition: Edition, projects: Sequence[EditionProject]) -> Mapping[str, Told]:
    return {
        each.code: Told(
            each.title, each.description, each.district, _extra(each), of_round_project(edition, each)
        )
        for each in projects
    }


def _extra(project: EditionProject) -> Mapping[str, str]:
    told = {"proposer": project.proposer, "neighborhood": project.place}
    return {column: words for column, words in told.items() if words}
