"""The list of projects as whoever plans the ballot looks through it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from govapp.editions.models import Edition, EditionProject
from govapp.editions.queries import Wish
from govapp.editions.rules.lacks import Lack, lacks_of

ROWS = 50
ANYTHING = "anything"  # of what can be lacking


class Order(StrEnum):
    NUMBER = "number"
    TITLE = "title"
    COST = "cost"
    LATEST = "latest"


@dataclass(frozen=True)
class Row:
    project: EditionProject
    lacks: Sequence[Lack]


@dataclass(frozen=True)
class ListWish(Wish):
    """Which projects to list, and how; read from an address, never trusted. lack: of Lack, or ANYTHING."""

    lack: str = ""
    order: Order = Order.NUMBER

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        order = given.get("order", "")
        return replace(
            super().read(given),
            lack=given.get("lack", "")[:40],
            order=Order(order) if order in list(Order) else Order.NUMBER,
        )

    @property
    def in_address(self) -> dict[str, Any]:
        """What read makes the same wish of; without what is as usual."""
        told = {"q": self.search, "category": self.category, "district": self.district, "lack": self.lack}
        told["order"] = self.order.value if self.order is not Order.NUMBER else ""
        return {name: value for name, value in told.items() if value}

    def rows(self, projects: Sequence[EditionProject], edition: Edition) -> list[Row]:
        """projects: in the order of their titles."""
        found = [Row(each, lacks_of(each, edition)) for each in self.pick(projects)]
        if self.lack:
            found = [row for row in found if row.lacks and self.lack in (ANYTHING, *row.lacks)]
        key = ORDERS[self.order]
        return sorted(found, key=lambda row: key(row.project)) if key else found


def by_number(project: EditionProject) -> list[Any]:
    """9 before 10, and ก-9 before ก-10."""
    parts = re.split(r"(\d+)", project.code)
    return [int(part) if place % 2 else part for place, part in enumerate(parts)]


ORDERS: Mapping[Order, Callable[[EditionProject], Any] | None] = {
    Order.NUMBER: by_number,
    Order.TITLE: None,
    Order.COST: lambda project: -project.cost_satang,
    Order.LATEST: lambda project: -project.id,
}
