"""What happens now in an edition, what comes next and who decides, in words."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, NamedTuple

from govapp.core import dates
from govapp.core.language import current
from govapp.core.language import gettext as _
from govapp.core.translations import told, untranslated
from govapp.editions import rules
from govapp.editions.models import Edition, EditionProject, Phase, PhaseKind, Stage
from govapp.editions.rules import calendar, words
from govapp.editions.rules.words import DISTRICTS, OF_PROJECT
from govapp.editions.wording import BINDINGS, PHASES


class Happens(NamedTuple):
    """A word with the kind of its tag, a heading, sentences on now and next, and who decides."""

    word: str
    tag: str
    heading: str
    now: str
    following: str
    decides: str


def happens(edition: Edition, at: datetime) -> Happens:
    """What the page of the edition says at the top at a moment."""
    if edition.stage is Stage.CALLED_OFF:
        return Happens(_("Called off"), "lost", _("This round was called off"), "", "", "")
    running, coming = calendar.now_of(edition.phases, at), calendar.next_of(edition.phases, at)
    following = _following(coming)
    if running is None:
        return _idle(edition, coming)
    said = PHASES[running.kind]
    until = _("Until %(when)s.", when=_end(running))
    heading = _("Now: %(phase)s", phase=_(said.name))
    decides = _(BINDINGS[edition.binding].sentence) if running.kind is PhaseKind.RESULT else _(said.decides)
    word, kind = _(said.name), "now"
    sentence = _(said.happens)
    if running.kind is PhaseKind.VOTE and not rules.is_frozen(edition):
        sentence = _("The time for voting has come, but the ballot box is not open yet.")
    return Happens(word, kind, heading, f"{sentence} {until}", following, decides)


def _idle(edition: Edition, coming: Phase | None) -> Happens:
    """Before, after and between the phases."""
    if not edition.phases:
        return Happens(_("No dates yet"), "todo", _("No dates yet"), "", "", "")
    if coming is None:
        return Happens(_("Over"), "done", _("This round is over"), "", "", "")
    word = _("Between two steps")
    if coming is calendar.in_order(edition.phases)[0]:
        word = _("Not begun yet")
    return Happens(word, "todo", word, "", _following(coming), "")


def timeline(edition: Edition, at: datetime) -> list[dict[str, Any]]:
    """Every phase with its time, what happens in it and who decides; for the macro of that name."""
    return [
        {
            "title": _(PHASES[phase.kind].name),
            "state": "done" if phase.ends_at <= at else "now" if phase.starts_at <= at else "",
            "when": when(phase),
            "text": _(PHASES[phase.kind].happens),
            "decides": _(PHASES[phase.kind].decides),
        }
        for phase in calendar.in_order(edition.phases)
    ]


def when(phase: Any) -> str:
    """From when until when; hours only where a day is not meant whole, and one day is said once."""
    last = dates.last_day(phase.ends_at)
    if _is_midnight(phase.starts_at) and _is_midnight(phase.ends_at):
        return dates.date_range(phase.starts_at, last)
    if last == dates.local_day(phase.starts_at):
        hours = dates.time_range(phase.starts_at, phase.ends_at)
        return _("%(day)s, %(hours)s", day=dates.short_date(last), hours=hours)
    begin = (dates.short_date if _is_midnight(phase.starts_at) else dates.short_moment)(phase.starts_at)
    end = dates.short_date(last) if _is_midnight(phase.ends_at) else dates.short_moment(phase.ends_at)
    return f"{begin} – {end}"


def of_project(project: EditionProject, edition: Edition) -> dict[str, Any]:
    """Its words for whoever reads now, and the district whose budget pays for it."""
    found = {name: told(project, name, languages=edition.languages) for name in OF_PROJECT}
    return found | {"district": told(edition, DISTRICTS, project.district)}


def kinds(projects: Sequence[EditionProject], edition: Edition) -> dict[str, str]:
    """The kinds of these projects in Thai -> as the reader reads them, in order."""
    names = words.kinds(projects, current()) if current() in edition.languages else {}
    found = {thai: names.get(thai) or untranslated(thai) for each in projects for thai in each.categories}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def districts(projects: Sequence[EditionProject], edition: Edition) -> dict[str, str]:
    """The districts of these projects in Thai -> as the reader reads them."""
    names = sorted({each.district for each in projects if each.district})
    return {thai: told(edition, DISTRICTS, thai) for thai in names}


def _following(coming: Phase | None) -> str:
    if coming is None:
        return ""
    name, day = _(PHASES[coming.kind].name), dates.long_date(coming.starts_at)
    return _("Next: %(phase)s, from %(day)s on.", phase=name, day=day)


def _end(phase: Phase) -> str:
    """The last whole day, or the moment."""
    if _is_midnight(phase.ends_at):
        return dates.long_date(dates.last_day(phase.ends_at))
    return dates.long_moment(phase.ends_at)


def _is_midnight(moment: datetime) -> bool:
    return dates.local(moment).time() == time(0)
