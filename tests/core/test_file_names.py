"""What files are called, on the screen and when they are saved."""

from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govapp.core.files.kinds import FACTS, Kind
from govapp.core.files.names import LONGEST, disposition, saved, shown


@pytest.mark.parametrize(
    ("typed", "is_shown", "is_saved"),
    [
        ("ใบเสร็จ ก.ค. 2569.pdf", "ใบเสร็จ ก.ค. 2569.pdf", "ใบเสร็จ ก.ค. 2569.pdf"),
        ("../../x", "x", "x.pdf"),
        ("C:\\Users\\a\\my file.PDF", "my file.PDF", "my file.pdf"),
        ("a.pdf\0.exe", "a.pdf.exe", "a.pdf.pdf"),
        ("photo\u202efdp.exe", "photofdp.exe", "photofdp.pdf"),
        ("a\u2066b\u200fc\u200bd\ufeff.pdf", "abcd.pdf", "abcd.pdf"),
        ("a\r\nX-Evil: 1\t.pdf", "a X-Evil: 1 .pdf", "a X-Evil- 1.pdf"),
        ('a"; filename="b.exe', 'a"; filename="b.exe', "a-- filename--b.pdf"),
        ("<script>.pdf", "<script>.pdf", "script.pdf"),
        ("", "file.pdf", "file.pdf"),
        ("\u202e\0", "file.pdf", "file.pdf"),
        ("...", "...", "file.pdf"),
        (".htaccess", ".htaccess", "htaccess.pdf"),
        ("CON", "CON", "file-CON.pdf"),
        ("nul.tar.pdf", "nul.tar.pdf", "file-nul.tar.pdf"),
        ("x" * 500 + ".docx", "x" * (LONGEST - 6) + "….docx", "x" * 80 + ".pdf"),
        ("x" * 500, "x" * (LONGEST - 1) + "…", "x" * 80 + ".pdf"),
        ("ﬁle\u0301.pdf", "ﬁlé.pdf", "ﬁlé.pdf"),
    ],
)
def test_a_name_is_text_and_never_a_path(typed: str, is_shown: str, is_saved: str) -> None:
    assert shown(typed, Kind.PDF) == is_shown
    assert saved(typed, Kind.PDF) == is_saved


def test_the_header_has_the_name_in_full_and_in_ascii() -> None:
    assert (
        disposition("งบ 2569.pdf", Kind.PDF)
        == "attachment; filename=\"2569.pdf\"; filename*=UTF-8''%E0%B8%87%E0%B8%9A%202569.pdf"
    )
    assert disposition("ภาพ", Kind.JPEG, inline=True).startswith('inline; filename="file.jpg"; ')


@given(st.text(max_size=600), st.sampled_from(Kind))
def test_no_name_breaks_out(name: str, kind: Kind) -> None:
    """Read by another library, the header has the two names, both safe, and nothing else."""
    message = Message()
    message["Content-Disposition"] = header = disposition(name, kind)
    assert header.isascii()
    assert header.isprintable()
    assert {key for key, _ in message.get_params(header="Content-Disposition")} <= {
        "attachment",
        "filename",
        "filename*",
    }
    for found in (header.split('"')[1], unquote(header.split("''")[1])):
        assert found.endswith(FACTS[kind].extension)
        assert not set(found) & set('/\\:*?"<>|%\0\r\n')
        assert not found.startswith((".", " ", "-"))
        assert len(found.encode()) <= 255
    assert 0 < len(shown(name, kind)) <= LONGEST
