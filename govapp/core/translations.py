"""Words that stand in several languages: in that of the reader where they are translated, or else in Thai.

What is typed on this site is Thai. A thing that can be translated has `translations`: language -> name ->
words, or, where many have one name, Thai words -> words. Its `languages`, where it has them, are those it
speaks.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from govapp.core.language import current

THAI = "th"
_THAI_LETTER = re.compile("[\u0e00-\u0e7f]")


class Said(str):
    """Thai words for somebody who reads another language."""

    lang = THAI  # for the attribute of that name: macros/words.html


def told(thing: Any, name: str, one: str | None = None, languages: Collection[str] | None = None) -> Any:
    """What a thing says under a name, for whoever reads now.

    one        of many under this name: its Thai words
    languages  that are spoken, where the thing itself does not tell
    """
    thai = getattr(thing, name) if one is None else one
    if current() == THAI or not thai:
        return thai
    spoken = getattr(thing, "languages", None) if languages is None else languages
    given = thing.translations.get(current(), {}) if spoken is None or current() in spoken else {}
    found = given.get(name) if one is None else given.get(name, {}).get(one)
    return found or marked(thai)


def untranslated(words: str) -> str:
    """Thai words that nobody translates, for whoever reads now."""
    found: str = words if current() == THAI else marked(words)
    return found


def is_thai(words: str) -> bool:
    """Whether any of it is written in Thai letters."""
    return _THAI_LETTER.search(words) is not None


def marked(words: Any) -> Any:
    """Words, or a list of them, as Thai ones where they are; a name in Latin letters is not."""
    if isinstance(words, str):
        return Said(words) if is_thai(words) else words
    return [marked(each) for each in words]


def translation(language: str, words: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """As it is stored: language -> name -> words; without what was left empty."""
    given = {name: value for name, value in words.items() if value}
    return {language: given} if given else {}
