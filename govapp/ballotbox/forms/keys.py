"""Key-holders, their sheets, what ends a vote before its time."""

from typing import Any

from wtforms import EmailField, HiddenField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional
from wtforms.widgets import PasswordInput

from govapp.ballotbox.actions import opening
from govapp.ballotbox.models import BallotBox
from govapp.core.errors import Unreadable
from govapp.core.forms import Form
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _

LEAST_PASSPHRASE = 10
AS_TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "lang": "en"}
ANNOUNCEMENT = ""  # in place of what is withdrawn


def _person(label: Any) -> EmailField:
    needed = InputRequired(_("Enter the address with which the key-holder signs in"))
    return EmailField(label, [needed, Length(max=200)], render_kw={"autocomplete": "off", "list": "holders"})


class HoldersForm(Form):
    """Three people by the addresses of their accounts."""

    first = _person(_("First key-holder"))
    second = _person(_("Second key-holder"))
    third = _person(_("Third key-holder"))

    @property
    def people(self) -> tuple[Any, ...]:
        return self.first, self.second, self.third


class SheetsForm(Form):
    """made: the key that the box had when this form was opened, so that a form sent twice makes no other."""

    made = HiddenField()
    passphrase = PasswordField(
        _("Passphrase"),
        [
            InputRequired(_("Think of a passphrase")),
            Length(min=LEAST_PASSPHRASE, max=100, message=_("Take at least 10 letters, better four words")),
        ],
        description=_("At least 10 Latin letters, digits or signs. Four short words are easy to say."),
        render_kw=AS_TYPED,
    )
    again = PasswordField(
        _("The same passphrase again"),
        [InputRequired(_("Type it a second time")), EqualTo("passphrase", _("The two are not the same"))],
        render_kw=AS_TYPED,
    )


def _sheet(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        [InputRequired(_("Type the 33 words of the sheet")), Length(max=2000)],
        description=_("33 words; with or without their numbers, in as many lines as you like."),
        render_kw=AS_TYPED | {"rows": "6"},
    )


class OpeningForm(Form):
    """Two sheets by two people, and the passphrase. What was typed goes back to the screen only."""

    sheet_1 = _sheet(_("Sheet of the first key-holder"))
    sheet_2 = _sheet(_("Sheet of the second key-holder"))
    passphrase = PasswordField(
        _("Passphrase of the sheets"),
        [InputRequired(_("Type the passphrase of the sheets"))],
        description=_("The one that was said by mouth when the sheets were made."),
        widget=PasswordInput(hide_value=False),
        render_kw=AS_TYPED,
    )

    def joined(self, box: BallotBox) -> bytes | None:
        """The private key that was typed; where it is not this box's, the form says what is wrong with it."""
        typed = (self.sheet_1.data, self.sheet_2.data)
        try:
            return opening.joined(box, typed, self.passphrase.data)
        except Unreadable as refused:
            number = refused.values.get("number")
            told = gettext(refused.message) % refused.values
            if number:
                (self.sheet_1, self.sheet_2)[number - 1].errors = [told]
            else:
                self.form_errors.append(told)
            return None


class NoticeForm(Form):
    item = RadioField(_("What kind of notice"), validate_choice=True)
    reason = TextAreaField(
        _("What happened"),
        [InputRequired(_("Write down the reason: every voter will read it.")), Length(max=2000)],
        description=_("Every voter reads it on the ballot. It can never be taken back."),
    )

    def __init__(self, items: list[str], names: dict[str, str], **given: Any) -> None:
        super().__init__(**given)
        tell = SelectChoice(ANNOUNCEMENT, gettext("Only tell voters something"))
        named = (
            SelectChoice(item, gettext("Withdraw %(item)s", item=names.get(item, item))) for item in items
        )
        self.item.choices = [tell, *named]
        if not self.is_submitted():
            self.item.data = ANNOUNCEMENT


class AnnulForm(Form):
    """reason comes first; sure is sent from the page that shows it once more."""

    reason = TextAreaField(
        _("Why the vote is stopped"),
        [InputRequired(_("Write down why the vote is stopped: everybody will read it.")), Length(max=2000)],
        description=_("Everybody reads it on the page of the box."),
    )
    sure = StringField(validators=[Optional()])


class DeedForm(Form):
    """A deed that needs no words."""
