"""The Method of Equal Shares (วิธีแบ่งส่วนเท่ากัน): every voter gets an equal part of the budget.

A project is bought by its supporters, who share its cost as equally as their money allows; the project
that costs them least per unit of utility goes first. Money nobody can use together is put to use by a
completion: raising everyone's part step by step (Add1), or greedily.
Sources: Peters, Pierczyński, Skowron (2021), "Proportional participatory budgeting with additive
utilities"; Faliszewski et al. (2023), "Participatory budgeting: data, tools and analysis" (completions).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from govapp.counting import greedy, ties
from govapp.counting.ballots import Election, Integers
from govapp.counting.equal_shares.field import lay_out
from govapp.counting.equal_shares.raises import purchase
from govapp.counting.equal_shares.reasons import explain
from govapp.counting.outcome import Outcome
from govapp.counting.rule import Completion, Method, Rule, Utility

Progress = Callable[[int, int | None], None]


def count(election: Election, rule: Rule, progress: Progress | None = None) -> Outcome:
    """Equal Shares with the rule's utility and completion, and the comparison with greedy if asked for.

    A supporter's utility is points × cost, or points; every voter counts for the endowment, also with an
    empty ballot. Every decision is that of exact arithmetic. `progress` hears the raises done so far.
    Facts: endowment (as a fraction of 1/100 units, and rounded), raises, stopped_by (see
    raises.purchase); prefer_greedy and prefer_equal_shares when compared.
    """
    rank = ties.order(election, rule.ties)
    field = lay_out(election, rule.utility)
    bought = purchase(field, rank, rule, progress)
    completion: list[tuple[int, int]] = []
    if rule.completion in (Completion.GREEDY, Completion.ADD1_GREEDY):
        left = election.budget - bought.run.spent
        completion = greedy.complete(election, rule, bought.run.winners, left, rank)
    outcome = explain(field, rule, rank, bought, completion)
    return _compare(election, rule, outcome) if rule.comparison else outcome


def _compare(election: Election, rule: Rule, outcome: Outcome) -> Outcome:
    """The greedy outcome instead, when more voters prefer it; both numbers go into the facts."""
    other = greedy.count(election, replace(rule, method=Method.GREEDY, comparison=False))
    ours, theirs = (_utilities(election, rule, o.funded) for o in (outcome, other))
    weight = election.ballots.weight
    facts: Mapping[str, Any] = {
        **outcome.facts,
        "prefer_greedy": int(weight[theirs > ours].sum()),
        "prefer_equal_shares": int(weight[ours > theirs].sum()),
    }
    if facts["prefer_greedy"] <= facts["prefer_equal_shares"]:
        return replace(outcome, facts={**facts, "chosen": Method.EQUAL_SHARES.value})
    facts = {**facts, "chosen": Method.GREEDY.value}
    return replace(other, rule=outcome.rule, parameters=outcome.parameters, facts=facts)


def _utilities(election: Election, rule: Rule, funded: tuple[str, ...]) -> Integers:
    """Ballot row -> utility of what was funded."""
    b, chosen = election.ballots, set(funded)
    cost = election.cost if rule.utility is Utility.COST else np.ones_like(election.cost)
    worth = np.where([p.id in chosen for p in election.projects], cost, 0)
    utility = np.zeros(len(b.weight), dtype=np.int64)
    np.add.at(utility, b.row, b.points * worth[b.project])
    return utility
