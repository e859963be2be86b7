"""The calendar: four fields for each phase, of which most may be left empty."""

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from wtforms.validators import Optional

from govapp.core import dates
from govapp.core.forms import DayField, TimeField
from govapp.core.language import gettext
from govapp.core.language import lazy_gettext as _
from govapp.editions.forms.side_by_side import SharedForm
from govapp.editions.models import Edition, PhaseKind
from govapp.editions.rules import calendar
from govapp.editions.rules.calendar import Span
from govapp.editions.wording import PHASES

MIDNIGHT = time(0)


class CalendarForm(SharedForm):
    """A phase without a first day is left out; one without an end ends when the next one begins.

    A first day without a time begins with the day; a last day without a time is a whole day.
    """

    def show(self, edition: Edition) -> None:
        """Begin with what is written down."""
        for phase in edition.phases:
            begin, end = dates.local(phase.starts_at), dates.local(phase.ends_at)
            self._put(phase.kind, "first", begin.date(), begin.time())
            is_whole = end.time() == MIDNIGHT
            self._put(phase.kind, "last", (end - timedelta(days=is_whole)).date(), end.time())

    def _put(self, kind: PhaseKind, which: str, day: Any, hour: time) -> None:
        self[f"{kind.value}_{which}_day"].data = day
        self[f"{kind.value}_{which}_time"].data = None if hour == MIDNIGHT else hour.replace(second=0)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        self.spans = self._read()
        for mistake in calendar.mistakes(self.spans):
            named = {"phase": gettext(PHASES[mistake.kind].name)}
            if mistake.other:
                named["other"] = gettext(PHASES[mistake.other].name)
            self._say(mistake.kind, gettext(mistake.words, **named))
        return not self.errors

    def _read(self) -> list[Span]:
        begins = {kind: begin for kind in PhaseKind if (begin := self._begin(kind))}
        following = dict(pairwise([*begins, None]))
        spans = []
        for kind, begin in begins.items():
            end, after = self._end(kind), following.get(kind)
            if end is None and after is not None:
                end = begins[after]
            if end is None:
                self._say(kind, gettext("Enter on which day the last phase ends"), "last")
            else:
                spans.append(Span(kind, begin, end))
        for kind in PhaseKind:
            if kind not in begins and self[f"{kind.value}_last_day"].data:
                self._say(kind, gettext("Enter on which day it begins, or clear its last day"))
        return spans

    def _begin(self, kind: PhaseKind) -> datetime | None:
        day, hour = self[f"{kind.value}_first_day"].data, self[f"{kind.value}_first_time"].data
        return dates.from_local(day, hour or MIDNIGHT) if day else None

    def _end(self, kind: PhaseKind) -> datetime | None:
        day, hour = self[f"{kind.value}_last_day"].data, self[f"{kind.value}_last_time"].data
        if day is None:
            return None
        return dates.from_local(day, hour) if hour else dates.from_local(day + timedelta(days=1), MIDNIGHT)

    def _say(self, kind: PhaseKind, mistake: str, which: str = "first") -> None:
        field = self[f"{kind.value}_{which}_day"]
        field.errors = [*field.errors, mistake]


for _kind in PhaseKind:
    setattr(CalendarForm, f"{_kind.value}_first_day", DayField(_("From"), [Optional()]))
    setattr(CalendarForm, f"{_kind.value}_first_time", TimeField(_("at"), [Optional()]))
    setattr(CalendarForm, f"{_kind.value}_last_day", DayField(_("Until"), [Optional()]))
    setattr(CalendarForm, f"{_kind.value}_last_time", TimeField(_("at"), [Optional()]))
