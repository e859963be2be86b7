"""The plan of an edition, part by part."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from govapp.ballotbox.models import Openings
from govapp.budgeting.rules import HELD_BY
from govapp.core.forms import CountField, DayField, Form, MoneyField
from govapp.core.language import gettext, own_name
from govapp.core.language import lazy_gettext as _
from govapp.core.money import figures
from govapp.core.translations import translation
from govapp.counting.ballots import BallotKind
from govapp.counting.rule import Rule
from govapp.editions.forms.side_by_side import SharedForm
from govapp.editions.models import Binding, Edition, Eligibility
from govapp.editions.rules import LARGEST, preset_of, suits
from govapp.editions.rules.plans import MOST_CHOICES, POINTED, Limits
from govapp.editions.rules.templates import TEMPLATES
from govapp.editions.rules.words import OF_EDITION, OTHERS
from govapp.editions.wording import BINDINGS, ELIGIBILITIES, KINDS

YEARS_BE = range(2500, 2700)
MOST_POINTS = 1000
ENGLISH = {"lang": "en"}
COPY, FROM_NOTHING = "copy", "nothing"
LONG = Length(max=5000, message=_("Write at most 5,000 letters"))


class YearForm(Form):
    """What an edition is called, and for which budget year it is."""

    title = StringField(
        _("Name of the round"),
        [InputRequired(_("Give the round a name")), Length(max=200, message=_("Write at most 200 letters"))],
        description=_("As people call it, such as “Participatory budget 2570”."),
    )
    fiscal_year_be = CountField(
        _("Budget year"),
        [InputRequired(_("Enter the budget year"))],
        description=_("Buddhist era, such as 2570. It begins on 1 October of the year before."),
    )

    def validate_fiscal_year_be(self, field: Any) -> None:
        if field.data is not None and field.data not in YEARS_BE:
            raise ValidationError(gettext("Write the year in four figures, such as %(year)s.", year=2569))


class StartForm(YearForm):
    """A new edition: from last year's, from a template, or from nothing."""

    post = SelectField(_("Whose work it is"), coerce=int)
    begin = RadioField(_("Begin with"), [InputRequired(_("Choose what to begin with"))])
    source = SelectField(_("Round to copy"), coerce=int)
    first_day = DayField(
        _("First day"),
        description=_("The calendar of a template begins on it. Every date can be changed."),
    )

    def offer(self, posts: Mapping[int, str], earlier: Mapping[int, str]) -> None:
        """What can be chosen: posts and earlier editions by number."""
        self.post.choices = [SelectChoice(id_, name) for id_, name in posts.items()]
        if earlier:
            self.source.choices = [SelectChoice(id_, title) for id_, title in earlier.items()]
        else:
            del self.source
        copying = [SelectChoice(COPY, _("An earlier round, its dates moved by 52 weeks"))] if earlier else []
        self.begin.choices = [
            *copying,
            *(SelectChoice(key, _(template.name)) for key, template in TEMPLATES.items()),
            SelectChoice(FROM_NOTHING, _("Nothing: write everything yourself")),
        ]

    def validate_first_day(self, field: Any) -> None:
        if self.begin.data in TEMPLATES and field.data is None and not field.errors:
            raise ValidationError(gettext("Enter the day on which the round begins"))


