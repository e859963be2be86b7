"""What is typed in: a question with its list of voters, and an answer."""

import re
from datetime import datetime, timedelta
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from govapp.ballotbox.models import Openings
from govapp.core import clock, dates
from govapp.core.forms import DayField, Form, TimeField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.questions.rules import MOST_VOTERS, OPTIONS
from govapp.questions.wording import ANSWERS

BETWEEN = re.compile(r"[\s,;]+")


class VotersForm(Form):
    """Who may answer: people who have an account."""

    voters = TextAreaField(
        _("E-mail addresses of those who may answer"),
        [InputRequired(_("Enter the addresses of those who may answer")), Length(max=200_000)],
        description=_("One a line. Each must have an account with this address."),
        render_kw={"rows": 8, "autocomplete": "off", "spellcheck": "false"},
    )

    @property
    def emails(self) -> list[str]:
        """The addresses, each once, in small letters, in the order in which they were typed."""
        return list(dict.fromkeys(each.lower() for each in BETWEEN.split(self.voters.data or "") if each))

    def say_unknown(self, unknown: list[str]) -> None:
        """Nobody can sign in with these addresses."""
        named = ", ".join(unknown[:10])
        more = gettext("and %(count)s more", count=len(unknown) - 10) if len(unknown) > 10 else ""
        self.voters.errors = [
            gettext("No account has the address %(named)s %(more)s", named=named, more=more).strip()
        ]

    def validate_voters(self, _field: Any) -> None:
        if len(self.emails) > MOST_VOTERS:
            raise ValidationError(gettext("Enter at most %(most)s addresses.", most=MOST_VOTERS))


class AskForm(VotersForm):
    """A new question. Times are those of Bangkok."""

    post = SelectField(_("Asked by"), coerce=int)
    words = TextAreaField(
        _("The question"),
        [InputRequired(_("Write the question")), Length(max=500, message=_("Write at most 500 letters"))],
        description=_("One that can be answered by yes or no."),
        render_kw={"rows": 3},
    )
    background = TextAreaField(
        _("What one should know before answering"),
        [Optional(), Length(max=5000, message=_("Write at most 5,000 letters"))],
        render_kw={"rows": 4},
    )
    first_day = DayField(_("Opens on"), [InputRequired(_("Enter the day on which voting begins"))])
    first_time = TimeField(_("at"), [InputRequired(_("Enter the time at which voting begins"))])
    last_day = DayField(_("Closes on"), [InputRequired(_("Enter the day on which voting ends"))])
    last_time = TimeField(_("at"), [InputRequired(_("Enter the time at which voting ends"))])
    objection_hours = SelectField(
        _("Time for objections after closing"),
        coerce=int,
        choices=[
            SelectChoice(0, _("None")),
            SelectChoice(24, _("1 day")),
            SelectChoice(72, _("3 days")),
            SelectChoice(168, _("7 days")),
        ],
    )
    openings = RadioField(
        _("Who can find their own ballot among those counted"),
        choices=[
            SelectChoice(Openings.PUBLIC.value, _("Every voter, by the receipt")),
            SelectChoice(Openings.AUDITORS.value, _("Auditors only, where votes could be bought")),
        ],
    )
    chair = StringField(
        _("E-mail of the chair"),
        [Optional(), Length(max=200)],
        description=_("Needed for fewer than 25 voters: chair and secretary open such a box together."),
    )

    def propose(self) -> None:
        """From now until this time tomorrow."""
        if not self.is_submitted():
            begins = dates.local(clock.now())
            self.first_day.data, self.first_time.data = begins.date(), begins.time()
            self.last_day.data = begins.date() + timedelta(days=1)
            self.last_time.data = begins.time()
            self.openings.data = Openings.PUBLIC.value

    @property
    def opens_at(self) -> datetime:
        return dates.from_local(self.first_day.data, self.first_time.data)

    @property
    def closes_at(self) -> datetime:
        return dates.from_local(self.last_day.data, self.last_time.data)

    def validate_last_time(self, _field: Any) -> None:
        known = (self.first_day, self.first_time, self.last_day, self.last_time)
        if any(field.data is None for field in known):
            return
        if self.closes_at <= self.opens_at:
            raise ValidationError(gettext("Voting must end after it begins."))
        if self.closes_at <= clock.now():
            raise ValidationError(gettext("This moment is over. Enter a later one."))


class BallotForm(Form):
    """An answer, with the ticket that says which ballot it may replace."""

    class Meta(Form.Meta):
        csrf = False  # core/web has checked the token of the page before: once is enough where many wait

    ticket = HiddenField()
    answer = RadioField(
        _("Your answer"),
        [InputRequired(_("Choose one answer; you can also abstain"))],
        choices=[SelectChoice(option, _(ANSWERS[option])) for option in OPTIONS],
    )
