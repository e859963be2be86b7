"""Every event of every slice has a sentence for people, and room for nothing personal."""

import importlib
import re
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints

import pytest

import govapp
from govapp.accounts.models import Purpose, User, Way
from govapp.accounts.models.people import Document, Evidence
from govapp.accounts.rules.people import Reason
from govapp.core import clock, language
from govapp.core.audit import AuditEntry, objects_of
from govapp.core.text import NBSP
from govapp.editions.rules.plans import Part
from govapp.portal import wording

HOUSE = Path(govapp.__file__).parent
PLACE = re.compile(r"%\((\w+)\)s")
TEXTS: dict[str, Any] = {  # the only fields of events that hold text: its values, or why it tells of nobody
    "how": set(Way),
    "purpose": set(Purpose),
    "document": set(Document),
    "evidence": set(Evidence),
    "reason": set(Reason),
    "version": "of a published document",
    "language": "its code",
    "chosen": "topics of letters and how they come, both of a few words",
    "case_number": "of a file; no name fits in, no citizen number: rules.people.is_case_number",
    "link_id": "random, and worth nothing without the key of the site",
    "file_sha256": "of a published file",
    "source_sha256": "of a published file",
    "rule_key": "a digest of a published rule",
    "funded": "codes of projects in a published file",
    "config_hash": "of a published configuration",
    "root": "of a published log",
    "part": set(Part),
    "chapter": "of the story of the demonstration",
}
PERSONAL = re.compile("name|mail|phone|address|number|birth|code|text|words|title|reason|token")


def event_classes() -> list[type]:
    """Every class of a room for events, whatever it is."""
    rooms = [*HOUSE.glob("*/events.py"), *HOUSE.glob("*/events/*.py")]
    names = ["govapp." + ".".join(room.relative_to(HOUSE).with_suffix("").parts) for room in rooms]
    modules = [importlib.import_module(name.removesuffix(".__init__")) for name in names]
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__
    ]


EVENTS = event_classes()


def faults(kind: type) -> list[str]:
    """What is wrong with an event class."""
    if not is_dataclass(kind) or not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        return ["is no frozen dataclass"]
    hints, found = get_type_hints(kind), []
    for field in fields(kind):
        hint = hints[field.name]
        parts = set(get_args(hint)) - {NoneType} if isinstance(hint, UnionType) else {hint}
        if field.name in TEXTS and parts <= {str, list[str], dict[str, str]}:
            continue
        if not parts <= {int, bool}:
            found.append(f"{field.name} is {hint}")
        elif int in parts and PERSONAL.search(field.name):
            found.append(f"{field.name} may be personal")
    return found


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_has_a_sentence_and_room_for_nothing_personal(kind: type) -> None:
    assert faults(kind) == []
    told = [deeds[kind.__name__] for _heading, deeds in wording.SLICES if kind.__name__ in deeds]
    assert len(told) == 1, f"write what {kind.__name__} says into DEEDS of its slice's wording"
    assert set(PLACE.findall(told[0])) <= {field.name for field in fields(kind)}
    things = {name for name, number in objects_of(dict.fromkeys((f.name for f in fields(kind)), 1))}
    assert things - {"link"} <= set(wording.THINGS), "name the thing in THINGS of its slice's wording"


def test_the_events_are_all_there_and_named_once() -> None:
    assert len(EVENTS) >= 50
    assert len({kind.__name__ for kind in EVENTS}) == len(EVENTS), "the log knows events by these names"
    assert set(wording.SENTENCES) == {kind.__name__ for kind in EVENTS}


def test_every_value_of_a_choice_is_said_in_words() -> None:
    for name, values in TEXTS.items():
        if isinstance(values, set):
            assert set(wording.DETAILS[name]) == values


@dataclass
class Melts:
    user_id: int


@dataclass(frozen=True)
class Tells:
    user_id: int
    email: str
    nickname: int
    remark: str
    how: bytes


def test_what_must_not_be_is_found() -> None:
    assert faults(Melts) == ["is no frozen dataclass"]
    assert [fault.split()[0] for fault in faults(Tells)] == ["email", "nickname", "remark", "how"]


@pytest.mark.parametrize(
    ("event", "details", "told"),
    [
        ("SignedIn", {"user_id": 3, "how": "recovery_code"}, "Signed in with a recovery code"),
        ("SignedIn", {"user_id": 3}, "Signed in with –"),
        ("SignedIn", {"how": "by magic"}, "Signed in with by magic"),
        ("DutyDone", {"duty_id": 1, "post_id": 12}, "Finished duty 1 of post 12"),
        ("ResetAsked", {"user_id": None}, "Asked for a new password for user –"),
        ("OfAnOlderVersion", {"post_id": 1}, "OfAnOlderVersion"),
    ],
)
def test_an_entry_in_words(event: str, details: dict[str, Any], told: str) -> None:
    assert wording.sentence(event, details).replace(NBSP, " ") == told


def test_every_event_is_said_in_every_language_without_an_accident() -> None:
    for code in language.available():
        with language.use(code):
            assert all(wording.sentence(name, {}) for name in wording.SENTENCES)
            assert all(words for _heading, kinds in wording.kinds() for _name, words in kinds)


@pytest.mark.parametrize(
    ("words", "events"),
    [
        ("handed over", {"PostHandedOver"}),
        ("MATTERS  Handed", {"PostHandedOver"}),
        ("elephant", set()),
        ("grant %(user_id)s", set()),
    ],
)
def test_words_find_the_events_that_say_them(words: str, events: set[str]) -> None:
    assert wording.events_saying(words) == events


def entry(event: str, actor_id: int | None) -> AuditEntry:
    return AuditEntry(event=event, actor_id=actor_id)


def test_who_it_was() -> None:
    people = {
        1: User(id=1, given_name="มาลี", family_name="สมมติ"),
        2: User(id=2, given_name="", closed_at=clock.now()),
    }
    assert wording.who(entry("SignedIn", 1), people) == "มาลี สมมติ"
    assert wording.who(entry("SignedIn", 2), people) == "Closed account"
    assert wording.who(entry("SignedIn", 3), people) == "an account that is gone"
    assert wording.who(entry("SignedUp", None), people) == "a visitor"
    assert wording.who(entry("AdminCreated", None), people) == "the site's server"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("post", "post"), ("Sign-In", "sign_in"), ("sign_in", "sign_in"), ("x", None), ("", None)],
)
def test_a_thing_is_known_by_its_name(typed: str, kind: str | None) -> None:
    assert wording.kind_of_thing(typed) == kind
