"""Names in parts, and what people agree to."""

from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from govapp.core.forms import Form
from govapp.core.language import current, gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.names import Name
from govapp.core.text import search_text

ONE_LINE = Regexp(r"[^\x00-\x1f\x7f]*\Z", message=_("Write the name on one line"))
TITLES = {  # suggestions; any other may be typed
    "th": "นาย นาง นางสาว เด็กชาย เด็กหญิง พระ แม่ชี ดร. ผศ. รศ. ศ. ม.ร.ว. ม.ล.".split(),
    "en": "Mr Mrs Ms Dr".split(),
}


class NameForm(Form):
    """A person's name; the browser fills in only one's own."""

    is_own = True
    title = StringField(
        _("Title before the name"),
        [Length(max=60), ONE_LINE],
        render_kw={"autocomplete": "honorific-prefix", "list": "titles"},
    )
    given_name = StringField(
        _("Given name"),
        [InputRequired(_("Enter the given name")), Length(max=200), ONE_LINE],
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        _("Family name"),
        [Length(max=200), ONE_LINE],
        description=_("Leave it out if there is none."),
        render_kw={"autocomplete": "family-name"},
    )

    @property
    def suggestions(self) -> list[str]:
        """Titles to choose from in the language of the moment."""
        return TITLES.get(current(), TITLES["en"])

    @property
    def whole_name(self) -> Name:
        return Name(self.title.data or "", self.given_name.data, self.family_name.data or "")


class CloseForm(Form):
    """Closing an account is confirmed by a word, which nobody types by accident."""

    word = StringField(_("Type this word to confirm"), [InputRequired(_("Type the word to confirm"))])

    def validate_word(self, field: Any) -> None:
        if field.data and search_text(field.data) not in (search_text(self.wanted), "close my account"):
            raise ValidationError(gettext("This is another word. Type: %(word)s", word=self.wanted))

    @property
    def wanted(self) -> str:
        return gettext("close my account")


class ConsentForm(Form):
    agrees = BooleanField(
        _("I have read the privacy notice and agree to it"),
        [InputRequired(_("Tick the box to agree, or go back"))],
    )
