"""Equal Shares in exact arithmetic: what decides wherever floats are too near to tell.

A voter's balance is the endowment less the price of every winner paid in full, or 0 once a winner took
all that was left. So one integer a winner (over a common denominator) and the rows that paid it in full
hold the exact state; a sum of balances is an integer combination of those. Floats here only sort voters
into those surely below a price, those surely above, and the few too near, which are compared exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import inf, lcm

import numpy as np
import numpy.typing as npt

from govapp.counting.ballots import Integers
from govapp.counting.equal_shares.field import Field, Floats, Supporters

Mask = npt.NDArray[np.bool_]
EPS = float(np.finfo(np.float64).eps)
CRUMB = float(np.finfo(np.float64).tiny)  # so that 0 always means: spent


@dataclass(frozen=True)
class Payment:
    """Who pays for one winner.

    price   per point
    full    rows that pay price × points, ascending; their points
    rest    rows that give all they have left, which is something, but no more than that
    """

    project: int
    price: Fraction
    full: Integers
    points: Integers
    rest: Integers


class Purses:
    """What every voter holds after the winners paid so far, exactly."""

    def __init__(self, field: Field, endowment: Fraction) -> None:
        self.field = field
        self.endowment = endowment
        self.payments: list[Payment] = []
        self.balance: Floats = np.full(len(field.weight), float(endowment))  # within `error` of the truth
        self.empty: Mask = np.full(len(field.weight), endowment == 0)
        self._denominator = endowment.denominator
        self._endowment = endowment.numerator
        self._prices: list[int] = []

    @property
    def error(self) -> float:
        """Bound on |balance - true balance|: each winner rounds its price, the product and the rest once."""
        return (2 * len(self._prices) + 1) * EPS * float(self.endowment)

    def price(self, project: int) -> Fraction | None:
        """The price per point at which the supporters can just pay; None when they cannot.

        Every supporter whose balance ÷ points is below the price gives all; leaving someone out of
        that set, or one too many in it, shows in the comparison with the floats' guess.
        """
        supporters = self.field.supporters[project]
        cost, level = self.field.cost[project], self._level(supporters)
        plenty = float((level * supporters.gain).sum()) > cost * (1 + 1e-6)
        if not plenty and self.held(supporters.rows) < cost:
            return None
        guess = _guess(level, supporters, cost)
        margin = self._margin()
        while True:
            price = self._price_near(project, level, guess, margin)
            if margin > 2 * float(self.endowment) or (
                price is not None and abs(float(price) - guess) < margin / 2
            ):
                return price
            margin *= 1000

    def split(self, project: int, price: Fraction) -> Payment:
        """Who would pay this price per point in full, and who would give the rest."""
        supporters = self.field.supporters[project]
        level = self._level(supporters)
        margin = self._margin()
        full = level > float(price) + margin
        for (held, points), at in self._groups(supporters, np.abs(level - float(price)) <= margin):
            full[at] = held > price * points * self._denominator
        rest = supporters.rows[~full]
        return Payment(
            project, price, supporters.rows[full], supporters.points[full], rest[~self.empty[rest]]
        )

    def pay(self, payment: Payment) -> None:
        """Take the price of a winner from its supporters."""
        self.payments.append(payment)
        self._append(payment)
        price = float(payment.price)
        self.balance[payment.full] = np.maximum(self.balance[payment.full] - price * payment.points, CRUMB)
        self.balance[payment.rest] = 0
        self.empty[payment.rest] = True

    def held(self, rows: Integers) -> Fraction:
        """The money all voters of these rows hold together."""
        return Fraction(self._held(rows, self.field.election.ballots.weight[rows]), self._denominator)

    def most_held(self, rows: Integers) -> Fraction:
        """The largest balance among these rows; 0 when there are none."""
        if not len(rows):
            return Fraction(0)
        top = rows[self.balance[rows] >= self.balance[rows].max() - 2 * self.error]
        kinds = {self._exact(row) for row in top.tolist()}
        return Fraction(max(kinds), self._denominator)

    def _margin(self) -> float:
        """A distance in which floats are not trusted; some thousand times their error."""
        return 1e-9 * float(self.endowment) + 4 * self.error

    def _level(self, supporters: Supporters) -> Floats:
        held = self.balance[supporters.rows]
        return held if supporters.scale is None else held / supporters.scale

    def _price_near(self, project: int, level: Floats, guess: float, margin: float) -> Fraction | None:
        supporters = self.field.supporters[project]
        poor = level < guess - margin
        near = ~poor & (level <= guess + margin)
        money = self._held(supporters.rows[poor], supporters.gain[poor] // supporters.points[poor])
        rich = supporters.total - int(supporters.gain[poor].sum())
        groups = [
            (Fraction(held, points), int(supporters.gain[at].sum()))
            for (held, points), at in self._groups(supporters, near)
        ]
        cost = self.field.cost[project] * self._denominator
        for level_of_group, gain in sorted(groups):
            if level_of_group * rich + money >= cost:
                break
            money += int(level_of_group * gain)
            rich -= gain
        return Fraction(cost - money, rich * self._denominator) if rich else None

    def _groups(self, supporters: Supporters, near: Mask) -> Iterator[tuple[tuple[int, int], Integers]]:
        """The supporters marked `near`, by (exact balance × denominator, points)."""
        groups: dict[tuple[int, int], list[int]] = {}
        for at in np.flatnonzero(near).tolist():
            key = self._exact(int(supporters.rows[at])), int(supporters.points[at])
            groups.setdefault(key, []).append(at)
        for key, ats in groups.items():
            yield key, np.array(ats)

    def _exact(self, row: int) -> int:
        if self.empty[row]:
            return 0
        left = self._endowment
        for price, paid in zip(self._prices, self.payments, strict=True):
            at = int(np.searchsorted(paid.full, row))
            if at < len(paid.full) and paid.full[at] == row:
                left -= price * int(paid.points[at])
        return left

    def _held(self, rows: Integers, weight: Integers) -> int:
        """Sum of weight × balance over rows, × denominator."""
        live = ~self.empty[rows]
        if not live.any():
            return 0
        voters = np.zeros(len(self.empty), dtype=np.int64)
        voters[rows[live]] = weight[live]
        held = self._endowment * int(voters.sum())
        for price, paid in zip(self._prices, self.payments, strict=True):
            held -= price * int(voters[paid.full] @ paid.points)
        return held

    def _append(self, payment: Payment) -> None:
        price = payment.price
        grown = lcm(self._denominator, price.denominator)
        factor = grown // self._denominator
        self._denominator = grown
        self._endowment *= factor
        self._prices = [p * factor for p in self._prices]
        self._prices.append(price.numerator * (grown // price.denominator))


def _guess(level: Floats, supporters: Supporters, cost: int) -> float:
    """The price in floats; where the money does not suffice, the highest level."""
    price, before = 0.0, inf
    while True:
        poor = level < price
        rich = supporters.total - float(supporters.gain[poor].sum())
        if rich >= before:  # mathematically it never grows, but by rounding a voter may come and go
            return price
        if not rich:
            return float(level.max(initial=0))
        price, before = (cost - float((supporters.gain[poor] * level[poor]).sum())) / rich, rich
