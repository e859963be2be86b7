"""The form all forms are made from: strips text, reads Thai digits, refuses fields it does not know."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, PasswordField
from wtforms.widgets import TextInput

from govapp.core import dates, language, money
from govapp.core.errors import Refused
from govapp.core.text import NBSP

__all__ = ["DayField", "FileField", "FileRequired", "Form", "MoneyField"]

OURS = frozenset({"csrf_token", "next"})


class Form(FlaskForm):  # type: ignore[misc]
    """A form with a CSRF token, in the visitor's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> Any:
            return language

        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Any:
            if not issubclass(unbound.field_class, PasswordField):  # a password may begin with a space
                options["filters"] = [_strip, *options.get("filters", ())]
            return unbound.bind(form=form, **options)

    def sent(self) -> bool:
        """Posted and without mistakes; raises Refused for a field the form does not have."""
        if request.method != "POST":
            return False
        unknown = (request.form.keys() | request.files.keys()) - self._fields.keys() - OURS
        if unknown:
            raise Refused("The form was sent with a field it does not have: %(name)s", name=min(unknown))
        texts = [text for texts in request.form.listvalues() for text in texts]
        names = [upload.filename or "" for upload in request.files.values()]
        if any("\0" in text for text in [*texts, *names]):
            raise Refused  # PostgreSQL keeps no NUL
        return bool(self.validate())


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class MoneyField(Field):  # type: ignore[misc]
    """An amount in baht as people write it (Thai digits, commas); its data is satang."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])  # what was typed stays, also when it is wrong
        return money.figures(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and valuelist[0].strip():
            self.data = money.parse_baht(valuelist[0])


class DayField(Field):  # type: ignore[misc]
    """A day as people write it (Buddhist era, Thai digits, names of months); its data is a date."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return dates.short_date(self.data).replace(NBSP, " ") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and valuelist[0].strip():
            self.data = dates.parse_date(valuelist[0])
