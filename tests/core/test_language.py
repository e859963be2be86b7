"""Which language is spoken, and what it says."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from jinja2 import Environment

from govapp.core import language
from govapp.core.language import N_, gettext, lazy_gettext, ngettext


@pytest.fixture(autouse=True)
def _thai():
    with language.use("th"):
        yield


def test_english_is_the_source_and_thai_is_there() -> None:
    assert language.available()[0] == "en"
    assert "th" in language.available()


def test_a_language_is_spoken_until_the_end_of_the_block() -> None:
    assert gettext("today") == "วันนี้"
    with language.use("en"):
        assert gettext("today") == "today"
        with language.use("th"):
            assert language.current() == "th"
        assert language.current() == "en"
    assert language.current() == "th"


def test_the_block_ends_on_errors_too() -> None:
    with pytest.raises(KeyError), language.use("en"):
        raise KeyError
    assert language.current() == "th"


def test_set_current() -> None:
    language.set_current("en")
    assert gettext("today") == "today"


@pytest.mark.parametrize("code", ["xx", "", "../th", "TH"])
def test_unknown_languages_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="no catalogue"):
        language.set_current(code)
    with pytest.raises(ValueError), language.use(code):
        pass
    with pytest.raises(ValueError):
        language.catalogue(code)
    assert language.current() == "th"


def test_a_language_is_named_as_its_speakers_do() -> None:
    assert [language.own_name(code) for code in ("th", "en")] == ["ไทย", "English"]
    with pytest.raises(ValueError):
        language.own_name("xx")


def test_threads_do_not_hear_each_other() -> None:
    with language.use("en"), ThreadPoolExecutor(1) as pool:
        pool.submit(language.set_current, "en").result()
    assert language.current() == "th"
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(language.current).result() == "th"


def test_values_fill_named_places() -> None:
    assert gettext("There is no such day: %(text)s.", text="31/2") == "ไม่มีวันที่ 31/2 ในปฏิทิน"
    with language.use("en"):
        assert gettext("There is no such day: %(text)s.", text="31/2") == "There is no such day: 31/2."


def test_without_values_the_message_is_left_for_others_to_fill() -> None:
    assert "%(text)s" in gettext("There is no such day: %(text)s.")
    assert gettext("100% of it") == "100% of it"


def test_an_unknown_message_is_shown_as_it_is_and_an_empty_one_is_empty() -> None:
    assert gettext("nobody translated this") == "nobody translated this"
    assert gettext("") == ""


def test_plural() -> None:
    def days(number: int) -> str:
        return ngettext("in %(count)s day", "in %(count)s days", number, count=number)

    assert days(1) == "อีก 1\u00a0วัน"
    assert days(4) == "อีก 4\u00a0วัน"
    with language.use("en"):
        assert (days(1), days(4)) == ("in 1 day", "in 4 days")
        assert ngettext("a", "%(n)s many", 2) == "%(n)s many"


def test_lazy_labels_follow_the_language_each_time() -> None:
    label = lazy_gettext("today")
    filled = lazy_gettext("There is no such day: %(text)s.", text="31/2")
    assert str(label) == "วันนี้"
    with language.use("en"):
        assert str(label) == "today"
        assert str(filled) == "There is no such day: 31/2."
    assert str(label) == "วันนี้"
    assert "31/2 ในปฏิทิน" in str(filled)


def test_a_marked_message_is_itself() -> None:
    assert N_("today") == "today"


def test_templates_fill_and_escape_by_themselves() -> None:
    pages = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    pages.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    page = pages.from_string('{{ _("There is no such day: %(text)s.", text=typed) }} {{ _("today") }}')
    assert page.render(typed="<b>") == "ไม่มีวันที่ &lt;b&gt; ในปฏิทิน วันนี้"
    page = pages.from_string('{{ ngettext("in %(count)s day", "in %(count)s days", n, count=n) }}')
    assert page.render(n=4) == "อีก 4\u00a0วัน"
