"""Greedy rules: go down the list from most to fewest votes and fund what fits.

Source: Talmon, Faliszewski (2019), "A framework for approval-based budgeting methods".
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from math import ceil
from typing import Any

from govapp.counting import ties
from govapp.counting.ballots import Election
from govapp.counting.further import single_points
from govapp.counting.outcome import Outcome, Reason, Tie, Why
from govapp.counting.rule import WHOLE, Method, Rule, Utility


@dataclass(frozen=True)
class Step:
    """One project's turn; `left` is the money when it came, 1/100 units."""

    project: int
    left: int
    reason: Reason
    blocked_by: int | None = None


def count(election: Election, rule: Rule, progress: Callable[..., None] | None = None) -> Outcome:
    """Fund by votes (points on point and ranked ballots), or by votes ÷ cost unless utility is COST.

    GREEDY passes over what does not fit, GREEDY_NO_SKIP ends there, GREEDY_THRESHOLD looks only at
    projects that reach its threshold. Of an exclusive group the first one is funded.
    A project without support is not funded. `votes_needed` is exact for every loser, and left out where votes
    are divided by cost and the threshold is a share.
    `progress` is never called: this takes no time.
    """
    order, in_votes = _order(election, rule), rule.in_votes(election.ballots.voters)
    steps = _walk(election, in_votes, order)
    places = {step.project: place for place, step in enumerate(filter(_funds, steps), start=1)}
    ids = [project.id for project in election.projects]
    spent = sum(election.projects[p].cost for p in places)
    return Outcome(
        rule=rule.method.value,
        parameters=rule.as_json(),
        funded=tuple(ids[p] for p in places),
        spent=spent,
        left=election.budget - spent,
        ties=tuple(_ties(election, in_votes, steps)),
        projects={ids[s.project]: _why(election, rule, s, order, places.get(s.project)) for s in steps},
        steps=tuple(_trace(election, step) for step in steps),
    )


def complete(
    election: Election, rule: Rule, funded: Collection[int], left: int, rank: Sequence[int]
) -> list[tuple[int, int]]:
    """Spend what another rule left, greedily: (project index, money left when its turn came), in order."""
    added, taken = [], _groups(election, funded)
    for p in _order(election, rule, rank):
        project = election.projects[p]
        group = election.groups.get(project.id)
        if p in funded or group in taken or project.cost > left or not election.points[p]:
            continue
        added.append((p, left))
        left -= project.cost
        taken |= _groups(election, [p])
    return added


def _groups(election: Election, projects: Collection[int]) -> set[str]:
    ids = (election.projects[p].id for p in projects)
    return {election.groups[i] for i in ids if i in election.groups}


def _price(election: Election, rule: Rule, project: int) -> int:
    """What its points are divided by before projects are compared."""
    return 1 if rule.utility is Utility.COST else election.projects[project].cost


def _value(election: Election, rule: Rule, project: int) -> Fraction:
    return Fraction(int(election.points[project]), _price(election, rule, project))


def _order(election: Election, rule: Rule, rank: Sequence[int] | None = None) -> list[int]:
    rank = ties.order(election, rule.ties) if rank is None else rank
    everyone = range(len(election.projects))
    return sorted(everyone, key=lambda p: (-_value(election, rule, p), rank[p]))


def _walk(election: Election, rule: Rule, order: Sequence[int]) -> list[Step]:
    left, taken, stopped, steps = election.budget, dict[str, int](), None, list[Step]()
    for p in order:
        project = election.projects[p]
        group = election.groups.get(project.id, "")
        reason, blocked_by = Reason.MOST_VOTES, None
        if stopped is not None:
            reason, blocked_by = Reason.AFTER_STOP, stopped
        elif refused := _refusal(election, rule, p):
            reason = refused
        elif group in taken:
            reason, blocked_by = Reason.GROUP_TAKEN, taken[group]
        elif project.cost > left:
            reason = Reason.OVER_BUDGET if project.cost > election.budget else Reason.DOES_NOT_FIT
            stopped = p if rule.method is Method.GREEDY_NO_SKIP else None
        steps.append(Step(p, left, reason, blocked_by))
        if reason is Reason.MOST_VOTES:
            left -= project.cost
            taken |= {group: p} if group else {}
    return steps


def _refusal(election: Election, rule: Rule, project: int) -> Reason | None:
    points = election.points[project]
    if points == 0:
        return Reason.NO_SUPPORT
    if rule.method is Method.GREEDY_THRESHOLD and points < rule.threshold:
        return Reason.BELOW_THRESHOLD
    return None


def _funds(step: Step) -> bool:
    return step.reason is Reason.MOST_VOTES


