from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from govapp.core.forms import Form, MoneyField, UploadField
from govapp.core.language import lazy_gettext as _


class ExampleForm(Form):
    """Every kind of field, with mistakes in two of them: for the style guide only."""

    amount = MoneyField(_("Money asked for"), [InputRequired()])
    groups = SelectMultipleField(
        _("Who benefits"),
        [InputRequired(_("Choose at least one group"))],
        choices=[
            SelectChoice("old", _("Poor elderly people")),
            SelectChoice("disabled", _("People with disabilities")),
        ],
    )
    kind = RadioField(
        _("Kind"),
        choices=[SelectChoice("new", _("A new project")), SelectChoice("again", _("A project that goes on"))],
    )
    district = SelectField(_("Place"), choices=["ตลาดเก่า", "เหนือคลอง", "บึงใหญ่", "ทุ่งริมทาง"])
    details = TextAreaField(_("Details"))
    file = UploadField(_("Attachment"))
    agree = BooleanField(_("I have read the rules"))
