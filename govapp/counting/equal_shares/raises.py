"""Add1: raise everyone's endowment step by step, as long as the purchases stay within the budget.

What is affordable is not monotone in the endowment, so no step may be jumped over unproved. This proves
many at once. As long as two endowments buy the same projects in the same order, balances at the higher
one are no lower and prices no higher, by induction over the purchases: more money from the poorer
supporters lowers the price, and a lower price leaves more. So if the runs at both ends of a range buy the
same, and the winner's price at the low end is each time below every other price at the high end (or
level with it and first by the tie rule), every run between buys the same too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from govapp.counting.equal_shares.field import Field
from govapp.counting.equal_shares.search import Run
from govapp.counting.rule import EXHAUSTIVE, RAISING, Completion, Rule


@dataclass(frozen=True)
class Purchase:
    """The run that counts.

    raises      how often the endowment was raised
    stopped_by  "no-raises" (none asked for), "overspend" (the next raise would), "exhaustive" (nothing
                unfunded fits in what is left) or "all-funded" (nothing is left to raise for)
    """

    run: Run
    raises: int
    stopped_by: str


def purchase(
    field: Field, rank: Sequence[int], rule: Rule, progress: Callable[[int, int | None], None] | None = None
) -> Purchase:
    """Equal Shares with the equal part of the budget, raised by `rule.increment` while that is allowed."""
    budget, raises, stride = field.election.budget, 0, 1
    run = Run(field, rank, 0).finish()
    while not (stopped_by := _stop(field, run, rule.completion)):
        raised = (raises + stride) * rule.increment
        after = Run(field, rank, raised, guide=run).finish(give_up=stride > 1)
        if not after.agrees and stride > 1:
            stride //= 2
            continue
        if after.spent > budget:
            stopped_by = "overspend"
            break
        run, raises = after, raises + stride
        stride = 2 * stride if after.agrees else 1
        if progress:
            progress(raises, None)
    return Purchase(run, raises, stopped_by)


def _stop(field: Field, run: Run, completion: Completion) -> str:
    """Why the endowment is not raised any further; empty when it is."""
    if completion not in RAISING:
        return "no-raises"
    winners = run.winners
    closed = {*winners, *(rival for winner in winners for rival in field.rivals[winner])}
    unfunded = [c for p, c in enumerate(field.cost) if p not in closed and field.supporters[p].total]
    if not unfunded:
        return "all-funded"
    fits = min(unfunded) <= field.election.budget - run.spent
    return "exhaustive" if completion in EXHAUSTIVE and not fits else ""
