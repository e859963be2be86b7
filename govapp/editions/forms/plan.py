"""The plan of an edition, part by part."""

from collections.abc import Mapping
from typing import Any

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from govapp.core.forms import CountField, DayField, Form
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.translations import translation
from govapp.editions.forms.side_by_side import SharedForm
from govapp.editions.models import Binding, Edition, Eligibility
from govapp.editions.rules.templates import TEMPLATES
from govapp.editions.rules.words import OF_EDITION
from govapp.editions.wording import BINDINGS, ELIGIBILITIES

YEARS_BE = range(2500, 2700)
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


class RollForm(Form):
    """A button for each roll that can be used."""

    roll = IntegerField(validators=[NumberRange(1)])
