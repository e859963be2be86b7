"""What every voter holds, in floats with a proved error: the fast half of Equal Shares.

Balances are floats here. They only ever propose; a decision stands when a bound on the error proves it,
and is made again by `exact.Purses` when it does not.

Notation for one project: supporters have true balances per point x* and float ones x with
|x* - x| <= E; a = voters × points; F(q) = sum of a × min(x*, q) is what they can pay together at price q,
and the price is the q with F(q) = cost. A(T) is the sum of a over a set T, money(T) that of a × x.

Lower bound. min(x*, q) is at most x* and at most q, so for ANY set S of supporters
    cost = F(q) <= money(S) + E A(S) + r + q A(not S),
    hence  q >= (cost - r - money(S) - E A(S)) / A(not S),
where r bounds the rounding of the sums: 2 (n + 8) EPS cost for n terms in any order. Taking for S those
below the last guess is the usual poor/rich iteration; each round is a bound already, and it may end with
any of them.

Upper bound. Let q = (cost - money(S)) / A(not S) for S = those below a guess near q, summed pairwise, and
R the supporters with x > q + margin. At q they can pay the cost, but for r, now 128 EPS cost and A × the
distance of guess and price for those between the two. Raising the price by h <= margin - E makes each of
R pay h more, and no error costs more than E per voter who still has money:
    F(q + h) >= cost - r - E A(others with money) + h A(R), hence
    q* <= q + h  with  h = (E A(others with money) + r) / A(R).

Error of the balances. max(x - q, 0) moves by no more than x and q do, so paying makes E <- E + h × points
+ rounding. A float balance reads 0 only where the true one is 0 (who may have a crumb left keeps one), so
the spent are not `others with money`. Where the bound fails, the exact state gives new balances.

Other endowments. While a run buys what another with a lower endowment bought, prices are no higher, so
nobody's balance exceeds that of the other run by more than D = the raise and, for each purchase, the fall
of its price × points = `line` of this run - `line` of the other (floats again, each within its E). So a
lower bound found there holds here with E + D for E.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import inf

import numpy as np

from govapp.counting.equal_shares.exact import CRUMB, EPS, Mask, Purses
from govapp.counting.equal_shares.field import Field, Floats

SLACK = 8 * EPS
BLOCK = 4096
PAIRWISE = 128  # numpy sums pairwise: log2(n) + 27 roundings at most, in 2 EPS


@dataclass(frozen=True, slots=True)
class Bound:
    """What a lower bound was made of: spare = cost - r - money(S), poor = A(S), rich = A(not S).

    line, error  of the run at that moment
    """

    spare: float
    poor: float
    rich: float
    line: float
    error: float

    def least(self, line: float, error: float) -> float:
        """Lower bound on the price per point in a later run, the same so far; infinite: cannot be paid."""
        further = 2 * self.error + error + max(line - self.line, 0.0)
        further += 4096 * EPS * (abs(line) + abs(self.line))  # more than the rounding of as many prices
        return _least(self.spare - further * self.poor, self.rich)


@dataclass(slots=True)
class Offer:
    """A project's price as far as floats know it.

    low    lower bound on the price per utility; infinite when it certainly cannot be paid
    price  per point; infinite when it cannot be paid, or floats cannot tell
    level  balance per point of each supporter
    high   upper bound on the price per utility, once settled
    drift  h above, once settled
    plain  every supporter can certainly pay in full, so the price is cost ÷ points; once settled
    """

    project: int
    low: float
    price: float
    level: Floats
    bound: Bound
    high: float = inf
    drift: float = inf
    plain: bool = False


class Balances:
    """Float balances after the purchases so far, each within `error` of the truth."""

    def __init__(self, field: Field, endowment: Fraction) -> None:
        self.field = field
        self.start = float(endowment)
        self.margin = 1e-4 * self.start
        self.error = EPS * self.start
        self.line = self.start
        self.balance = np.full(len(field.weight), self.start)

    def offer(self, project: int, guess: float, enough: float) -> Offer:
        """The price of a project, from a guess that is not above it; or a lower bound above `enough`."""
        supporters, cost, worth = self.field.of(project)
        shares, total = supporters.shares, supporters.total
        level = self.balance.take(supporters.rows)
        if supporters.scale is not None:
            level /= supporters.scale
        np.multiply(shares[0], level, out=shares[1])
        rounding = 2 * (len(level) + 8) * EPS * cost
        enough *= worth
        price, least, spare, poor, rich = guess, 0.0, 0.0, 0.0, inf
        while rich and least <= enough:
            chosen, money = _sums(shares, level < price).tolist()
            if total - chosen >= rich:  # more only by rounding: a voter at the very price comes and goes
                break
            poor, rich = chosen, total - chosen
            spare = cost - rounding - money
            least = _least(spare - self.error * poor, rich)
            price = (cost - money) / rich if rich else inf
        bound = Bound(spare, poor, rich, self.line, self.error)
        return Offer(project, least / worth, price, level, bound)

    def settle(self, offer: Offer) -> None:
        """Bound the price of an offer from above, after summing the money again with less rounding."""
        supporters, cost, worth = self.field.of(offer.project)
        shares, money = supporters.shares, supporters.shares[1]
        rounding = PAIRWISE * EPS * cost
        live = float(_sums(shares[0], offer.level != 0))
        poor = offer.level < offer.price
        if rich := supporters.total - float(_sums(shares[0], poor)):
            price = (cost - float((money * poor).sum())) / rich
            between = float(_sums(shares[0], poor != (offer.level < price)))
            rest = rounding + between * abs(price - offer.price)
            offer.price = price
            rich = float(_sums(shares[0], offer.level > price + self.margin))
            offer.plain = rich == supporters.total
            drift = (self.error * (live - rich) + rest) / rich if rich else inf
            if self.error + drift <= self.margin / 2:
                offer.drift = drift
                offer.high = (price + drift) / worth * (1 + SLACK)
        if offer.high == inf and float(money.sum()) - self.error * live - 2 * rounding >= cost:
            offer.high = (float(offer.level.max()) + self.margin) / worth

    def pay(self, offer: Offer) -> None:
        """Take the price of a settled offer from its supporters."""
        supporters = self.field.supporters[offer.project]
        left = offer.level - offer.price
        crumbs = np.abs(left) <= self.margin
        np.maximum(left, 0, out=left)
        if crumbs.any():
            left[crumbs] = np.maximum(left[crumbs], CRUMB)
        if supporters.scale is not None:
            left *= supporters.scale
        self.balance[supporters.rows] = left
        self.error += offer.drift * self.field.most_points + 4 * EPS * self.start
        self.line -= offer.price * self.field.most_points

    def restore(self, purses: Purses) -> None:
        """Take the balances anew from the exact state."""
        self.balance = purses.balance.copy()
        self.error = purses.error
        self.line = self.start - self.field.most_points * sum(float(p.price) for p in purses.payments)


def _sums(lines: Floats, chosen: Mask) -> Floats:
    """Sum over the chosen entries of each line; in blocks, so that no threads are woken for so little."""
    if len(chosen) <= BLOCK:
        return np.asarray(lines.dot(chosen))
    blocks = range(0, len(chosen), BLOCK)
    return np.asarray(sum(lines[..., at : at + BLOCK].dot(chosen[at : at + BLOCK]) for at in blocks))


def _least(spare: float, rich: float) -> float:
    if rich:
        return spare / rich * (1 - SLACK)
    return inf if spare > 0 else 0.0
