"""The money of an edition: one budget, or one for each district."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from govapp.core import money
from govapp.core.forms import MoneyField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.text import arabic_digits
from govapp.editions.forms.side_by_side import SharedForm
from govapp.editions.models import Edition
from govapp.editions.rules.plans import MOST_DISTRICTS
from govapp.editions.rules.tables import DISTRICT_LETTERS

WHOLE, BY_DISTRICT = "whole", "districts"
MOST_SATANG = 10**14
LINE = re.compile(r"(?P<name>\S.*?)[\t ,:=]+(?P<sum>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?)(?: ?บาท)?")


class MoneyForm(SharedForm):
    """The whole budget, or one for each district."""

    budgets: Mapping[str, int]  # of the districts, once the form is valid
    how = RadioField(
        _("How the money is given away"),
        [InputRequired(_("Choose how the money is given away"))],
        choices=[
            SelectChoice(WHOLE, _("One budget for the whole area")),
            SelectChoice(BY_DISTRICT, _("One budget for each district")),
        ],
    )
    budget = MoneyField(_("Budget of the whole area"))
    districts = TextAreaField(
        _("Districts and their budgets"),
        [Length(max=20_000)],
        description=_(
            "One district a line: its name, a comma, the sum. Two columns of a spreadsheet can be pasted."
            " The names must be those on the roll."
        ),
        render_kw={"rows": 8, "spellcheck": "false"},
    )

    def show(self, edition: Edition) -> None:
        envelopes = edition.envelopes
        self.how.data = BY_DISTRICT if any(each.district for each in envelopes) else WHOLE
        if self.how.data == BY_DISTRICT:
            rows = (f"{each.district}, {money.figures(each.budget_satang)}" for each in envelopes)
            self.districts.data = "\n".join(rows)
        elif envelopes:
            self.budget.data = envelopes[0].budget_satang

    def validate_budget(self, field: Any) -> None:
        if self.how.data == BY_DISTRICT or field.errors:
            return
        if field.data is None:
            raise ValidationError(gettext("Enter the budget in baht"))
        _check_sum(field.data)

    def validate_districts(self, field: Any) -> None:
        if self.how.data == BY_DISTRICT:
            self.budgets = _districts(field.data or "")

    @property
    def satang(self) -> Mapping[str, int]:
        """district ("" for the whole area) -> satang."""
        return self.budgets if self.how.data == BY_DISTRICT else {"": self.budget.data}


def _check_sum(satang: int) -> None:
    if satang < 0:
        raise ValidationError(gettext("A budget cannot be less than nothing."))
    if satang > MOST_SATANG:
        raise ValidationError(gettext("The number is too large."))


def _districts(text: str) -> dict[str, int]:
    """Name -> satang, from lines; raises ValidationError that names the line."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            name, satang = _read(line)
            if name in found:
                raise ValueError(gettext("the district stands here twice"))
        except ValueError as error:
            told = {"line": number, "problem": str(error)}
            raise ValidationError(gettext("Line %(line)s: %(problem)s", **told)) from None
        found[name] = satang
    if not found or len(found) > MOST_DISTRICTS:
        told = {"most": MOST_DISTRICTS}
        raise ValidationError(gettext("Enter 1 to %(most)s districts with their budgets", **told))
    return found


def _read(line: str) -> tuple[str, int]:
    """Name and satang of a line; raises ValueError."""
    parts = LINE.fullmatch(arabic_digits(line).strip())
    if parts is None:
        raise ValueError(gettext("write the name of the district, then the sum, such as “North, 500,000”"))
    if len(parts["name"]) > DISTRICT_LETTERS:
        raise ValueError(gettext("the name is longer than %(most)s letters", most=DISTRICT_LETTERS))
    satang = money.parse_baht(parts["sum"])
    _check_sum(satang)
    return parts["name"], satang
