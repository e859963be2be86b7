"""Minimum shares (สัดส่วนขั้นต่ำ): money kept for a category or a district before all compete.

How it works, for any method:

1. The reserved names are taken in the order of their text. For each one the rule is run on its own
   reserved money, among those of its projects (of that category, or in that district) that are not yet
   funded. Every voter takes part, but only with what the ballot says about these projects.
2. What a name leaves unspent goes back to the common money.
3. The rule is run once more, on all that is left, among all projects not yet funded.

So a reserved name gets at least its share wherever its projects can use it, and may get more in step 3.
Equal Shares and Phragmén give every voter a fresh, equal part in each of these runs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from govapp.counting.ballots import Ballots, Election, Project
from govapp.counting.outcome import Outcome, Reason, Why
from govapp.counting.rule import Rule

Run = Callable[[Election, Rule], Outcome]


@dataclass(frozen=True)
class Share:
    """One run of step 1 (`name` given) or the run of step 3 (`name` empty)."""

    name: str
    reserved: int
    outcome: Outcome


def count(election: Election, rule: Rule, run: Run) -> Outcome:
    """Count with rule.reserved; `run` counts without it. Reserved winners have the reason RESERVED.

    `votes_needed` is left out: count.votes_needed finds it by counting again.
    Raises ValueError when more is reserved than there is, or a name has no project.
    """
    check(election, rule)
    plain = replace(rule, reserved={})
    funded: list[str] = []
    shares: list[Share] = []
    for name in sorted(rule.reserved):
        amount = rule.reserved[name]
        projects = _open(election, funded, [p for p in election.projects if _belongs(p, name)])
        shares.append(Share(name, amount, run(restrict(election, projects, amount), plain)))
        funded += shares[-1].outcome.funded
    left = election.budget - sum(share.outcome.spent for share in shares)
    rest = restrict(election, _open(election, funded, election.projects), left)
    shares.append(Share("", left, run(rest, plain)))
    return _joined(election, rule, shares)


def check(election: Election, rule: Rule) -> None:
    """Raises ValueError, saying which name or sum of rule.reserved is wrong."""
    for name, amount in rule.reserved.items():
        if amount <= 0:
            raise ValueError(f"the amount reserved for {name} must be more than zero")
        if not any(_belongs(project, name) for project in election.projects):
            raise ValueError(f"no project is of the category or in the district {name}")
    if sum(rule.reserved.values()) > election.budget:
        raise ValueError("more money is reserved than the budget has")


def restrict(election: Election, projects: Collection[Project], budget: int) -> Election:
    """The same voters with another budget, and of their ballots only what concerns these projects."""
    keep = np.array([project in projects for project in election.projects], dtype=np.bool_)
    number = np.cumsum(keep) - 1
    old = election.ballots
    entries = keep[old.project] if len(old.project) else np.zeros(0, dtype=np.bool_)
    lengths = np.bincount(old.row[entries], minlength=len(old.weight))
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    ballots = Ballots(start, number[old.project[entries]], old.points[entries], old.weight)
    chosen = tuple(project for project in election.projects if project in projects)
    return replace(election, budget=budget, projects=chosen, ballots=ballots)


def _belongs(project: Project, name: str) -> bool:
    return name in project.categories or name == project.district


def _open(election: Election, funded: Collection[str], projects: Sequence[Project]) -> list[Project]:
    """Those not funded, nor in a group of which one is."""
    taken = {election.groups[p] for p in funded if p in election.groups}
    return [p for p in projects if p.id not in funded and election.groups.get(p.id) not in taken]


def _joined(election: Election, rule: Rule, shares: Sequence[Share]) -> Outcome:
    funded = tuple(project for share in shares for project in share.outcome.funded)
    order = {project: place for place, project in enumerate(funded, start=1)}
    before = [sum(len(s.outcome.funded) for s in shares[:place]) for place in range(len(shares))]
    spent = sum(share.outcome.spent for share in shares)
    rest = shares[-1].outcome
    return Outcome(
        rule=rest.rule,
        parameters=rule.as_json(),
        funded=funded,
        spent=spent,
        left=election.budget - spent,
        ties=tuple(
            replace(tie, step=tie.step + place)
            for place, share in zip(before, shares, strict=True)
            for tie in share.outcome.ties
        ),
        projects={p.id: replace(_why(election, shares, p), order=order.get(p.id)) for p in election.projects},
        steps=tuple({"share": share.name, **step} for share in shares for step in share.outcome.steps),
        facts={**rest.facts, "shares": [_fact(share) for share in shares]},
    )


def _why(election: Election, shares: Sequence[Share], project: Project) -> Why:
    for share in shares:
        why = share.outcome.projects.get(project.id)
        if why and why.funded:
            return replace(why, reason=Reason.RESERVED) if share.name else why
    last = shares[-1]
    if why is None:
        return _group_taken(election, shares, project)
    if why.reason is Reason.OVER_BUDGET and project.cost <= election.budget:
        why = replace(why, reason=Reason.DOES_NOT_FIT, remaining=last.reserved)
    return replace(why, votes_needed=None)


def _group_taken(election: Election, shares: Sequence[Share], project: Project) -> Why:
    """The project was left out of the last run, as another one of its group was funded before."""
    group = election.groups[project.id]
    funded = (other for share in shares for other in share.outcome.funded)
    winner = next(other for other in funded if election.groups.get(other) == group)
    place = election.projects.index(project)
    votes, points = int(election.votes[place]), int(election.points[place])
    return Why(False, Reason.GROUP_TAKEN, votes, points, project.cost, blocked_by=winner)


def _fact(share: Share) -> Mapping[str, Any]:
    outcome = share.outcome
    return {"name": share.name, "reserved": share.reserved, "spent": outcome.spent, "funded": outcome.funded}
