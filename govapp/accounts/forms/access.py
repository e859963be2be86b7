"""Signing in with a printed code, and adding an address to sign in with."""

import re
from typing import Any

from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from govapp.accounts.forms.people import ADDRESS
from govapp.accounts.models import User
from govapp.accounts.rules.people import CODE_LETTERS
from govapp.accounts.rules.sign_in import password_fault
from govapp.core import codes
from govapp.core.forms import Form
from govapp.core.language import gettext
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


class AddressForm(Form):
    """An e-mail address and a password for a person, `owner`, who has none."""

    email = EmailField(
        _("E-mail"),
        [
            InputRequired(_("Enter your e-mail address")),
            Length(max=200),
            Regexp(ADDRESS, re.ASCII | re.IGNORECASE, _("Write the whole address, such as name@example.org")),
        ],
        description=_("We send a letter there. You sign in with this address."),
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Choose a password")), Length(max=200)],
        description=_("12 characters or more. Three or four words are easy to keep in mind."),
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, owner: User) -> None:
        super().__init__()
        self.owner = owner

    def validate_password(self, field: Any) -> None:
        if fault := password_fault(field.data, self.email.data or "", self.owner.plain_name):
            raise ValidationError(gettext(fault))
