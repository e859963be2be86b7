"""The Thai catalogue says everything the code says, and nothing else."""

import re

import pytest
from babel.messages import Catalog, Message

from tests import messages

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]|\{\w+(?:![rs])?\}")


def faults(catalogue: Catalog, used: Catalog) -> list[str]:
    """One line for each msgid that is missing, not fully translated, misfilled or no longer used."""
    entries = [message for message in catalogue if message.id]
    known = {message.id for message in entries}
    return (
        [f"missing: {message.id}" for message in used if message.id and message.id not in known]
        + [f"no longer used: {message.id}" for message in entries if message.id not in used]
        + [f"no longer used: {message.id}" for message in catalogue.obsolete.values()]
        + [f"fuzzy: {message.id}" for message in entries if message.fuzzy]
        + [f"not translated: {message.id}" for message in entries if not messages.is_translated(message)]
        + [f"placeholders differ: {message.id}" for message in entries if not _same_placeholders(message)]
    )


def _same_placeholders(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    shown = message.id[-1] if isinstance(message.id, tuple) else message.id
    wanted = set(PLACEHOLDER.findall(shown))
    return all(set(PLACEHOLDER.findall(form)) == wanted for form in forms if form)


@pytest.fixture(scope="module")
def used() -> Catalog:
    return messages.used()


@pytest.mark.parametrize("code", messages.catalogues())
def test_every_message_is_translated(code: str, used: Catalog) -> None:
    found = faults(messages.read(messages.catalogues()[code]), used)
    assert not found, "\n".join(found)


def test_thai_is_there() -> None:
    assert "th" in messages.catalogues()


def test_a_fault_of_each_kind_is_found() -> None:
    used = Catalog(locale="th")
    for msgid in (
        "absent",
        "empty",
        "unsure",
        "%(n)s wrong",
        "%(n)s right",
        "5 %% left",
        "{n} lost",
        ("one", "%(n)s many"),
    ):
        used.add(msgid)
    thai = Catalog(locale="th")
    thai.add("empty", "")
    thai.add("unsure", "ไม่แน่", flags=["fuzzy"])
    thai.add("%(n)s wrong", "%(m)s ผิด")
    thai.add("%(n)s right", "ถูก %(n)s")
    thai.add("5 %% left", "เหลือ 5 เปอร์เซ็นต์")
    thai.add("{n} lost", "หาย {m}")
    thai.add(("one", "%(n)s many"), ("",))
    thai.add("old", "เก่า")
    assert faults(thai, used) == [
        "missing: absent",
        "no longer used: old",
        "fuzzy: unsure",
        "not translated: empty",
        "not translated: ('one', '%(n)s many')",
        "placeholders differ: %(n)s wrong",
        "placeholders differ: 5 %% left",
        "placeholders differ: {n} lost",
    ]


def test_msgids_are_found_in_code_and_templates(tmp_path) -> None:
    (tmp_path / "govapp").mkdir()
    (tmp_path / "templates" / "areas").mkdir(parents=True)
    (tmp_path / "govapp" / "app.js").write_text('gettext("not this")')
    (tmp_path / "govapp" / "rules.py").write_text(
        'require(fine, "second %(n)s", n=1)\nraise NotNow("late")\nN_("marked")\n'
        'ngettext("a vote", "%(count)s votes", n, count=n)\nwords.gettext("dotted")\n_(unknown)\n'
    )
    (tmp_path / "templates" / "areas" / "show.html").write_text('{{ _("Hello %(name)s", name=n) }}{{ _(x) }}')
    ids = {message.id for message in messages.used(tmp_path) if message.id}
    ours = {"second %(n)s", "late", "marked", ("a vote", "%(count)s votes"), "dotted", "Hello %(name)s"}
    assert ours <= ids
    assert not ids & {"not this", "unknown", "x"}
    assert "This field is required." in ids  # said by WTForms


def test_a_template_that_cannot_be_read_is_an_error(tmp_path) -> None:
    (tmp_path / "govapp").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "broken.html").write_text("{% if %}")
    with pytest.raises(Exception, match=r"[Ee]xpected"):
        messages.used(tmp_path)


def test_updating_keeps_translations_drops_the_unused_and_merges(tmp_path) -> None:
    wanted = Catalog()
    for msgid in ("kept", "given", ("one", "many"), "zebra"):
        wanted.add(msgid)
    path = tmp_path / "th" / "messages.po"
    path.parent.mkdir()
    thai = Catalog(locale="th")
    thai.add("kept", "เก็บ")
    thai.add("dropped", "ทิ้ง")
    given = {"given": "ให้", "one": ["หลาย"], "unknown": "ไม่ใช้", "": "ว่าง"}
    assert messages.update(thai, wanted, given) == ["unknown", ""]
    messages.write(thai, path)
    first = path.read_bytes()
    again = messages.read(path)
    assert {m.id: m.string for m in again if m.id} == {
        "kept": "เก็บ",
        "given": "ให้",
        ("one", "many"): ("หลาย",),
        "zebra": "",
    }
    assert messages.update(again, wanted, {}) == []
    messages.write(again, path)
    assert path.read_bytes() == first
