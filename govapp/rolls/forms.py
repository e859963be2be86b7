"""What is typed in: a new roll, files, searches, corrections, claims and codes."""

import secrets
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import TextInput

from govapp.accounts.forms.register import PersonForm
from govapp.accounts.rules.people import is_case_number
from govapp.core.files.kinds import Kind
from govapp.core.forms import DayField, FileField, FileRequired, Form, UploadField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.text import arabic_digits
from govapp.rolls import wording
from govapp.rolls.actions import RollPlan
from govapp.rolls.actions.claims import Person
from govapp.rolls.models import DISTRICT_LETTERS, Roll, RollEntry, Standing
from govapp.rolls.models.claims import Wish
from govapp.rolls.models.codes import Form as CodeForm

REASON = [InputRequired(_("Write the reason; it stays with the roll")), Length(max=1000)]


class RollForm(Form):
    """A new roll of an area."""

    post = SelectField(_("Kept by"), coerce=int)
    title = StringField(
        _("What the vote is about"), [InputRequired(_("Write what the vote is about")), Length(max=200)]
    )
    districts = TextAreaField(
        _("Districts of the vote"),
        [Optional(), Length(max=5000)],
        description=_("One a line, if the vote is held by district. A file may then name no others."),
        render_kw={"rows": 4},
    )
    minimum_age = IntegerField(
        _("Minimum age in years"),
        [Optional(), NumberRange(0, 130, _("Write an age from 0 to 130"))],
        widget=TextInput(),
        render_kw={"inputmode": "numeric"},
    )
    age_on = DayField(_("The day on which people must be so old"))
    residence = TextAreaField(
        _("Who belongs to the area"),
        [Optional(), Length(max=1000)],
        description=_("In words for everybody: they stand on the public page of the roll."),
        render_kw={"rows": 3},
    )

    @property
    def district_names(self) -> list[str]:
        typed = (" ".join(line.split()) for line in (self.districts.data or "").splitlines())
        return list(dict.fromkeys(filter(None, typed)))

    @property
    def plan(self) -> RollPlan:
        return RollPlan(
            title=self.title.data,
            districts=tuple(self.district_names),
            minimum_age=self.minimum_age.data or 0,
            age_on=self.age_on.data if self.minimum_age.data else None,
            residence=self.residence.data or "",
        )

    def validate_districts(self, _field: Any) -> None:
        if any(len(name) > DISTRICT_LETTERS for name in self.district_names):
            raise ValidationError(gettext("A district's name is too long. Write one district a line."))

    def validate_age_on(self, field: Any) -> None:
        if self.minimum_age.data and field.data is None:
            raise ValidationError(gettext("Enter the day on which people must be so old"))


class FileForm(Form):
    file = FileField(
        _("File of people (CSV or .xlsx)"),
        [FileRequired(_("Choose the file"))],
        render_kw={"accept": ".csv,.txt,.xlsx,text/csv"},
    )


class SearchForm(Form):
    """A person by number, last four digits or name. Sent as POST: it stands in no address and no log."""

    who = StringField(
        _("Citizen number, its last four digits, or a name"),
        [InputRequired(_("Enter whom you look for")), Length(max=200)],
        render_kw={"autocomplete": "off", "type": "search"},
    )


class EntryForm(PersonForm):
    """An entry of the roll, corrected by hand."""

    district = StringField(_("Voting district"), [Length(max=DISTRICT_LETTERS)])
    standing = SelectField(
        _("Standing"),
        choices=[SelectChoice(each.value, _(words)) for each, words in wording.STANDINGS.items()],
    )
    address = TextAreaField(
        _("Address for letters"), [Optional(), Length(max=500)], render_kw={"rows": 3, "autocomplete": "off"}
    )
    postcode = StringField(
        _("Postcode"),
        [Optional(), Regexp(r"[0-9๐-๙]{5}\Z", message=_("A postcode has five digits"))],
        render_kw={"inputmode": "numeric"},
    )
    case_number = StringField(_("Case number"), [Length(max=27)])
    why = TextAreaField(_("Reason"), REASON, render_kw={"rows": 3})

    def choose(self, roll: Roll) -> None:
        """Only the districts of the roll, where it names them."""
        if roll.districts:
            self.district.render_kw = {"list": "districts", "autocomplete": "off"}

    def fill(self, entry: RollEntry, parts: tuple[str, str, str]) -> None:
        """What stands there now; a number is never shown in a form."""
        for name in ("title", "given_name", "family_name", "district", "address", "postcode"):
            self[name].data = getattr(entry, name)
        self.standing.data = entry.standing.value
        self.birth_year.data, self.birth_month.data, self.birth_day.data = parts

    @property
    def person(self) -> Person:
        return Person(
            self.whole_name,
            self.born,
            self.district.data or "",
            Standing(self.standing.data),
            "\n".join(" ".join(line.split()) for line in (self.address.data or "").splitlines()),
            arabic_digits(self.postcode.data or ""),
        )


