"""The reason for every project, from the exact state of the run that counts; nothing is guessed."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np

from govapp.counting import ties
from govapp.counting.ballots import Ballots, Integers
from govapp.counting.equal_shares.exact import EPS, Payment, Purses
from govapp.counting.equal_shares.field import Field
from govapp.counting.equal_shares.raises import Purchase
from govapp.counting.outcome import Outcome, Reason, Shared, Why
from govapp.counting.rule import Rule


@dataclass(frozen=True)
class Paid:
    """One purchase, told: price per utility, and project -> what its supporters spent on this one."""

    price: Fraction
    payers: int
    highest: Fraction
    shared: Mapping[int, Shared]


def explain(
    field: Field, rule: Rule, rank: Sequence[int], bought: Purchase, completion: Iterable[tuple[int, int]]
) -> Outcome:
    """The outcome of the purchases and of the completion: (project, money left at its turn) in order."""
    election, steps, remaining = field.election, bought.run.steps, dict(completion)
    ids = [p.id for p in election.projects]
    funded = [*bought.run.winners, *remaining]
    purses = Purses(field, bought.run.endowment)
    paid = {step.winner: _pay(field, purses, step.winner, set(funded)) for step in steps}
    why = {ids[p]: _why(field, purses, p, funded, paid, remaining.get(p)) for p in range(len(ids))}
    spent = sum(field.cost[p] for p in funded)
    levels = ((order, step.level) for order, step in enumerate(steps, start=1) if step.level)
    return Outcome(
        rule=rule.method.value,
        parameters=rule.as_json(),
        funded=tuple(ids[p] for p in funded),
        spent=spent,
        left=election.budget - spent,
        ties=tuple(ties.explain(election, level, rank, rule.ties, order) for order, level in levels),
        projects=why,
        steps=(
            *(_trace(ids, step.winner, paid[step.winner], step.level) for step in steps),
            *({"project": ids[p], "remaining": left} for p, left in remaining.items()),
        ),
        facts=_facts(bought),
    )


def _facts(bought: Purchase) -> dict[str, Any]:
    endowment = bought.run.endowment
    return {
        "endowment": f"{endowment.numerator}/{endowment.denominator}",
        "endowment_rounded": round_half_up(endowment),
        "raises": bought.raises,
        "stopped_by": bought.stopped_by,
    }


def _trace(ids: Sequence[str], winner: int, told: Paid, level: Sequence[int]) -> dict[str, Any]:
    price = f"{told.price.numerator}/{told.price.denominator}"
    return {"project": ids[winner], "price": price, "level": [ids[p] for p in level]}


def _pay(field: Field, purses: Purses, winner: int, funded: set[int]) -> Paid:
    """Buy a winner and note who paid for it, and how much of that came from a loser's supporters."""
    price = purses.price(winner)
    assert price is not None
    split = purses.split(winner, price)
    weight = field.election.ballots.weight
    highest = max(price * int(split.points.max(initial=0)), purses.most_held(split.rest))
    payers = int(weight[split.full].sum() + weight[split.rest].sum())
    shared = _shared(field, purses, split, funded)
    purses.pay(split)
    return Paid(price / field.worth[winner], payers, highest, shared)


def _shared(field: Field, purses: Purses, split: Payment, funded: Set[int]) -> dict[int, Shared]:
    """Loser -> what its supporters spend on this winner, before it is paid."""
    b, winner = field.election.ballots, field.election.projects[split.project].id
    rows = np.concatenate([split.full, split.rest])
    given = np.concatenate([float(split.price) * split.points, purses.balance[split.rest]]) * b.weight[rows]
    entries, payer = _entries(b, rows)
    counts = np.bincount(b.project[entries], b.weight[rows][payer], len(field.cost))
    amounts = np.bincount(b.project[entries], given[payer], len(field.cost))
    shared = {}
    for loser in np.flatnonzero(counts).tolist():
        if loser not in funded:
            spent = _rounded(field, purses, split, loser, float(amounts[loser]))
            shared[loser] = Shared(winner, int(counts[loser]), spent)
    return shared


def _entries(ballots: Ballots, rows: Integers) -> tuple[Integers, Integers]:
    """The entries with points of these rows, and for each the place of its row in `rows`."""
    length = ballots.start[rows + 1] - ballots.start[rows]
    payer = np.repeat(np.arange(len(rows)), length)
    first = np.cumsum(length) - length
    entries = np.arange(len(payer)) - first[payer] + ballots.start[rows][payer]
    chosen = ballots.points[entries] > 0
    return entries[chosen], payer[chosen]


def _rounded(field: Field, purses: Purses, split: Payment, loser: int, amount: float) -> int:
    """A sum of payments rounded half up: from floats, or exactly where that is too near to a half."""
    doubt = (len(split.full) + len(split.rest) + 100) * EPS * amount + len(split.rest) * purses.error
    if floor(amount - doubt + 0.5) == floor(amount + doubt + 0.5):
        return floor(amount + 0.5)
    supporters = field.supporters[loser].rows
    full = np.isin(split.full, supporters)
    gain = field.election.ballots.weight[split.full[full]] @ split.points[full]
    rest = np.intersect1d(split.rest, supporters)
    return round_half_up(split.price * int(gain) + purses.held(rest))


def _why(
    field: Field,
    purses: Purses,
    project: int,
    funded: Sequence[int],
    paid: Mapping[int, Paid],
    remaining: int | None,
) -> Why:
    election, is_funded = field.election, project in funded
    why = Why(
        funded=is_funded,
        reason=Reason.COMPLETION if is_funded else _refusal(field, project),
        votes=int(election.votes[project]),
        points=int(election.points[project]),
        cost=field.cost[project],
        order=funded.index(project) + 1 if is_funded else None,
        remaining=remaining,
    )
    if project in paid:
        return _winner(why, paid[project], field.worth[project])
    return why if is_funded else _loser(field, purses, why, project, funded, paid)


def _refusal(field: Field, project: int) -> Reason:
    if not field.supporters[project].total:
        return Reason.NO_SUPPORT
    over = field.cost[project] > field.election.budget
    return Reason.OVER_BUDGET if over else Reason.SUPPORTERS_SHORT


def _winner(why: Why, told: Paid, worth: int) -> Why:
    return replace(
        why,
        reason=Reason.PAID_BY_SUPPORTERS,
        payers=told.payers,
        average_payment=round_half_up(Fraction(why.cost, told.payers)),
        highest_payment=round_half_up(told.highest),
        effective_support=floor(why.cost / (told.price * worth)),
    )


def _loser(
    field: Field,
    purses: Purses,
    why: Why,
    project: int,
    funded: Sequence[int],
    paid: Mapping[int, Paid],
) -> Why:
    left = purses.held(field.supporters[project].rows)
    shared = [told.shared[project] for told in paid.values() if project in told.shared]
    taken = [field.election.projects[p].id for p in funded if p in field.rivals[project]]
    return replace(
        why,
        reason=Reason.GROUP_TAKEN if taken else why.reason,
        blocked_by=taken[0] if taken else None,
        supporters_left=round_half_up(left),
        short_by=round_half_up(why.cost - left) if left < why.cost else None,
        shared=tuple(sorted(shared, key=lambda s: -s.spent)),
    )


def round_half_up(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))
