"""Signing in with a printed code, and adding an address to sign in with."""

from typing import Any

from wtforms import StringField
from wtforms.validators import InputRequired, Length, ValidationError

from govapp.accounts.forms.people import NewSignIn
from govapp.accounts.models import User
from govapp.accounts.rules.people import CODE_LETTERS
from govapp.core import codes
from govapp.core.forms import Form
from govapp.core.language import lazy_gettext as _


class AccessCodeForm(Form):
    """A code; a typing error is named here."""

    code = StringField(
        _("Access code"),
        [InputRequired(_("Enter the code from the letter")), Length(max=100)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

    def validate_code(self, field: Any) -> None:
        if not field.data:
            return
        try:
            codes.read(field.data, CODE_LETTERS)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class AddressForm(NewSignIn, Form):
    """An e-mail address and a password for a person, `owner`, who has none."""

    def __init__(self, owner: User) -> None:
        super().__init__()
        self.owner = owner

    @property
    def owner_name(self) -> str:
        return self.owner.plain_name
