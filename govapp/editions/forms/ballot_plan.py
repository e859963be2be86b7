"""What a voter may write down, and how it is counted, as an officer plans it."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from govapp.ballotbox.models import Openings
from govapp.budgeting.rules import HELD_BY
from govapp.core.forms import CountField, MoneyField, PercentField
from govapp.core.language import gettext, own_name
from govapp.core.language import lazy_gettext as _
from govapp.core.money import figures
from govapp.counting.ballots import BallotKind
from govapp.counting.count import APPROVALS, suits
from govapp.counting.rule import Rule
from govapp.editions.forms.side_by_side import SharedForm
from govapp.editions.models import Edition
from govapp.editions.rules import LARGEST, preset_of, takes
from govapp.editions.rules.plans import MOST_CHOICES, POINTED, Limits
from govapp.editions.rules.words import OTHERS
from govapp.editions.wording import KINDS

MOST_POINTS = 1000


class BallotPlanForm(SharedForm):
    """What a voter writes down, and how it is counted."""

    kind = RadioField(
        _("Kind of ballot"),
        [InputRequired(_("Choose a kind of ballot"))],
        choices=[SelectChoice(each.value, _(said.name)) for each, said in KINDS.items()],
    )
    least = CountField(_("At least so many projects"), [InputRequired(_("Enter a number; 0 for none"))])
    most = CountField(_("At most so many projects"), [InputRequired(_("Enter the largest number"))])
    most_points = CountField(_("At most so many points for one project"))
    sum_points = CountField(_("At most so many points in all"))
    preset = RadioField(
        _("Counting rule"),
        [InputRequired(_("Choose a counting rule"))],
        choices=[SelectChoice(key, _(preset.name)) for key, preset in HELD_BY.items()],
    )
    threshold = CountField(
        _("Votes that a project needs at least"),
        description=_(
            "Only for “Most votes first, from a threshold on”. On ballots with points or ranks: its points."
            " Where each district votes for itself, it holds in each."
        ),
    )
    threshold_basis_points = PercentField(
        _("Or: the share of all ballots on which a project must be chosen"),
        description=_(
            "In the place of a number of votes, such as 5 or 2.5. A part of a vote is a vote more."
            " Only for ballots without points or ranks."
        ),
    )
    increment = MoneyField(
        _("How much each step raises the share of a voter"),
        description=_("Only for rules whose shares grow. Left empty it is 1 baht."),
    )
    openings = RadioField(
        _("Who can find their own ballot among those counted"),
        [InputRequired(_("Choose one"))],
        choices=[
            SelectChoice(Openings.PUBLIC.value, _("Every voter, by the receipt")),
            SelectChoice(Openings.AUDITORS.value, _("Auditors only, where votes could be bought")),
        ],
    )
    languages = SelectMultipleField(
        _("Languages of the ballot besides Thai"),
        description=_("Its readers get what you translated, and the Thai of what you did not."),
        choices=[SelectChoice(code, own_name(code)) for code in OTHERS],
    )

    def show(self, edition: Edition) -> None:
        for name in ("least", "most", "most_points", "sum_points"):
            self[name].data = getattr(edition, name)
        self.languages.data = [code for code in OTHERS if code in edition.languages]
        self.kind.data, self.openings.data = edition.kind.value, edition.openings.value
        self.preset.data, rule = preset_of(edition.rule), Rule.from_json(edition.rule)
        for name in rule.numbers:
            if getattr(rule, name) != getattr(Rule(), name):  # what is usual stays empty
                self[name].data = getattr(rule, name)

    def validate_least(self, field: Any) -> None:
        if field.data is not None and field.data < 0:
            raise ValidationError(gettext("A number cannot be less than nothing."))

    def validate_most(self, field: Any) -> None:
        if field.data is None:
            return
        if not 1 <= field.data <= MOST_CHOICES:
            raise ValidationError(gettext("Enter a number from 1 to %(most)s.", most=MOST_CHOICES))
        if (self.least.data or 0) > field.data:
            raise ValidationError(gettext("The largest number cannot be smaller than the least."))

    def validate_most_points(self, field: Any) -> None:
        self._check_points(field)

    def validate_sum_points(self, field: Any) -> None:
        self._check_points(field)
        if self.has_points and field.data and field.data < (self.most_points.data or 0):
            raise ValidationError(gettext("All points together cannot be fewer than those of one project."))

    def validate_preset(self, field: Any) -> None:
        kind = next((each for each in BallotKind if each == self.kind.data), None)
        if field.data in HELD_BY and kind and not suits(HELD_BY[field.data].rule, kind):
            raise ValidationError(gettext("This rule does not suit the kind of ballot. Choose another one."))

    def validate_threshold(self, field: Any) -> None:
        if self._takes(field) and field.data is None and self.threshold_basis_points.data is None:
            raise ValidationError(gettext("Enter how many votes a project needs at least, or what share"))
        if field.data is not None and not 1 <= field.data <= LARGEST[field.name]:
            most = f"{LARGEST[field.name]:,}"
            raise ValidationError(gettext("Enter a number from 1 to %(most)s.", most=most))

    def validate_threshold_basis_points(self, field: Any) -> None:
        if not self._takes(field) or field.data is None:
            return
        if not 1 <= field.data <= LARGEST[field.name]:
            raise ValidationError(gettext("Enter a percentage from 0.01 to 100."))
        if self.threshold.data is not None:
            raise ValidationError(gettext("Enter a number of votes or a share, not both: leave one empty."))
        if self.kind.data not in APPROVALS:
            words = gettext("A share is for ballots without points or ranks: enter how many points instead.")
            raise ValidationError(words)

    def validate_increment(self, field: Any) -> None:
        if self._takes(field) and field.data is not None and not 1 <= field.data <= LARGEST[field.name]:
            most = figures(LARGEST[field.name])
            raise ValidationError(gettext("Enter an amount from 0.01 to %(most)s baht.", most=most))

    def _takes(self, field: Any) -> bool:
        """Whether the chosen rule takes this number; raises ValidationError for one that it does not take."""
        chosen = self.preset.data
        if field.errors or chosen not in HELD_BY:
            return False
        is_taken = takes(chosen, field.name)
        if not is_taken and field.data is not None:
            told = {"rule": gettext(HELD_BY[chosen].name), "number": field.label.text}
            raise ValidationError(gettext("“%(rule)s” has no “%(number)s”: leave it empty.", **told))
        return is_taken

    def _check_points(self, field: Any) -> None:
        if not self.has_points or field.errors:
            return
        if field.data is None:
            raise ValidationError(gettext("Enter how many points a voter may give"))
        if not 1 <= field.data <= MOST_POINTS:
            raise ValidationError(gettext("Enter a number from 1 to %(most)s.", most=MOST_POINTS))

    @property
    def has_points(self) -> bool:
        return self.kind.data in POINTED

    @property
    def numbers(self) -> Mapping[str, int]:
        """Those of the counting rule that were typed in."""
        given = {name: self[name].data for name in LARGEST}
        return {name: number for name, number in given.items() if number is not None}

    @property
    def limits(self) -> Limits:
        points, in_all = self.most_points.data or 1, self.sum_points.data or 1
        return Limits(self.least.data, self.most.data, points, max(points, in_all))
