"""What an edition still needs before it is published and before its vote can be opened, part by part."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from govapp.core.language import N_
from govapp.core.money import exact_percent
from govapp.counting.ballots import BallotKind
from govapp.counting.count import APPROVALS, suits
from govapp.counting.rule import WHOLE, Rule
from govapp.editions.models import Binding, Edition, EditionProject, Eligibility, Envelope, PhaseKind
from govapp.editions.rules import calendar, is_roll_outside, may_take_roll_over
from govapp.editions.rules.ballots import last_is_worthless
from govapp.editions.rules.lacks import Lack
from govapp.editions.rules.words import OF_EDITION, OF_PROJECT, lacking, nameless

MOST_PROJECTS = 500
MOST_DISTRICTS = 100
MOST_CHOICES = 500
POINTED = (BallotKind.CUMULATIVE, BallotKind.SCORING)


class Part(StrEnum):
    """The parts of the work of planning, in the order of the list."""

    DETAILS = "details"
    MONEY = "money"
    CALENDAR = "calendar"
    BALLOT = "ballot"
    PROJECTS = "projects"
    VOTERS = "voters"


class Blocks(StrEnum):
    """What a remark stands in the way of."""

    PUBLISHING = "publishing"
    OPENING = "opening"
    NOTHING = "nothing"  # good to know


@dataclass(frozen=True)
class Remark:
    """words: msgid, filled by values. `lack` among them is what projects lack (rules.lacks)."""

    part: Part
    blocks: Blocks
    words: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """How a ballot may be filled in."""

    least: int
    most: int
    most_points: int = 1
    sum_points: int = 1


def fitting(kind: BallotKind, limits: Limits) -> Limits:
    """The limits as this kind of ballot has them; what does not belong to the kind is levelled."""
    if kind is BallotKind.CHOOSE_ONE:
        return Limits(min(limits.least, 1), 1)
    if kind is BallotKind.KNAPSACK:
        return Limits(limits.least, MOST_CHOICES)  # the money is the limit
    if kind not in POINTED:
        return Limits(limits.least, limits.most)
    return Limits(limits.least, limits.most, limits.most_points, max(limits.most_points, limits.sum_points))


def remarks(
    edition: Edition,
    projects: Sequence[EditionProject],
    at: datetime,
    voters: Mapping[str, int],
    too_young: int = 0,
    doubles: int = 0,
) -> list[Remark]:
    """Everything there is to say about a plan.

    voters     district -> people on the roll who may vote
    too_young  people on the roll who may not, on the day of the vote
    doubles    pairs of them who are perhaps the same person
    """
    return [
        *_of_details(edition),
        *_of_money(edition.envelopes, projects),
        *_of_calendar(edition, at),
        *_of_ballot(edition),
        *_of_numbers(edition, voters),
        *_of_projects(edition.envelopes, projects),
        *_of_languages(edition, projects),
        *_of_roll(edition, voters, too_young, doubles),
        *_of_voters(edition.envelopes, voters),
    ]


def in_the_way(found: Sequence[Remark], of: Blocks) -> list[Remark]:
    """What must be mended first; whatever keeps from publishing keeps from opening, too."""
    kinds = (Blocks.PUBLISHING,) if of is Blocks.PUBLISHING else (Blocks.PUBLISHING, Blocks.OPENING)
    return [remark for remark in found if remark.blocks in kinds]


def _of_details(edition: Edition) -> Iterator[Remark]:
    if edition.binding is Binding.BINDING and not edition.resolution:
        words = N_("A binding round needs the resolution of the council: its number, its day, what it says.")
        yield Remark(Part.DETAILS, Blocks.PUBLISHING, words)
    if edition.eligibility is Eligibility.OWN and not edition.eligibility_words:
        yield Remark(Part.DETAILS, Blocks.PUBLISHING, N_("Write in words who may vote."))
    if not edition.description:
        words = N_("Nothing says what this round is about.")
        yield Remark(Part.DETAILS, Blocks.NOTHING, words)


def _of_money(envelopes: Sequence[Envelope], projects: Sequence[EditionProject]) -> Iterator[Remark]:
    if not envelopes:
        yield Remark(Part.MONEY, Blocks.OPENING, N_("The budget is not set yet."))
    cheapest: dict[str, int] = {}
    for project in projects:
        here = cheapest.get(project.district, project.cost_satang)
        cheapest[project.district] = min(here, project.cost_satang)
    for envelope in envelopes:
        values = {"district": envelope.district}
        if envelope.budget_satang == 0:
            words = N_("The budget of “%(district)s” is zero.") if envelope.district else NO_BUDGET
            yield Remark(Part.MONEY, Blocks.NOTHING, words, values)
        elif cheapest.get(envelope.district, 0) > envelope.budget_satang:
            words = NONE_AFFORDABLE_THERE if envelope.district else NONE_AFFORDABLE
            yield Remark(Part.MONEY, Blocks.NOTHING, words, values)


NO_BUDGET = N_("The budget is zero: no project can win.")
NONE_AFFORDABLE = N_("No project is affordable: each costs more than the budget.")
NONE_AFFORDABLE_THERE = N_("No project of “%(district)s” is affordable: each costs more than its budget.")


def _of_calendar(edition: Edition, at: datetime) -> Iterator[Remark]:
    phases = edition.phases
    vote = calendar.of_kind(phases, PhaseKind.VOTE)
    if not phases:
        yield Remark(Part.CALENDAR, Blocks.PUBLISHING, N_("The calendar is empty."))
    elif vote is None:
        yield Remark(Part.CALENDAR, Blocks.OPENING, N_("The calendar has no time for voting."))
    elif vote.ends_at <= at:
        yield Remark(Part.CALENDAR, Blocks.OPENING, N_("The time for voting is over: set a later one."))
    for mistake in calendar.mistakes(phases):
        values = {"phase": mistake.kind, "other": mistake.other}
        yield Remark(Part.CALENDAR, Blocks.PUBLISHING, mistake.words, values)
    for gap in calendar.gaps(phases):
        between = {"phase": gap.after, "other": gap.before, "days": gap.days}
        words = N_("Nothing is planned between %(phase)s and %(other)s (%(days)s days).")
        yield Remark(Part.CALENDAR, Blocks.NOTHING, words, between)


def _of_ballot(edition: Edition) -> Iterator[Remark]:
    rule = Rule.from_json(edition.rule)
    if not suits(rule, edition.kind):
        words = N_("The counting rule does not suit this kind of ballot.")
        yield Remark(Part.BALLOT, Blocks.PUBLISHING, words)
    elif last_is_worthless(edition.kind, rule):
        words = N_("Under this rule the last project of every ranking gets nothing: another rule is plainer.")
        yield Remark(Part.BALLOT, Blocks.NOTHING, words)
    elif rule.threshold_basis_points >= HIGH_SHARE:
        values = {"percent": exact_percent(rule.threshold_basis_points)}
        yield Remark(Part.BALLOT, Blocks.NOTHING, FEW_REACH, values)


HIGH_SHARE = WHOLE // 2
FEW_REACH = N_("A project must be chosen on at least %(percent)s of all ballots: perhaps none will be.")


def _of_numbers(edition: Edition, voters: Mapping[str, int]) -> Iterator[Remark]:
    """What the numbers of the counting rule come to with those who are on the roll so far."""
    rule = Rule.from_json(edition.rule)
    for envelope in edition.envelopes:
        here = voters.get(envelope.district, 0) if edition.has_districts else sum(voters.values())
        values = {"district": envelope.district, "voters": here, "threshold": rule.threshold}
        if "threshold" in rule.numbers and edition.kind in APPROVALS and 0 < here < rule.threshold:
            yield Remark(Part.BALLOT, Blocks.NOTHING, TOO_FEW_THERE if envelope.district else TOO_FEW, values)
        steps = envelope.budget_satang // (here * rule.increment) if here else 0
        if "increment" in rule.numbers and steps > MANY_STEPS:
            blocks, words = (Blocks.NOTHING, LONG_COUNT) if steps <= MOST_STEPS else (Blocks.OPENING, ENDLESS)
            yield Remark(Part.BALLOT, blocks, words, {"steps": f"{steps:,}"})
            return


MANY_STEPS = 100_000
MOST_STEPS = 1_000_000  # where projects are nearly level each must be counted: thousands a second
LONG_COUNT = N_(
    "Shares grow in such small steps that the count may take long (%(steps)s): try a larger step."
)
ENDLESS = N_(
    "Shares grow in such small steps (%(steps)s) that the count may never end, and nothing can be changed"
    " once voting is open: enter a larger step."
)
TOO_FEW = N_("A project needs %(threshold)s votes, but only %(voters)s people are on the roll.")
TOO_FEW_THERE = N_(
    "A project of “%(district)s” needs %(threshold)s votes, but only %(voters)s people there are on the roll."
)


def _of_projects(envelopes: Sequence[Envelope], projects: Sequence[EditionProject]) -> Iterator[Remark]:
    numbers = Counter(project.district for project in projects)
    budgets = {envelope.district: envelope.budget_satang for envelope in envelopes}
    if not projects:
        yield Remark(Part.PROJECTS, Blocks.OPENING, N_("No project is on the ballot yet."))
        return
    for district in sorted(numbers.keys() - budgets.keys() if budgets else ()):
        words = N_("%(count)s projects are in “%(district)s”, which has no budget.")
        if not district:
            words = N_("%(count)s projects are in no district, but every district has its own budget.")
        values = {"district": district, "count": numbers[district]}
        yield Remark(Part.PROJECTS, Blocks.OPENING, words, values)
    for district in sorted(budgets.keys() - numbers.keys()):
        words = N_("“%(district)s” has a budget, but no project.")
        if not district:
            words = N_("The whole area has a budget, but no project: each is in a district.")
        yield Remark(Part.PROJECTS, Blocks.OPENING, words, {"district": district})
    dear = [p for p in projects if 0 < budgets.get(p.district, 0) < p.cost_satang]
    for project in dear[:5]:
        words = N_("%(code)s “%(title)s” costs more than its whole budget: it cannot win.")
        yield Remark(Part.PROJECTS, Blocks.NOTHING, words, {"code": project.code, "title": project.title})


def _of_languages(edition: Edition, projects: Sequence[EditionProject]) -> Iterator[Remark]:
    """What readers of another language would read in Thai."""
    for language in lacking(edition, OF_EDITION, edition.languages):
        yield Remark(Part.DETAILS, Blocks.NOTHING, NOT_TRANSLATED, {"language": language})
    for language, districts in nameless(edition).items():
        named = {"language": language, "districts": _some(districts)}
        yield Remark(Part.MONEY, Blocks.NOTHING, DISTRICTS_NOT_TRANSLATED, named)
    found = [each.code for each in projects if lacking(each, OF_PROJECT, edition.languages)]
    if found:
        values = {"count": len(found), "codes": _some(found), "lack": Lack.TRANSLATION}
        yield Remark(Part.PROJECTS, Blocks.NOTHING, PROJECTS_NOT_TRANSLATED, values)


def _some(names: Sequence[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (", …" if names[most:] else "")


NOT_TRANSLATED = N_(
    "What the round is about is not wholly translated into %(language)s: readers get the Thai."
)
DISTRICTS_NOT_TRANSLATED = N_(
    "Districts without a name in %(language)s: %(districts)s. Readers get the Thai."
)
PROJECTS_NOT_TRANSLATED = N_("%(count)s projects are not wholly translated: %(codes)s. Readers get the Thai.")


def _of_roll(edition: Edition, voters: Mapping[str, int], too_young: int, doubles: int) -> Iterator[Remark]:
    if may_take_roll_over(edition):
        words = N_("The vote was stopped: take its roll over, or make another one.")
        yield Remark(Part.VOTERS, Blocks.OPENING, words)
        return
    if is_roll_outside(edition):
        words = N_("The roll was opened again: check it, then put it into the ballot box once more.")
        yield Remark(Part.VOTERS, Blocks.OPENING, words)
    if not voters:
        yield Remark(Part.VOTERS, Blocks.OPENING, N_("Nobody is on the roll yet."))
    if too_young:
        words = N_("%(count)s people on the roll are too young on the day of the vote, and do not vote.")
        yield Remark(Part.VOTERS, Blocks.NOTHING, words, {"count": too_young})
    if doubles:
        words = N_("Perhaps %(count)s people stand on the roll twice, and get two codes: see the roll.")
        yield Remark(Part.VOTERS, Blocks.NOTHING, words, {"count": doubles})


def _of_voters(envelopes: Sequence[Envelope], voters: Mapping[str, int]) -> Iterator[Remark]:
    districts = {envelope.district for envelope in envelopes if envelope.district}
    if not districts or not voters:
        return
    for district in sorted(voters.keys() - districts):
        words = N_("%(count)s people on the roll are in “%(district)s”, which has no budget.")
        if not district:
            words = N_("%(count)s people on the roll are in no district, but each district votes for itself.")
        values = {"district": district, "count": voters[district]}
        yield Remark(Part.VOTERS, Blocks.OPENING, words, values)
    for district in sorted(districts - voters.keys()):
        words = N_("Nobody on the roll is in “%(district)s”.")
        yield Remark(Part.VOTERS, Blocks.NOTHING, words, {"district": district})
