"""Forms on what several people change: whoever saves second sees both beside each other, and chooses."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, Field, HiddenField, SelectFieldBase, SelectMultipleField

from govapp.core.forms import Form, UploadField
from govapp.core.language import N_
from govapp.core.language import gettext as _

OVERTAKEN = N_(
    "Somebody else changed this since you opened it. Nothing of yours is lost: look at both, and save again."
)
DIGITS = 12  # of a hash: enough to see that something changed


@dataclass(frozen=True)
class Clash:
    """What two people wrote into one field."""

    name: str
    label: str
    mine: str
    theirs: str


class SharedForm(Form):
    """A form that knows what stood in its fields when it was opened. A form made from it has show(subject).

    seen   field=hash of each field at that time; a form that is sent without it overtakes nobody
    taken  names of fields for which what the other wrote is taken
    """

    seen = HiddenField()
    taken = SelectMultipleField(choices=[], validate_choice=False)
    clashes: tuple[Clash, ...] = ()
    followed: tuple[str, ...] = ()  # labels of fields that only the other changed: they show the new words
    is_overtaken = False

    def open(self, subject: Any) -> None:
        """Begin with what is written down."""
        self.show(subject)
        self.seen.data = _seen(self)

    def show(self, subject: Any) -> None:
        raise NotImplementedError

    def sent_beside(self, subject: Any) -> bool:
        """Sent, without mistakes, and overtaking nobody; else what is to be chosen is in the form.

        subject: as it is written down now, and locked.
        """
        if not self.is_submitted():
            return False
        now = self._as_written_down(subject)
        mine = dict(_shared(self))
        for name in mine.keys() & set(self.taken.data or ()):
            _take(mine[name], now[name])
        before = dict(each.split("=", 1) for each in (self.seen.data or "").split() if "=" in each)
        moved = [name for name, field in _shared(now) if name in before and before[name] != _hash(field)]
        if moved:
            self._set_beside(now, moved, before)
        is_good = self.sent()
        if moved:
            self.form_errors.append(_(OVERTAKEN))
        return is_good and not moved

    def _as_written_down(self, subject: Any) -> "SharedForm":
        now = type(self)(formdata=None)
        for name, field in _shared(self):
            if isinstance(field, SelectFieldBase):
                now[name].choices = field.choices
        now.show(subject)
        return now

    def _set_beside(self, now: "SharedForm", moved: list[str], before: dict[str, str]) -> None:
        clashes, followed = [], []
        for name in moved:
            mine, theirs = self[name], now[name]
            if _hash(mine) == _hash(theirs):
                continue
            if _hash(mine) == before[name]:
                _take(mine, theirs)
                followed.append(str(mine.label.text))
            else:
                clashes.append(Clash(name, str(mine.label.text), _words(mine), _words(theirs)))
        self.clashes, self.followed = tuple(clashes), tuple(followed)
        self.seen.data, self.taken.data, self.is_overtaken = _seen(now), [], True


def _shared(form: SharedForm) -> Iterator[tuple[str, Field]]:
    """The fields that show what is written down."""
    for field in form:
        if not isinstance(field, HiddenField | UploadField | BooleanField) and field.name != "taken":
            yield field.short_name, field


def _seen(form: SharedForm) -> str:
    return " ".join(f"{name}={_hash(field)}" for name, field in _shared(form))


def _hash(field: Field) -> str:
    """Of what a field says; browsers send lines of a text with other ends."""
    said = field.data if field.data is not None else ""
    said = sorted(map(str, said)) if isinstance(said, list | tuple) else "\n".join(str(said).splitlines())
    return hashlib.sha256(str(said or "").strip().encode()).hexdigest()[:DIGITS]


def _take(mine: Field, theirs: Field) -> None:
    """Put what the other wrote into one's own field, as if it had been typed."""
    mine.data, mine.process_errors = theirs.data, []
    values = theirs.data if isinstance(theirs.data, list | tuple) else [_typed(theirs)]
    mine.raw_data = [value for value in values if value != ""]


def _typed(field: Field) -> str:
    if isinstance(field, SelectFieldBase):
        return str(field.data) if field.data is not None else ""
    return str(field._value())


def _words(field: Field) -> str:
    """What a field says, for reading."""
    if not isinstance(field, SelectFieldBase):
        return _typed(field) or "–"
    chosen = field.data if isinstance(field.data, list | tuple) else [field.data]
    names = {str(each.value): str(each.label) for each in field.iter_choices()}
    return ", ".join(names.get(str(each), str(each)) for each in chosen) or "–"
