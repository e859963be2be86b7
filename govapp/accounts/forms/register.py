"""What an officer enters of a person."""

from datetime import date
from typing import Any

from babel.dates import get_month_names
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from govapp.accounts import wording
from govapp.accounts.forms.names import NameForm
from govapp.accounts.models.people import Evidence
from govapp.accounts.rules.people import can_be_birth, is_case_number
from govapp.core import citizen_number, partial_dates
from govapp.core.forms import Form
from govapp.core.language import current, gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.partial_dates import PartialDate


def _months() -> list[SelectChoice]:
    names = get_month_names("wide", locale=current())
    return [SelectChoice("", gettext("not known")), *(SelectChoice(str(m), names[m]) for m in range(1, 13))]


class PersonForm(NameForm):
    """Name, birth date as far as it is known, and citizen number if there is one."""

    is_own = False

    birth_day = StringField(_("Day"), [Length(max=10)], render_kw={"inputmode": "numeric"})
    birth_month = SelectField(_("Month"), choices=_months)
    birth_year = StringField(_("Year"), [Length(max=10)], render_kw={"inputmode": "numeric"})
    citizen_number = StringField(
        _("Citizen number"),
        [Length(max=40)],
        description=_("13 digits. Leave it out if there is none: the system then gives a case number."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    born: PartialDate | None = None
    number = ""

    def validate_birth_year(self, field: Any) -> None:
        if not (field.data or self.birth_day.data or self.birth_month.data):
            return
        try:
            month = int(self.birth_month.data) if self.birth_month.data else None
            self.born = partial_dates.read(field.data, month, self.birth_day.data)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if not can_be_birth(date(self.born.year, self.born.month or 1, self.born.day or 1)):
            raise ValidationError(gettext("Nobody living was born then. Check the year."))

    def validate_citizen_number(self, field: Any) -> None:
        if field.data:
            try:
                self.number = citizen_number.read(field.data)
            except ValueError as error:
                raise ValidationError(str(error)) from error


class RegistrationForm(PersonForm):
    """`step`: check, confirm, or edit to go back."""

    evidence = RadioField(
        _("How did the person show who they are?"),
        [InputRequired(_("Choose how the person showed who they are"))],
        choices=[SelectChoice(evidence.value, _(words)) for evidence, words in wording.EVIDENCE.items()],
    )
    evidence_note = TextAreaField(_("More about it"), [Length(max=1000)])
    agrees = BooleanField(
        _("The privacy notice was read to the person, and they agree"),
        [
            InputRequired(
                _("Read the privacy notice to the person first; without their consent nobody is entered")
            )
        ],
    )
    form_token = HiddenField(validators=[InputRequired(), Length(max=40)])
    step = HiddenField(validators=[Length(max=10)])

    def validate_evidence_note(self, field: Any) -> None:
        if self.evidence.data == Evidence.OTHER and not field.data:
            raise ValidationError(gettext("Write how the person showed who they are"))


class ReasonForm(Form):
    """Why a whole citizen number is read."""

    reason = RadioField(
        _("Why do you need the whole number?"),
        [InputRequired(_("Choose a reason"))],
        choices=[SelectChoice(reason.value, _(words)) for reason, words in wording.REASONS.items()],
    )
    case_number = StringField(_("Number of the file"), [Length(max=27)])

    def validate_case_number(self, field: Any) -> None:
        if field.data and not is_case_number(field.data):
            raise ValidationError(gettext(wording.NO_NAMES))
