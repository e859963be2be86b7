from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from govapp.accounts.actions.sign_in import SHORTEST_PASSWORD
from govapp.core.forms import Form
from govapp.core.language import lazy_gettext as _

TOO_SHORT = _("The password needs at least %(count)s characters", count=SHORTEST_PASSWORD)


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


class PasswordForm(Form):
    current = PasswordField(
        _("Your password now"),
        [InputRequired(_("Enter your password")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _("New password"),
        [
            InputRequired(_("Enter a new password")),
            Length(max=200),
            Length(SHORTEST_PASSWORD, message=TOO_SHORT),
        ],
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
