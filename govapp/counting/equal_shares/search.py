"""One run of Equal Shares, for one endowment.

A price only ever rises within a run, because balances only fall. So a lower bound found early holds
later, and a project is looked at again only when its bound is the lowest of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from math import inf

import numpy as np

from govapp.counting.equal_shares.balances import SLACK, Balances, Bound, Offer
from govapp.counting.equal_shares.exact import Purses
from govapp.counting.equal_shares.field import Field


@dataclass(frozen=True)
class Step:
    """One purchase.

    high   an upper bound on its price per utility
    exact  that price, where it had to be known exactly to decide
    level  the projects exactly level with the winner, which is the first, when there were any
    """

    winner: int
    high: float
    exact: Fraction | None = None
    level: tuple[int, ...] = ()


NOTHING = Step(-1, 0)
NOBODY = Offer(-1, inf, inf, np.empty(0), Bound(0, 0, 0, 0, 0))


class Run:
    """Equal Shares for one endowment.

    raised  1/100 units added to an equal part of the budget
    guide   a finished run for a lower endowment
    steps   grows until nothing can be bought or the budget is overspent
    agrees  every endowment from the guide's to this one buys what the guide bought; see raises
    """

    def __init__(self, field: Field, rank: Sequence[int], raised: int, guide: "Run | None" = None) -> None:
        self.field = field
        self.rank = rank
        self.endowment = field.endowment(raised)
        self.steps: list[Step] = []
        self.spent = 0
        self.agrees = guide is not None
        self._guide = guide
        self._balances = Balances(field, self.endowment)
        self._purses: Purses | None = None
        self._bounds: list[dict[int, Bound]] = []  # step -> project -> the bound found, here or by the guide
        self._low = [0.0] * len(field.cost)  # project -> lower bound on its price per utility
        self._open = [s.total > 0 for s in field.supporters]
        self._queue: list[tuple[float, int]] = []
        for project in range(len(field.cost)):
            if self._open[project]:
                supporters, cost, worth = field.of(project)
                self._raise_bound(project, cost / supporters.total / worth * (1 - SLACK))

    def finish(self, give_up: bool = False) -> "Run":
        """Buy until nothing can be bought or the budget is overspent (or, to give up, the guide is left)."""
        while self.spent <= self.field.election.budget and self._buy() and (self.agrees or not give_up):
            pass
        return self

    @property
    def winners(self) -> list[int]:
        return [step.winner for step in self.steps]

    def _buy(self) -> bool:
        ahead = self._recall()
        best, fresh = self._offers(ahead.high if self.agrees else 0)
        if not fresh:
            self.agrees = self.agrees and ahead is NOTHING
            return False
        rivals = [o for o in fresh if o is not best]
        near = any(self._low[o.project] <= best.high for o in rivals)
        if near or best.drift == inf or (rivals and ahead.exact is not None):
            step = self._decide(fresh, ahead)
        else:
            step = self._take(best)
            self.agrees = self.agrees and not rivals
        if step is not NOTHING:
            self._record(step, ahead)
        return True

    def _recall(self) -> Step:
        """What the guide bought next, if all was the same so far; its bounds hold here, somewhat lowered."""
        at, balances, guide = len(self.steps), self._balances, self._guide
        known = guide._bounds[at] if guide and at < len(guide._bounds) else {}
        for project, bound in known.items():
            if self._open[project]:
                least = bound.least(balances.line, balances.error)
                self._raise_bound(project, least / self.field.worth[project])
        if at == len(self._bounds):  # else looked at already, and nothing could be bought then
            self._bounds.append(known.copy())
        return guide.steps[at] if guide and at < len(guide.steps) else NOTHING

    def _raise_bound(self, project: int, low: float) -> None:
        if low == inf:
            self._open[project] = False
        elif low > self._low[project]:
            self._low[project] = low
            heappush(self._queue, (low, project))

    def _offers(self, enough: float) -> tuple[Offer, list[Offer]]:
        """The cheapest offer, and every offer that might be as cheap, or as `enough`."""
        best, fresh, worth = NOBODY, list[Offer](), self.field.worth
        while self._queue and self._queue[0][0] <= max(best.high, enough):
            low, project = heappop(self._queue)
            if not self._open[project] or low < self._low[project]:
                continue
            limit = max(best.high, enough)
            offer = self._balances.offer(project, low * worth[project], limit)
            self._bounds[-1][project] = offer.bound
            if offer.low == inf or offer.low > limit:
                self._raise_bound(project, offer.low)
                continue
            self._low[project] = max(low, offer.low)
            fresh.append(offer)
            if offer.price / worth[project] < best.price / worth[best.project]:
                self._balances.settle(offer)
                best = offer
        for offer in fresh:
            heappush(self._queue, (self._low[offer.project], offer.project))
        return best, [o for o in fresh if self._low[o.project] <= max(best.high, enough)]

    def _take(self, offer: Offer) -> Step:
        self._balances.pay(offer)
        return Step(offer.project, offer.high)

    def _decide(self, offers: list[Offer], ahead: Step) -> Step:
        """Pay for the cheapest of these, decided exactly."""
        worth, prices = self.field.worth, self._exact_prices(offers)
        for offer in offers:
            self._open[offer.project] = offer.project in prices
        order = sorted((q / worth[p], self.rank[p], p) for p, q in prices.items())
        if not order:
            return NOTHING
        least, rank, winner = order[0]
        if len(order) > 1:
            self.agrees = self.agrees and ahead.exact is not None and order[1][:2] > (ahead.exact, rank)
        chosen = next(o for o in offers if o.project == winner)
        if chosen.drift < inf and chosen.plain:
            self._balances.pay(chosen)
        else:
            purses = self._exactly()
            purses.pay(purses.split(winner, prices[winner]))
            self._balances.restore(purses)
        level = tuple(p for cost, _, p in order if cost == least)
        return Step(winner, float(least) * (1 + SLACK), least, level if len(level) > 1 else ())

    def _exact_prices(self, offers: list[Offer]) -> dict[int, Fraction]:
        """Project -> price per point, of those that can be paid; mostly without looking at exact balances."""
        for offer in offers:
            if offer.drift == inf and offer.price < inf:
                self._balances.settle(offer)
        if all(offer.plain for offer in offers):
            return {o.project: Fraction(*self._plain(o.project)) for o in offers}
        prices = {o.project: self._exactly().price(o.project) for o in offers}
        return {p: price for p, price in prices.items() if price is not None}

    def _plain(self, project: int) -> tuple[int, int]:
        supporters, cost, _ = self.field.of(project)
        return cost, supporters.total

    def _exactly(self) -> Purses:
        """The exact state after the steps so far."""
        if self._purses is None:
            self._purses = Purses(self.field, self.endowment)
        for step in self.steps[len(self._purses.payments) :]:
            price = self._purses.price(step.winner)
            assert price is not None
            self._purses.pay(self._purses.split(step.winner, price))
        return self._purses

    def _record(self, step: Step, ahead: Step) -> None:
        self.steps.append(step)
        self.spent += self.field.cost[step.winner]
        for project in (step.winner, *self.field.rivals[step.winner]):
            self._open[project] = False
        if step.winner != ahead.winner:
            self._guide, self.agrees = None, False
