import re
from typing import Any

from wtforms import BooleanField, EmailField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Regexp, ValidationError

from govapp.accounts.forms.names import NameForm
from govapp.accounts.models import User
from govapp.accounts.rules.sign_in import password_fault
from govapp.core.forms import Form
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _

ADDRESS = r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([a-z0-9-]+\.)+[a-z]{2,}\Z"


class SignInForm(Form):
    email = EmailField(
        _("E-mail"),
        [InputRequired(_("Enter your e-mail address")), Length(max=200)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Enter your password")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(Form):
    """A code of the app, or a recovery code."""

    code = StringField(
        _("Code"),
        [InputRequired(_("Enter the code")), Length(max=100)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


class AppCodeForm(Form):
    code = StringField(
        _("Code"),
        [InputRequired(_("Enter the code your app shows")), Length(max=100)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ProofForm(Form):
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Enter your password")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class NewSignIn:
    """What a person signs in with from now on; part of a form."""

    @property
    def owner_name(self) -> str:
        """The person's name, which a password must not repeat."""
        raise NotImplementedError

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

    def validate_password(self, field: Any) -> None:
        if fault := password_fault(field.data, self.email.data or "", self.owner_name):
            raise ValidationError(gettext(fault))


class SignUpForm(NewSignIn, NameForm):
    """Asks for an account."""

    agrees = BooleanField(
        _("I have read the privacy notice and agree to it"),
        [InputRequired(_("Read the privacy notice and tick the box: nobody has an account without it"))],
    )

    @property
    def owner_name(self) -> str:
        return f"{self.given_name.data or ''} {self.family_name.data or ''}"


class VerifyForm(Form):
    """Shows that whoever opened the letter is whoever signed up."""

    password = PasswordField(
        _("Password"),
        [InputRequired(_("Enter your password")), Length(max=200)],
        description=_("The one you chose when you signed up."),
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    """Another password; `owner` is the user it is for."""

    current = PasswordField(
        _("Your password now"),
        [InputRequired(_("Enter your password")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _("New password"),
        [InputRequired(_("Enter a new password")), Length(max=200)],
        description=_("12 characters or more. Three or four words are easy to keep in mind."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("New password again"),
        [
            InputRequired(_("Enter the new password again")),
            EqualTo("new", _("Enter the same password twice")),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, owner: User) -> None:
        super().__init__()
        self.owner = owner

    def validate_new(self, field: Any) -> None:
        if fault := password_fault(field.data, self.owner.email or "", self.owner.name):
            raise ValidationError(gettext(fault))


class ForgotForm(Form):
    email = EmailField(
        _("E-mail"),
        [InputRequired(_("Enter your e-mail address")), Length(max=200)],
        render_kw={"autocomplete": "username"},
    )


class ResetForm(Form):
    """A new password; `owner` is the user it is for."""

    password = PasswordField(
        _("New password"),
        [InputRequired(_("Choose a password")), Length(max=200)],
        description=_("12 characters or more. Three or four words are easy to keep in mind."),
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, owner: User) -> None:
        super().__init__()
        self.owner = owner

    def validate_password(self, field: Any) -> None:
        if fault := password_fault(field.data, self.owner.email or "", self.owner.plain_name):
            raise ValidationError(gettext(fault))
