from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import SelectField

from govapp.budgeting.models import RoundProject
from govapp.core.forms import FileField, FileRequired, Form
from govapp.core.language import lazy_gettext as _
from govapp.core.text import search_terms


class ImportForm(Form):
    """A finished election, as a .pb file."""

    file = FileField(
        _("Election file (.pb)"),
        [FileRequired(_("Choose a file whose name ends in .pb"))],
        render_kw={"accept": ".pb,text/plain"},
    )
    area = SelectField(
        _("Area"),
        coerce=int,
        description=_("Where the budget belongs. Leave it as it is for an election from elsewhere."),
    )


ORDERS = {
    "result": _("Result"),
    "votes": _("Votes"),
    "cost": _("Cost"),
    "name": _("Name"),
}
SHOWN = {"": _("All"), "funded": _("Funded"), "not": _("Not funded")}


@dataclass(frozen=True)
class ProjectFilter:
    """Which projects of a results page to show, and in which order; read from the address, never trusted."""

    terms: tuple[str, ...] = ()
    search: str = ""
    category: str = ""
    district: str = ""
    shown: str = ""
    order: str = "result"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "ProjectFilter":
        """What the address asks for; anything unknown means no wish."""
        search = given.get("q", "")[:200]
        shown, order = given.get("shown", ""), given.get("order", "result")
        return cls(
            tuple(search_terms(search)),
            search,
            given.get("category", "")[:500],
            given.get("district", "")[:500],
            shown if shown in SHOWN else "",
            order if order in ORDERS else "result",
        )

    @property
    def is_empty(self) -> bool:
        return self == ProjectFilter(order=self.order)

    def pick(self, projects: Sequence[RoundProject], funded: Mapping[str, int]) -> list[RoundProject]:
        """The projects wished for, in the order wished for. funded: code -> place among the funded."""
        found = [p for p in projects if self._wants(p, p.code in funded)]
        return sorted(found, key=lambda p: self._key(p, funded))

    def _wants(self, project: RoundProject, is_funded: bool) -> bool:
        return (
            all(term in project.search_text for term in self.terms)
            and (not self.category or self.category in project.categories)
            and (not self.district or self.district == project.district)
            and (not self.shown or (self.shown == "funded") == is_funded)
        )

    def _key(self, project: RoundProject, funded: Mapping[str, int]) -> tuple[Any, ...]:
        last = len(funded) + 1
        return {
            "result": (funded.get(project.code, last), -project.points, project.position),
            "votes": (-project.points, project.position),
            "cost": (-project.cost_satang, project.position),
            "name": (project.sort_key, project.position),
        }[self.order]
