"""Words in the language of the reader, or Thai that says so."""

from types import SimpleNamespace
from typing import Any

import pytest

from govapp.core import language
from govapp.core.translations import told, untranslated
from tests import reading

GIVEN = {"en": {"title": "Round", "kinds": ["Roads"], "districts": {"เหนือ": "North"}}}


def thing(**given: Any) -> SimpleNamespace:
    words = {"title": "รอบ", "about": "เรื่อง", "kinds": ["ถนน"], "others": ["เด็ก", "Park 2"], "code": "A-1"}
    return SimpleNamespace(**({**words, "empty": "", "translations": GIVEN} | given))


def heard(words: Any) -> tuple[str, str]:
    return str(words), getattr(words, "lang", "")


@pytest.mark.parametrize(
    ("spoken", "name", "one", "expected"),
    [
        ("th", "title", None, ("รอบ", "")),
        ("en", "title", None, ("Round", "")),
        ("en", "about", None, ("เรื่อง", "th")),
        ("en", "code", None, ("A-1", "")),  # nobody translates it, nor is it Thai
        ("en", "empty", None, ("", "")),
        ("th", "districts", "เหนือ", ("เหนือ", "")),
        ("en", "districts", "เหนือ", ("North", "")),
        ("en", "districts", "ใต้", ("ใต้", "th")),
        ("en", "districts", "", ("", "")),
        ("en", "nothing", "ใต้", ("ใต้", "th")),
    ],
)
def test_words_are_told_in_the_language_of_the_reader(
    spoken: str, name: str, one: str | None, expected: tuple[str, str]
) -> None:
    with language.use(spoken):
        assert heard(told(thing(), name, one)) == expected


def test_a_list_is_told_whole() -> None:
    with language.use("en"):
        assert told(thing(), "kinds") == ["Roads"]
        assert [heard(each) for each in told(thing(), "others")] == [("เด็ก", "th"), ("Park 2", "")]


def test_what_is_not_spoken_is_not_told() -> None:
    with language.use("en"):
        assert heard(told(thing(languages=["th"]), "title")) == ("รอบ", "th")
        assert heard(told(thing(), "title", languages=["th"])) == ("รอบ", "th")
        assert heard(told(thing(languages=["th", "en"]), "title")) == ("Round", "")


def test_what_nobody_translates_is_thai_for_everybody() -> None:
    with language.use("en"):
        assert heard(untranslated("เหตุผล")) == ("เหตุผล", "th")
    with language.use("th"):
        assert heard(untranslated("เหตุผล")) == ("เหตุผล", "")


@pytest.mark.parametrize(
    ("html", "wrong"),
    [
        ('<html lang="en"><p>Road</p><p lang="th">ถนน</p>', []),
        ('<html lang="en"><p>Road <b>ถนน</b></p>', ["ถนน"]),
        ('<html lang="en"><div lang="th"><br><p>ถนน</p></div>ถนน', ["ถนน"]),
        ('<html lang="en"><p lang="th">ถนน <span lang="en">ถนน</span></p>', ["ถนน"]),
        ('<html lang="en"><title>ถนน</title><pre>ถนน</pre>', []),
        ('<html lang="th"><p>ถนน</p>', []),
    ],
)
def test_a_page_is_heard_as_it_is(html: str, wrong: list[str]) -> None:
    assert reading.unmarked(html) == wrong
