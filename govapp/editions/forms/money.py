"""The money of an edition: one budget, or one for each district."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from govapp.core import money
from govapp.core.forms import MoneyField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.text import arabic_digits
from govapp.core.translations import is_thai
from govapp.editions.forms.side_by_side import SharedForm
from govapp.editions.models import Edition
from govapp.editions.rules.plans import MOST_DISTRICTS
from govapp.editions.rules.tables import DISTRICT_LETTERS
from govapp.editions.rules.words import DISTRICTS

WHOLE, BY_DISTRICT = "whole", "districts"
MOST_SATANG = 10**14
LINE_LETTERS = 3 * DISTRICT_LETTERS
BLANK = re.compile(r"\s+")  # made one: many beside each other would be parted in as many ways as there are
LINE = re.compile(
    r"(?P<name>\S.*?)(?:\s*[=\t]\s*(?P<english>[^\W\d_].*?))?[\t ,:=]+"
    r"(?P<sum>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?)(?: ?บาท)?"
)


@dataclass(frozen=True)
class District:
    """A line of the form; english "" where it has no such name."""

    name: str
    english: str
    satang: int

    @property
    def line(self) -> str:
        names = f"{self.name} = {self.english}" if self.english else self.name
        return f"{names}, {money.figures(self.satang)}"

    def is_like(self, other: "District") -> bool:
        """Whether readers could not tell them apart."""
        return self.name == other.name or (self.english != "" and self.english == other.english)


class MoneyForm(SharedForm):
    """The whole budget, or one for each district."""

    districts_read: Sequence[District] = ()  # once the form is valid
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
            names = edition.translations.get("en", {}).get(DISTRICTS, {})
            read = (
                District(each.district, names.get(each.district, ""), each.budget_satang)
                for each in envelopes
            )
            self.districts.data = "\n".join(each.line for each in read)
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
            self.districts_read = _districts(field.data or "")

    @property
    def satang(self) -> Mapping[str, int]:
        """district ("" for the whole area) -> satang."""
        by_district = {each.name: each.satang for each in self.districts_read}
        return by_district if self.how.data == BY_DISTRICT else {"": self.budget.data}

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """language -> district -> what it is called there, where that was typed."""
        return {"en": {each.name: each.english for each in self.districts_read if each.english}}


def _check_sum(satang: int) -> None:
    if satang < 0:
        raise ValidationError(gettext("A budget cannot be less than nothing."))
    if satang > MOST_SATANG:
        raise ValidationError(gettext("The number is too large."))


def _districts(text: str) -> list[District]:
    """From lines; raises ValidationError that names the line."""
    found: list[District] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            district = _read(line)
            if any(each.is_like(district) for each in found):
                raise ValueError(gettext("the district or its English name stands here twice"))
        except ValueError as error:
            told = {"line": number, "problem": str(error)}
            raise ValidationError(gettext("Line %(line)s: %(problem)s", **told)) from None
        found.append(district)
    if not found or len(found) > MOST_DISTRICTS:
        told = {"most": MOST_DISTRICTS}
        raise ValidationError(gettext("Enter 1 to %(most)s districts with their budgets", **told))
    return found


def _read(line: str) -> District:
    """Raises ValueError."""
    typed = BLANK.sub(_one, arabic_digits(line)).strip()
    if len(typed) > LINE_LETTERS:
        raise ValueError(_too_long())
    parts = LINE.fullmatch(typed)
    if parts is None:
        raise ValueError(gettext("write the name of the district, then the sum, such as “North, 500,000”"))
    names = parts["name"], parts["english"] or ""
    if max(map(len, names)) > DISTRICT_LETTERS:
        raise ValueError(_too_long())
    if is_thai(names[1]):
        raise ValueError(gettext("the English name is written in Thai letters"))
    satang = money.parse_baht(parts["sum"])
    _check_sum(satang)
    return District(*names, satang)


def _one(blank: re.Match[str]) -> str:
    return "\t" if "\t" in blank[0] else " "


def _too_long() -> str:
    return gettext("the name is longer than %(most)s letters", most=DISTRICT_LETTERS)
