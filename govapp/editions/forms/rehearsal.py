"""What a rehearsal is held on."""

from collections.abc import Mapping

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from govapp.core.forms import CountField, Form
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.editions.rules.rehearsals import MOST_VOTERS

INVENTED, PAST = "invented", "past"


class RehearsalForm(Form):
    on = RadioField(
        _("On which ballots"),
        [InputRequired(_("Choose on which ballots"))],
        choices=[
            SelectChoice(INVENTED, _("Invented ballots on the projects of this round")),
            SelectChoice(PAST, _("Ballots of a past round, as they were cast")),
        ],
    )
    voters = CountField(_("Invented voters"), [InputRequired(_("Enter how many voters to invent"))])
    round = SelectField(_("Past round"), coerce=int)

    def offer(self, rounds: Mapping[int, str]) -> None:
        if rounds:
            self.round.choices = [SelectChoice(id_, name) for id_, name in rounds.items()]
        else:
            del self.round
        if not self.is_submitted():
            self.on.data, self.voters.data = INVENTED, 1000

    def validate_voters(self, field: CountField) -> None:
        if self.on.data == INVENTED and not field.errors and not 10 <= (field.data or 0) <= MOST_VOTERS:
            raise ValidationError(gettext("Enter a number from 10 to %(most)s.", most=f"{MOST_VOTERS:,}"))

    def validate_on(self, field: RadioField) -> None:
        if field.data == PAST and not self.round:
            raise ValidationError(gettext("There is no past round yet. Take invented ballots."))
