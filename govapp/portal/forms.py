from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from govapp.core.forms import DayField, FileField, Form, MoneyField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.core.text import arabic_digits
from govapp.portal.queries.audit import NUMBER, Wish
from govapp.portal.wording import kind_of_thing, kinds, thing


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
    file = FileField(_("Attachment"))
    agree = BooleanField(_("I have read the rules"))


class WishForm(Form):
    """Which entries of the log to show. Whom a person's e-mail address belongs to is for the page to find."""

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

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.groups = kinds()
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

    def wish(self, actor_id: int | None) -> Wish:
        """What was typed, when it has no mistakes."""
        values = (self.first.data, self.last.data, self.event.data, actor_id)
        return Wish(*values, self.found_thing(), self.words.data or "")

    def found_thing(self) -> tuple[str, int] | None:
        """Kind and number of what was typed; raises ValidationError where it is neither."""
        if not self.thing.data:
            return None
        name, _space, number = arabic_digits(self.thing.data).replace("-", " ").rpartition(" ")
        kind = kind_of_thing(name)
        if kind is None or not NUMBER.fullmatch(number):
            raise ValidationError(
                gettext("Write a kind and a number, such as %(example)s", example=thing("post", 12))
            )
        return kind, int(number)

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
