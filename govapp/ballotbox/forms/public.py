"""The code of a receipt, as it is typed to look a ballot up."""

from typing import Any

from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from govapp.core import codes
from govapp.core.forms import Form
from govapp.core.language import lazy_gettext as _
from govapp.ledger.receipts import LETTERS


class LookUpForm(Form):
    """What was typed stays, and a typing error is named here. `receipt` is the code as it is kept."""

    code = StringField(
        _("Code on your receipt"),
        [InputRequired(_("Enter the code on your receipt")), Length(max=100)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    receipt = ""

    def validate_code(self, field: Any) -> None:
        if not field.data:
            return
        try:
            self.receipt = codes.read(field.data, LETTERS)
        except ValueError as error:
            raise ValidationError(str(error)) from error