class DetailsForm(YearForm, SharedForm):
    description = TextAreaField(
        _("What this round is about"),
        [Optional(), LONG],
        description=_("A few plain sentences for everybody."),
        render_kw={"rows": 5},
    )
    binding = RadioField(
        _("What the result binds the authority to"),
        [InputRequired(_("Choose what the result binds to"))],
        choices=[SelectChoice(each.value, _(said.name)) for each, said in BINDINGS.items()],
    )
    resolution = TextAreaField(
        _("Resolution of the council"),
        [LONG],
        description=_("Its number, its day and what it says. A binding round needs one."),
        render_kw={"rows": 3},
    )
    eligibility = RadioField(
        _("Who may vote"),
        [InputRequired(_("Choose who may vote"))],
        choices=[SelectChoice(each.value, _(said.name)) for each, said in ELIGIBILITIES.items()],
    )
    eligibility_words = TextAreaField(
        _("Who may vote, in your own words"),
        [LONG],
        description=_("Needed for a rule of your own; else what is to be added."),
        render_kw={"rows": 3},
    )

    title_en = StringField(
        _("Name of the round in English"),
        [Length(max=200, message=_("Write at most 200 letters"))],
        render_kw=ENGLISH,
    )
    description_en = TextAreaField(
        _("What this round is about, in English"), [Optional(), LONG], render_kw={"rows": 5} | ENGLISH
    )
    resolution_en = TextAreaField(
        _("Resolution of the council, in English"), [Optional(), LONG], render_kw={"rows": 3} | ENGLISH
    )
    eligibility_words_en = TextAreaField(
        _("Who may vote, in your own words, in English"), [Optional(), LONG], render_kw={"rows": 3} | ENGLISH
    )

    def show(self, edition: Edition) -> None:
        """Begin with what is written down."""
        english = edition.translations.get("en", {})
        for name in OF_EDITION:
            self[name].data, self[f"{name}_en"].data = getattr(edition, name), english.get(name)
        self.fiscal_year_be.data = edition.fiscal_year_be
        self.binding.data, self.eligibility.data = edition.binding.value, edition.eligibility.value

    @property
    def translations(self) -> Mapping[str, Mapping[str, str]]:
        return translation("en", {name: self[f"{name}_en"].data for name in OF_EDITION})

    def validate_resolution(self, field: Any) -> None:
        if self.binding.data == Binding.BINDING and not field.data:
            raise ValidationError(gettext("Write down the resolution that makes the result binding"))

    def validate_eligibility_words(self, field: Any) -> None:
        if self.eligibility.data == Eligibility.OWN and not field.data:
            raise ValidationError(gettext("Write down who may vote"))


class BallotForm(SharedForm):
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
        if field.data and self.kind.data and not suits(field.data, BallotKind(self.kind.data)):
            raise ValidationError(gettext("This rule does not suit the kind of ballot. Choose another one."))

    def validate_threshold(self, field: Any) -> None:
        if self._takes(field) and field.data is None:
            raise ValidationError(gettext("Enter how many votes a project needs at least"))
        if field.data is not None and not 1 <= field.data <= LARGEST[field.name]:
            most = f"{LARGEST[field.name]:,}"
            raise ValidationError(gettext("Enter a number from 1 to %(most)s.", most=most))

    def validate_increment(self, field: Any) -> None:
        if self._takes(field) and field.data is not None and not 1 <= field.data <= LARGEST[field.name]:
            most = figures(LARGEST[field.name])
            raise ValidationError(gettext("Enter an amount from 0.01 to %(most)s baht.", most=most))

    def _takes(self, field: Any) -> bool:
        """Whether the chosen rule takes this number; raises ValidationError for one that it does not take."""
        chosen = HELD_BY.get(self.preset.data or "")
        if field.errors or chosen is None:
            return False
        if field.name not in chosen.rule.numbers and field.data is not None:
            told = {"rule": gettext(chosen.name), "number": field.label.text}
            raise ValidationError(gettext("“%(rule)s” has no “%(number)s”: leave it empty.", **told))
        return field.name in chosen.rule.numbers

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


class ReasonForm(Form):
    """Why a round does not take place."""

    reason = TextAreaField(
        _("Reason"),
        [InputRequired(_("Give the reason: everybody can read it")), LONG],
        render_kw={"rows": 4},
    )


class LessonsForm(SharedForm):
    lessons = TextAreaField(
        _("What this round taught"),
        [Optional(), Length(max=20_000)],
        description=_("What went well, what did not, and what is to be done better next time."),
        render_kw={"rows": 8},
    )

    def show(self, edition: Edition) -> None:
        self.lessons.data = edition.lessons


class DeedForm(Form):
    """A button and nothing else."""
