import re
from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from govapp.accounts.models import User
from govapp.core.forms import DayField, Form, MoneyField, UploadField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.text import arabic_digits
from govapp.portal.queries.audit import NUMBER, Wish
from govapp.portal.wording import kind_of_thing, kinds, thing

THING = re.compile(r"(?P<name>.*?)[\s-]*(?P<number>[0-9]{1,9})")  # Thai needs no space between


class ExampleForm(Form):
    """Every kind of field, with mistakes in two of them: for the style guide only."""

    amount = MoneyField(_("Money asked for"), [InputRequired()])
    groups = SelectMultipleField(
        _("Who benefits"),
        [InputRequired(_("Choose at least one group"))],
        choices=[
            SelectChoice("old", _("Poor elderly people")),
            SelectChoice("disabled", _("People with disabilities")),
        ],
    )
    kind = RadioField(
        _("Kind"),
        choices=[SelectChoice("new", _("A new project")), SelectChoice("again", _("A project that goes on"))],
    )
    district = SelectField(_("Place"), choices=["ตลาดเก่า", "เหนือคลอง", "บึงใหญ่", "ทุ่งริมทาง"])
    details = TextAreaField(_("Details"))
    file = UploadField(_("Attachment"))
    agree = BooleanField(_("I have read the rules"))


class WishForm(Form):
    """Which entries of the log to show.

    find  e-mail address -> the account, or None
    """

    first = DayField(_("From day"), [Optional()], description=_("Such as 1 ต.ค. 2569."))
    last = DayField(_("Until day"), [Optional()], description=_("This day is included."))
    event = SelectField(_("Kind of deed"), default="")
    person = StringField(
        _("Who did it"),
        [Length(max=200)],
        description=_("E-mail address or number of a user."),
        render_kw={"autocomplete": "off"},
    )
    thing = StringField(
        _("What it was about"),
        [Length(max=60)],
        description=_("Kind and number, such as post 12."),
        render_kw={"autocomplete": "off"},
    )
    words = StringField(
        _("Words in the deed"),
        [Length(max=200)],
        description=_("Such as confirmed."),
        render_kw={"type": "search"},
    )

    def __init__(self, find: Callable[[str], User | None] = lambda _email: None, **given: Any) -> None:
        super().__init__(**given)
        self.find, self.groups = find, kinds()
        every = [kind for _heading, group in self.groups for kind in group]
        self.event.choices = [SelectChoice("", gettext("All")), *(SelectChoice(*kind) for kind in every)]

    @classmethod
    def of(cls, wish: Wish) -> "WishForm":
        """The form as it was filled in for a wish; a person stands in it by number."""
        typed = {
            "first": wish.first,
            "last": wish.last,
            "event": wish.event,
            "person": "" if wish.actor_id is None else str(wish.actor_id),
            "thing": thing(*wish.thing) if wish.thing else "",
            "words": wish.words,
        }
        return cls(formdata=None, data=typed)

    def facts(self) -> list[dict[str, str]]:
        """What is filled in, in words: label and value of each."""
        kinds_by_name = {kind: words for _heading, group in self.groups for kind, words in group}
        person = self.found_person()
        values = [
            (self.first, self.first._value()),
            (self.last, self.last._value()),
            (self.person, "" if person is None else thing("user", person)),
            (self.thing, self.thing.data),
            (self.words, self.words.data),
            (self.event, kinds_by_name.get(self.event.data)),
        ]
        return [{"label": field.label.text, "value": value} for field, value in values if value]

    def wish(self) -> Wish:
        """What was typed, when it has no mistakes."""
        days = (self.first.data, self.last.data)
        return Wish(*days, self.event.data, self.found_person(), self.found_thing(), self.words.data or "")

    def found_person(self) -> int | None:
        """The number of the user that was typed; raises ValidationError where nobody has the address."""
        typed = arabic_digits(self.person.data or "")
        if not typed or NUMBER.fullmatch(typed):
            return int(typed) if typed else None
        person = self.find(typed)
        if person is None:
            raise ValidationError(
                gettext("No account has this e-mail address. The number of a user finds closed ones too.")
            )
        return person.id

    def found_thing(self) -> tuple[str, int] | None:
        """Kind and number of what was typed; raises ValidationError where it is neither."""
        if not self.thing.data:
            return None
        typed = THING.fullmatch(arabic_digits(self.thing.data))
        kind = kind_of_thing(typed["name"]) if typed else None
        if typed is None or kind is None:
            raise ValidationError(
                gettext("Write a kind and a number, such as %(example)s", example=thing("post", 12))
            )
        return kind, int(typed["number"])

    def validate_person(self, _field: Any) -> None:
        self.found_person()

    def validate_thing(self, _field: Any) -> None:
        self.found_thing()

    def validate_last(self, field: Any) -> None:
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(gettext("The last day must not be before the first."))


class ExportForm(Form):
    kind = RadioField(
        _("Form of the file"),
        choices=[
            SelectChoice("csv", _("CSV, for Excel and other spreadsheets")),
            SelectChoice("jsonl", _("JSON lines, for programs; every digest can be reckoned again from it")),
        ],
        default="csv",
    )