class NewEntryForm(EntryForm):
    """Somebody who is put on the roll by hand: with a citizen number, or else a case number."""

    def validate_case_number(self, field: Any) -> None:
        if bool(field.data) == bool(self.citizen_number.data):
            raise ValidationError(gettext("Enter the citizen number, or the case number of who has none"))
        if field.data and not is_case_number(field.data):
            raise ValidationError(gettext("The case number is none. Write it as on the person's page."))

    def validate_standing(self, field: Any) -> None:
        if field.data != Standing.ON:
            raise ValidationError(gettext("Put only people on the roll who may vote"))


class ClaimForm(Form):
    """What a person asks for about themselves, or says about somebody else."""

    wish = RadioField(
        _("What do you ask for?"),
        [InputRequired(_("Choose what you ask for"))],
        choices=[SelectChoice(wish.value, _(words)) for wish, words in wording.WISHES.items()],
    )
    district = StringField(_("The district to which you belong"), [Length(max=DISTRICT_LETTERS)])
    words = TextAreaField(
        _("Why"),
        [InputRequired(_("Write why")), Length(max=2000)],
        description=_("In an objection write who it is about. Write no citizen number here."),
        render_kw={"rows": 4},
    )
    evidence = UploadField(
        _("Picture or copy of a document"), [Optional()], accept=(Kind.PDF, Kind.JPEG, Kind.PNG)
    )
    form_token = HiddenField(validators=[InputRequired(), Length(max=40)])

    def begin(self, may_be_added: bool) -> None:
        """Propose what fits where the person stands."""
        if not self.is_submitted():
            self.form_token.data = secrets.token_urlsafe(16)
            self.wish.data = Wish.ADD.value if may_be_added else Wish.MOVE.value


class DecideForm(Form):
    listed = RadioField(_("Does the person stand there?"), coerce=int, default=0)
    accepted = RadioField(
        _("Decision"),
        [InputRequired(_("Choose a decision"))],
        choices=[SelectChoice("yes", _("Accept")), SelectChoice("no", _("Refuse"))],
    )
    district = StringField(_("The district to which the person belongs"), [Length(max=DISTRICT_LETTERS)])
    why = TextAreaField(
        _("Reason"),
        REASON,
        description=_("The person who asked gets it in a letter. Write no citizen number here."),
        render_kw={"rows": 3},
    )

    def choose(self, entries: Sequence[tuple[int, str]]) -> None:
        """(id, how the entry is named) of who is perhaps the person; 0 stands for nobody of them."""
        if not entries:
            del self.listed
            return
        words = gettext("Yes: the entry %(entry)s is theirs, and the account votes by it")
        self.listed.choices = [
            SelectChoice(0, gettext("No: the person is not on the roll yet")),
            *(SelectChoice(entry_id, words % {"entry": named}) for entry_id, named in entries),
        ]


class DoubleForm(Form):
    """Two entries that are perhaps the same person."""

    strike = RadioField(
        _("Are they one person?"), [InputRequired(_("Choose an answer"))], coerce=int, validate_choice=True
    )
    why = TextAreaField(_("Reason"), REASON, render_kw={"rows": 3})

    def choose(self, entries: Sequence[tuple[int, str]]) -> None:
        """(id, how the entry is named) of each; 0 stands for two people."""
        words = gettext("One person: strike the entry %(entry)s")
        self.strike.choices = [
            *(SelectChoice(entry_id, words % {"entry": named}) for entry_id, named in entries),
            SelectChoice(0, gettext("Two people")),
        ]


class CodesForm(Form):
    """New codes for all who may vote and have none, or for those of a district."""

    form = RadioField(
        _("What do you need?"),
        [InputRequired(_("Choose what you need"))],
        choices=[
            SelectChoice(CodeForm.LETTERS.value, _("Letters to print (PDF)")),
            SelectChoice(CodeForm.MERGE.value, _("A table for a printing house (CSV)")),
        ],
    )
    district = SelectField(_("For whom"))