def _latest_turn(election: Election, steps: Sequence[Step], project: int) -> int:
    """The last of these turns in which the project could still have been funded; -1: none.

    Money, room in its group and the walk itself only ever run out, so the first failure is final.
    """
    group = election.groups.get(election.projects[project].id)
    for at, step in enumerate(steps):
        if step.reason is Reason.AFTER_STOP or election.projects[project].cost > step.left:
            return at - 1
        if group and _funds(step) and election.groups.get(election.projects[step.project].id) == group:
            return at
    return len(steps) - 1


def _ties(election: Election, rule: Rule, steps: Sequence[Step]) -> list[Tie]:
    """For each funded project, those exactly level with it that could have had its turn."""
    rank = ties.order(election, rule.ties)
    found, place = [], 0
    for at, step in enumerate(steps):
        if not _funds(step):
            continue
        place += 1
        rivals = [p for p in _level(election, rule, steps, at) if _rivals(election, rule, steps, at, p)]
        if rivals:
            found.append(ties.explain(election, [step.project, *rivals], rank, rule.ties, place))
    return found


def _level(election: Election, rule: Rule, steps: Sequence[Step], at: int) -> list[int]:
    """The later projects with exactly the value of the one whose turn this is."""
    value = _value(election, rule, steps[at].project)
    later = (step.project for step in steps[at + 1 :])
    return list(takewhile(lambda p: _value(election, rule, p) == value, later))


def _rivals(election: Election, rule: Rule, steps: Sequence[Step], at: int, project: int) -> bool:
    if _refusal(election, rule, project):
        return False
    return rule.method is Method.GREEDY_NO_SKIP or _latest_turn(election, steps, project) >= at


def _why(election: Election, rule: Rule, step: Step, order: Sequence[int], place: int | None) -> Why:
    p = step.project
    blocked_by = None if step.blocked_by is None else election.projects[step.blocked_by].id
    is_share = "threshold_basis_points" in rule.numbers
    in_votes = rule.in_votes(election.ballots.voters)
    return Why(
        funded=place is not None,
        reason=step.reason,
        votes=int(election.votes[p]),
        points=int(election.points[p]),
        cost=election.projects[p].cost,
        order=place,
        remaining=step.left,
        blocked_by=blocked_by,
        threshold=in_votes.threshold if rule.method is Method.GREEDY_THRESHOLD else None,
        threshold_basis_points=rule.threshold_basis_points if is_share else None,
        ballots=election.ballots.voters if is_share else None,
        votes_needed=_votes_needed(election, rule, order, p) if place is None else None,
    )


def _votes_needed(election: Election, rule: Rule, order: Sequence[int], project: int) -> int | None:
    """The fewest further voters for this loser alone that would fund it.

    Votes only move it up the list and leave the others in their order, so it is enough to reach the
    threshold, to find the last turn that could still pay for it, and to pass the project that has this turn.
    Others that fall below a threshold that rises with the voters have fewer votes than it, and come later.
    """
    others, needed = [p for p in order if p != project], _votes_to_reach(election, rule, project)
    steps = _walk(election, rule.in_votes(election.ballots.voters), [*others, project])
    latest = _latest_turn(election, steps, project)
    if latest < 0 or needed is None:
        return None
    if latest < len(others):
        each = single_points(election)
        needed = max(needed, _votes_to_pass(election, rule, project, others[latest], each))
    return needed


def _votes_to_reach(election: Election, rule: Rule, project: int) -> int | None:
    """The fewest further voters, one or more, with whom a project has the votes (points) that it must have.

    None where no number is enough; and for a threshold that is a share where votes are divided by cost, for
    there it is not so simple: others that fall below it may come first.
    """
    points, gain = int(election.points[project]), Fraction(single_points(election))
    if "threshold_basis_points" not in rule.numbers:
        least = rule.threshold if "threshold" in rule.numbers else 0
        return max(1, ceil((least - points) / gain)) if gain else None
    if rule.utility is not Utility.COST:
        return None
    share = Fraction(rule.threshold_basis_points, WHOLE)
    missing, gain = share * election.ballots.voters - points, 1 - share  # each voter raises it by the share
    if gain:
        return max(1, ceil(missing / gain))
    return 1 if missing <= 0 else None


def _votes_to_pass(election: Election, rule: Rule, project: int, other: int, each: int) -> int:
    """Further voters, giving so many points each, that put one project before another."""
    points = _value(election, rule, other) * _price(election, rule, project)
    missing = points - int(election.points[project])
    needed = max(1, ceil(missing / each))
    level = needed * each == missing
    standing = ties.standing(election, rule.ties)
    wins = standing(project, int(election.votes[project]) + needed) < standing(
        other, int(election.votes[other])
    )
    return needed + 1 if level and not wins else needed


def _trace(election: Election, step: Step) -> dict[str, Any]:
    return {
        "project": election.projects[step.project].id,
        "points": int(election.points[step.project]),
        "remaining": step.left,
        "reason": step.reason.value,
    }
