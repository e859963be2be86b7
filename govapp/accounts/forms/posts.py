"""Giving posts, ending them, handing them over, and the duties that stay with them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from govapp.accounts.models.posts import Role
from govapp.accounts.wording import POWERS, ROLES
from govapp.core import clock, dates
from govapp.core.files.kinds import Kind
from govapp.core.forms import DayField, Form, UploadField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _


class PostForm(Form):
    """Which post, and where. Stands before the terms, and so do its errors."""

    role = RadioField(_("Post"), validate_choice=True)
    area = StringField(
        _("Place"),
        [InputRequired(_("Enter the name or the code of the place")), Length(max=200)],
        description=_(
            "Name or official code: a province, district or local authority; for the whole country, TH."
        ),
        render_kw={"autocomplete": "off"},
    )


class TermsForm(Form):
    """Who shall hold a post, from when, until when, on what ground."""

    email = EmailField(
        _("E-mail of the person"),
        [InputRequired(_("Enter the address with which the person signs in")), Length(max=200)],
        description=_("The person opened an account with it before."),
        render_kw={"autocomplete": "off"},
    )
    first = DayField(
        _("First day"),
        [InputRequired(_("Enter the first day"))],
        description=_("Such as 1 ต.ค. 2569 or 1/10/2569."),
    )
    last = DayField(
        _("Last day"),
        [InputRequired(_("Enter the last day"))],
        description=_("Four years at most. The power ends by itself."),
    )
    document = StringField(
        _("Order or letter it rests on"),
        [InputRequired(_("Enter the number of the order, or what it rests on")), Length(max=300)],
        description=_("Such as คำสั่งจังหวัดที่ 12/2569."),
    )

    copy = UploadField(_("Copy of it"), accept=(Kind.PDF, Kind.JPEG, Kind.PNG))

    def propose_days(self) -> None:
        """Today, and the last day of the fiscal year, when officials move."""
        if not self.is_submitted():
            self.first.data, self.last.data = dates.local_day(clock.now()), end_of_service(clock.now())


class GiveForm(PostForm, TermsForm):
    def __init__(self, roles: Collection[Role], **given: Any) -> None:
        super().__init__(**given)
        self.role.choices = [SelectChoice(role.value, gettext(ROLES[role])) for role in roles]
        self.hints = {role.value: gettext(POWERS[role]) for role in roles}


class DecideForm(Form):
    """Confirming needs no words; refusing and ending do."""

    deed = StringField(validators=[InputRequired()])
    reason = TextAreaField(
        _("Reason"),
        [Length(max=1000)],
        description=_("Needed for refusing or ending. The person reads it."),
    )


class HandOverForm(TermsForm):
    words = TextAreaField(
        _("What your successor should know"),
        [Length(max=10_000)],
        description=_(
            "People, promises, dates, where things lie. It stays with the post and is in the document."
        ),
        render_kw={"rows": "10"},
    )


class DutyForm(Form):
    title = StringField(_("To do"), [InputRequired(_("Write what is to be done")), Length(max=300)])
    due_on = DayField(_("Due by"), [Optional()], description=_("Such as 15 ธ.ค. 2569."))
    notes = TextAreaField(_("Remarks"), [Length(max=4000)])


def end_of_service(moment: Any) -> date:
    """30 September of the fiscal year that is running, or of the next when less than half a year is left."""
    day = dates.local_day(moment)
    end = date(day.year + (day.month >= 10), 9, 30)
    return end if end - day > timedelta(days=182) else end.replace(year=end.year + 1)
