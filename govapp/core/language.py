"""The languages people read: one catalogue each, and which of them is spoken now.

English is the msgid itself; every other language is a folder locales/<code>/messages.po.
The language of the moment lives in a context variable, so commands and jobs translate as pages do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, NullTranslations, Translations

from govapp.config import folder

SOURCE = "en"
_current: ContextVar[str] = ContextVar("language", default="th")


@cache
def available() -> tuple[str, ...]:
    """Codes of every language that can be spoken: the source, and each folder with a catalogue."""
    return (SOURCE, *sorted(po.parent.name for po in folder("locales").glob("*/messages.po")))


def current() -> str:
    return _current.get()


def own_name(code: str) -> str:
    """What its speakers call the language: ไทย, English."""
    return Locale.parse(_known(code)).get_display_name() or code


def set_current(code: str) -> None:
    """Speak this language from now on, in this request or command; raises ValueError for an unknown one."""
    _current.set(_known(code))


@contextmanager
def use(code: str) -> Iterator[None]:
    """Speak another language for a while: a letter to somebody else, a document in Thai."""
    before = _current.set(_known(code))
    try:
        yield
    finally:
        _current.reset(before)


@cache
def catalogue(code: str) -> NullTranslations:
    """The translations of one language, compiled in memory once per process; raises ValueError."""
    if _known(code) == SOURCE:
        return NullTranslations()
    with (folder("locales") / code / "messages.po").open("rb") as file:
        messages = read_po(file, locale=code, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str, **values: object) -> str:
    """The message in the current language; `%(name)s` is filled when values are given.

    Without values nothing is filled, so that Jinja and WTForms, which fill by themselves, can call it.
    """
    found = catalogue(current()).gettext(message) if message else ""
    return found % values if values else found


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Like gettext, choosing by number; name the number among the values if it is shown."""
    found = catalogue(current()).ngettext(one, many, number)
    return found % values if values else found


def lazy_gettext(message: str, **values: object) -> LazyProxy:
    """For labels written down before anybody has asked: translated anew each time it is shown."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def N_(message: str) -> str:
    """Mark a msgid for the catalogue where it is written; it is translated where it is shown."""
    return message


def _known(code: str) -> str:
    if code not in available():
        raise ValueError(f"no catalogue for language {code!r}; there are {', '.join(available())}")
    return code
