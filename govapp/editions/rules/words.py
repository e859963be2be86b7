"""What stands in several languages: in that of the reader where the ballot speaks it, or else in Thai."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

THAI = "th"
OTHERS = ("en",)  # languages that a ballot can speak besides Thai
OF_EDITION = ("title", "description")
OF_PROJECT = ("title", "description", "place", "categories")


class Said(str):
    """Thai words for somebody who reads another language."""

    lang = THAI  # for the attribute of that name: macros/words.html


def told(thing: Any, names: Sequence[str], languages: Collection[str], wanted: str) -> dict[str, Any]:
    """name -> words, in the wanted language where the ballot speaks it and somebody translated them.

    thing      has the Thai words under their names, and `translations`: language -> name -> words
    languages  of the ballot
    """
    thai = {name: getattr(thing, name) for name in names}
    if wanted == THAI:
        return thai
    given = (thing.translations or {}).get(wanted, {}) if wanted in languages else {}
    return {name: given.get(name) or marked(words) for name, words in thai.items()}


def marked(words: Any) -> Any:
    """Thai words, or a list of them, marked as such."""
    return Said(words) if isinstance(words, str) else [Said(each) for each in words]


def lacking(thing: Any, names: Sequence[str], languages: Collection[str]) -> list[str]:
    """The languages of the ballot into which not all that stands there in Thai is translated."""
    written = [name for name in names if getattr(thing, name)]
    given = thing.translations or {}
    return [
        language
        for language in OTHERS
        if language in languages and not all(given.get(language, {}).get(name) for name in written)
    ]


def translation(language: str, words: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """As it is stored: language -> name -> words; without what was left empty."""
    given = {name: value for name, value in words.items() if value}
    return {language: given} if given else {}
