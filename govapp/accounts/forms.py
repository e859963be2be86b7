from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from govapp.core.forms import Form
from govapp.core.language import lazy_gettext as _


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
