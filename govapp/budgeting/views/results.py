"""What a results page shows, worked out from a count: plain values that the template only lays out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from govapp.budgeting import queries, wording
from govapp.budgeting.forms import ProjectFilter
from govapp.budgeting.models import Count, Round, RoundProject
from govapp.budgeting.rules import HELD_BY, USED, Preset, key_of, rule_in_words
from govapp.budgeting.wording.of_rules import RuleSaid, of_rule
from govapp.core.translations import told
from govapp.counting.outcome import Tie, Why
from govapp.counting.rule import Rule

SMALL = 5  # fewer voters than this from one place are not shown apart


@dataclass(frozen=True)
class Row:
    """One project under one count."""

    project: RoundProject
    why: Why
    reason: str

    @property
    def funded(self) -> bool:
        return self.why.funded


@dataclass(frozen=True)
class Share:
    """A part of the money, or of the people, with its name ("" for none given)."""

    name: str
    amount: int
    of: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.amount, self.of) if self.of else Fraction(0)

    @property
    def basis_points(self) -> int:
        """Hundredths of a per cent, for the length of a bar."""
        return int(self.share * 10_000)


@dataclass(frozen=True)
class Result:
    """A round under one rule."""

    rule: RuleSaid
    count: Count
    winners: list[Row]
    rows: list[Row]  # what the filter picked
    total: int  # all projects
    most_points: int
    spent: int
    left: int
    reached: Share
    average: str
    categories: list[Share]
    districts: list[Share]
    places: list[Share]
    ties: list[str]
    differs: list[RoundProject]  # where the source names other winners than this count


def result(
    round_: Round, projects: Sequence[RoundProject], count: Count, wish: ProjectFilter | None = None
) -> Result:
    """Everything the page of one count needs."""
    outcome, measures = count.outcome, count.measures
    order = {code: place for place, code in enumerate(outcome["funded"], 1)}
    names = {project.code: told(project, "name") for project in projects}
    rows = {p.code: _row(p, _short(outcome["projects"][p.code]), names, round_.currency) for p in projects}
    everyone = measures["everyone"]
    return Result(
        rule=of_rule(Rule.from_json(count.rule), round_.kind, round_.currency, round_.voters),
        count=count,
        winners=[rows[code] for code in outcome["funded"]],
        rows=[rows[p.code] for p in (wish or ProjectFilter()).pick(projects, order)],
        total=len(projects),
        most_points=max((p.points for p in projects), default=0),
        spent=outcome["spent"],
        left=outcome["left"],
        reached=Share("", everyone["reached"], everyone["voters"]),
        average=measures["average"],
        categories=_shares(measures["categories"], outcome["spent"]),
        districts=_shares(measures["districts"], outcome["spent"]),
        places=_places(measures["places"]),
        ties=[wording.said(wording.tie(Tie.from_json(tie), names)) for tie in outcome["ties"]],
        differs=[
            p for p in projects if p.official_code is not None and bool(p.official_code) != (p.code in order)
        ],
    )


@dataclass(frozen=True)
class Paid:
    """What the supporters of one project paid for a winner, in 1/100 of the unit."""

    winner: RoundProject
    supporters: int
    spent: int


@dataclass(frozen=True)
class Answer:
    """What one rule says about one project."""

    key: str
    preset: Preset
    row: Row
    paid: list[Paid]
    held: int | None  # what its supporters still had at the end, where the rule says
    endowment: int | None  # the share of the money that each voter had, where the rule gives one


def answers(
    round_: Round, project: RoundProject, projects: Sequence[RoundProject], counts: Mapping[str, Count]
) -> list[Answer]:
    """What every finished count says about a project, the round's own rule first."""
    found, by_code = [], {each.code: each for each in projects}
    names = {each.code: told(each, "name") for each in projects}
    for key, count in counts.items():
        row = _row(project, count.outcome["projects"][project.code], names, round_.currency)
        paid = [Paid(by_code[s.project], s.supporters, wording.whole(s.spent)) for s in row.why.shared]
        sums = (row.why.supporters_left, count.outcome["facts"].get("endowment_rounded"))
        held, endowment = (None if sum_ is None else wording.whole(sum_) for sum_ in sums)
        found.append(Answer(key, rule_in_words(Rule.from_json(count.rule)), row, paid, held, endowment))
    own = counts.get(USED)
    return [a for a in found if a.key == USED or own is None or counts[a.key].rule_key != own.rule_key]


def explained_at(rule: Rule) -> str:
    """The part of the page about the rules that is nearest to this rule."""
    alike = (key for key, preset in HELD_BY.items() if preset.rule.method is rule.method)
    return key_of(rule) or next(alike)


def choices(round_: Round) -> dict[str, Preset]:
    """The rules a person can compare: the one used, and every preset that is another rule."""
    used = Rule.from_json(round_.rule)
    others = {key: p for key, p in queries.offered(round_).items() if p.rule != used}
    return {USED: rule_in_words(used), **others}


def _row(project: RoundProject, why: Mapping[str, Any], names: Mapping[str, str], currency: str) -> Row:
    read = Why.from_json(why)
    return Row(project, read, wording.in_words(read, names, currency))


def _short(why: Mapping[str, Any]) -> Mapping[str, Any]:
    """The reason without all but the first winner its supporters paid for: a list says no more."""
    return {**why, "shared": why["shared"][:1]}


def _shares(amounts: Mapping[str, int], of: int) -> list[Share]:
    shares = [Share(name, amount, of) for name, amount in amounts.items() if amount]
    return sorted(shares, key=lambda share: (share.name == "", -share.amount, share.name))


def _places(places: Mapping[str, Mapping[str, Any]]) -> list[Share]:
    """Who got something, by where voters live; places with very few voters are left out."""
    by_name = next(iter(places.values()), {})
    found = [Share(name, given["reached"], given["voters"]) for name, given in by_name.items()]
    return [share for share in found if share.of >= SMALL]


@dataclass(frozen=True)
class Difference:
    """A project that one rule funds and the other does not."""

    project: RoundProject
    first: Row
    second: Row


def differences(first: Result, second: Result) -> list[Difference]:
    """Where two results part, the dearest project first."""
    others = {row.project.code: row for row in second.rows}
    parted = [
        Difference(row.project, row, others[row.project.code])
        for row in first.rows
        if row.funded != others[row.project.code].funded
    ]
    return sorted(parted, key=lambda d: (-d.project.cost_satang, d.project.position))
