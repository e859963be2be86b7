"""What an officer types in at a station."""

from collections.abc import Mapping

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from govapp.core.forms import Form
from govapp.core.language import N_
from govapp.core.language import lazy_gettext as _
from govapp.editions.rules.stations import Paper

PAPERS: Mapping[Paper, str] = {
    Paper.CARD: N_("Identity card"),
    Paper.THAID: N_("ThaID, shown on the person's own phone"),
    Paper.OTHER: N_("Another document, such as a passport or a house registration book"),
    Paper.VOUCHED: N_("No document: two people who know the person vouched for them"),
}


class FindForm(Form):
    name = StringField(
        _("Citizen number or name"),
        [InputRequired(_("Type the number or the name that stands on the document")), Length(max=200)],
        description=_("The whole number, or given name and family name. What you look for is kept nowhere."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class CheckForm(Form):
    """voter: the person found, signed for this officer's form alone."""

    voter = HiddenField()
    name = HiddenField()
    paper = RadioField(
        _("What did the person show?"),
        [InputRequired(_("Say what the person showed: without that nobody votes here"))],
        choices=[SelectChoice(paper.value, _(words)) for paper, words in PAPERS.items()],
        description=_("Compare the face and the name. The number of the document is kept nowhere."),
    )
    do = HiddenField()
    is_sure = BooleanField(_("The person wants to vote on paper and holds a paper ballot"))


class TakeBackForm(Form):
    password = PasswordField(
        _("Your password"),
        [InputRequired(_("Type the password of your account"))],
        render_kw={"autocomplete": "current-password"},
    )
