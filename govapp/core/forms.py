"""The form all forms are made from: strips text, reads Thai digits, refuses fields it does not know."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from babel.support import LazyProxy
from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import Field, PasswordField
from wtforms.widgets import FileInput, TextInput

from govapp.core import dates, language, money
from govapp.core.errors import Refused
from govapp.core.files import kinds, names, workshop
from govapp.core.files.kinds import Kind, Upload
from govapp.core.language import gettext as _
from govapp.core.language import ngettext
from govapp.core.text import NBSP

__all__ = [
    "CountField",
    "DayField",
    "FileField",
    "FileRequired",
    "Form",
    "MoneyField",
    "PercentField",
    "TimeField",
    "UploadField",
]

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
        called = [file.filename or "" for files in request.files.listvalues() for file in files]
        if any("\0" in text for text in [*texts, *called]):
            raise Refused  # PostgreSQL keeps no NUL
        return bool(self.validate())


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class _TypedField(Field):  # type: ignore[misc]
    """What people write in many ways. As it was typed it stays, also when it is wrong."""

    widget = TextInput()

    def read(self, typed: str) -> Any:
        """The data; raises ValueError that says how to mend it."""
        raise NotImplementedError

    def shown(self) -> str:
        """The data as it can be typed."""
        raise NotImplementedError

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.shown() if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and valuelist[0].strip():
            self.data = self.read(valuelist[0])


class MoneyField(_TypedField):
    """An amount in baht as people write it (Thai digits, commas); its data is satang."""

    def read(self, typed: str) -> Any:
        return money.parse_baht(typed)

    def shown(self) -> str:
        return money.figures(self.data)


class PercentField(_TypedField):
    """A percentage as people write it (Thai digits, two decimals); its data is hundredths of a percent."""

    def read(self, typed: str) -> Any:
        return money.parse_percent(typed)

    def shown(self) -> str:
        return money.exact_percent(self.data).removesuffix("%")


class CountField(_TypedField):
    """A whole number as people write it (Thai digits, commas)."""

    def read(self, typed: str) -> Any:
        return money.parse_count(typed)

    def shown(self) -> str:
        return str(self.data)


class DayField(_TypedField):
    """A day as people write it (Buddhist era, Thai digits, names of months); its data is a date."""

    def read(self, typed: str) -> Any:
        return dates.parse_date(typed)

    def shown(self) -> str:
        return dates.short_date(self.data).replace(NBSP, " ")


class TimeField(_TypedField):
    """A time of day as people write it (16.30, Thai digits); its data is a datetime.time, of Bangkok."""

    def read(self, typed: str) -> Any:
        return dates.parse_time(typed)

    def shown(self) -> str:
        return f"{self.data:%H.%M}"


class UploadField(Field):  # type: ignore[misc]
    """Files a person brings. The form needs enctype="multipart/form-data"; InputRequired works as usual.

    accept  the kinds of file that may be brought
    most    how many; with more than one, data is a list. All of a form together: upload_limit_bytes
    Once the form is valid, data holds each Upload, checked and cleaned: the action keeps it with keep().
    """

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        accept: Collection[Kind] = kinds.EVERY,
        most: int = 1,
        **options: Any,
    ) -> None:
        own = options.pop("description", "")
        options["description"] = LazyProxy(lambda: f"{own} {self._hint()}".strip(), enable_cache=False)
        options["render_kw"] = {"accept": kinds.accept_attribute(accept)} | options.get("render_kw", {})
        super().__init__(label, validators, **options)
        self.accept, self.most = accept, most
        self.brought: list[FileStorage] = []
        self.data: Any = None
        self.widget = FileInput(multiple=most > 1)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.brought = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]
        self.raw_data = self.brought  # text that is sent in the place of a file is none
        self.data = [] if self.most > 1 else None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or self.errors:
            return
        if len(self.brought) > self.most:
            self.errors.append(
                ngettext("Choose one file only", "Choose up to %(num)s files", self.most, num=self.most)
            )
            return
        uploads = [upload for upload in map(self._clean, self.brought) if upload]
        if not self.errors:
            self.data = uploads if self.most > 1 else next(iter(uploads), None)

    def _clean(self, file: FileStorage) -> Upload | None:
        """One file, or None with its mistake among the errors."""
        most_bytes = max(kinds.FACTS[kind].largest_bytes for kind in self.accept)
        content = file.stream.read(most_bytes + 1)
        try:
            if len(content) > most_bytes:
                raise kinds.too_large(most_bytes)
            upload = workshop.clean(content, self.accept)
        except Refused as refused:
            self.errors.append(self._named(file, _(refused.message) % refused.values))
            return None
        return replace(upload, name=names.shown(file.filename or "", upload.kind))

    def _named(self, file: FileStorage, mistake: str) -> str:
        """With several files, which of them it is."""
        if len(self.brought) == 1:
            return mistake
        return f"{names.shown(file.filename or '', Kind.PDF)}: {mistake}"

    def _hint(self) -> str:
        """Browsers do not keep a chosen file when a form comes back."""
        lost = self.brought and not self.errors
        again = _("Choose the file again: it was not sent along.") if lost else ""
        return f"{again} {kinds.rules_in_words(self.accept, self.most)}".strip()
