"""The log in words, gathered from the slices. A new slice adds its lines to SLICES."""

from collections.abc import Collection, Mapping
from typing import Any

from govapp.accounts import wording as accounts
from govapp.accounts.models import User
from govapp.areas import wording as areas
from govapp.ballotbox import wording as boxes
from govapp.budgeting import wording as budgeting
from govapp.core.audit import AuditEntry
from govapp.core.language import N_, available, catalogue
from govapp.core.language import gettext as _
from govapp.core.text import NBSP, search_terms, search_text
from govapp.notifications import wording as notifications
from govapp.portal import events
from govapp.questions import wording as questions
from govapp.rolls import wording as rolls

OWN_DEEDS: Mapping[type, str] = {
    events.LogSearched: N_("Looked in the log for user %(user_id)s"),
    events.LogExported: N_("Downloaded %(count)s entries of the log"),
    events.VerificationAsked: N_("Asked for the chain of the log to be verified"),
}


def _named(deeds: Mapping[type, str]) -> Mapping[str, str]:
    return {event.__name__: words for event, words in deeds.items()}


SLICES: tuple[tuple[str, Mapping[str, str]], ...] = (  # heading, and what each event says
    (N_("Accounts and posts"), _named(accounts.DEEDS)),
    (N_("Areas"), _named(areas.DEEDS)),
    (N_("Ballot boxes"), _named(boxes.DEEDS)),
    (N_("Questions"), _named(questions.DEEDS)),
    (N_("Rolls"), _named(rolls.DEEDS)),
    (N_("Rounds"), _named(budgeting.DEEDS)),
    (N_("Letters"), _named(notifications.DEEDS)),
    (N_("The log itself"), _named(OWN_DEEDS)),
    (N_("Demonstration"), {"DemoPeopleAdded": N_("Put %(people)s people of the demonstration in")}),  # above
)
THINGS = {
    **accounts.THINGS,
    **areas.THINGS,
    **boxes.THINGS,
    **budgeting.THINGS,
    **notifications.THINGS,
    **questions.THINGS,
    **rolls.THINGS,
}
DETAILS = {**accounts.DETAILS}
BY_VISITORS = frozenset(event.__name__ for event in accounts.BY_VISITORS | notifications.BY_VISITORS)
SENTENCES = {event: words for _heading, deeds in SLICES for event, words in deeds.items()}
UNKNOWN = "–"


class _Filled(dict[str, str]):
    """What stands in the places of a sentence; older entries may lack a field."""

    def __missing__(self, name: str) -> str:
        return UNKNOWN


class _Blanks(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def sentence(event: str, details: Mapping[str, Any]) -> str:
    """What an entry tells; of an event this version does not know, its name."""
    if event not in SENTENCES:
        return event
    tied = _(SENTENCES[event]).replace(" %(", f"{NBSP}%(")
    return tied % _Filled({name: detail(name, value) for name, value in details.items()})


def detail(name: str, value: Any) -> str:
    """The value of a field: what it means, where it is one of a few words."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    meaning = DETAILS.get(name, {}).get(value) if isinstance(value, str) else None
    return _(meaning) if meaning else str(value)


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """Heading, and name and sentence with blanks of each event, for choosing one."""
    return [
        (_(heading), [(event, _(words) % _Blanks()) for event, words in deeds.items()])
        for heading, deeds in SLICES
    ]


def events_saying(words: str) -> frozenset[str]:
    """The events whose sentence has all these words, in one of the languages."""
    terms = search_terms(words)
    return frozenset(
        event
        for event, msgid in SENTENCES.items()
        if any(_says(catalogue(code).gettext(msgid), terms) for code in available())
    )


def who(entry: AuditEntry, people: Mapping[int, User]) -> str:
    """Who did it, by the name they have now."""
    if entry.actor_id is None:
        return _("a visitor") if entry.event in BY_VISITORS else _("the site's server")
    person = people.get(entry.actor_id)
    return person.name if person else _("an account that is gone")


def thing(kind: str, number: int) -> str:
    """`ตำแหน่ง 12`, `post 12`"""
    return f"{_(THINGS.get(kind, kind))}{NBSP}{number}"


def kind_of_thing(typed: str) -> str | None:
    """The kind of a thing by its name in any of the languages: `post` for ตำแหน่ง."""
    wanted = search_text(typed)
    for kind, msgid in THINGS.items():
        names = [kind, *(catalogue(code).gettext(msgid) for code in available())]
        if wanted in map(search_text, names):
            return kind
    return None


def _says(words: str, terms: Collection[str]) -> bool:
    text = search_text(words % _Blanks())
    return all(term in text for term in terms)
