"""E-mail, against a real server and a real folder."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from govapp.core import clock
from govapp.core.channels import Message, Undeliverable, Undelivered, Unreachable
from govapp.core.mail import FileOutlet, MailChannel, Outlet, SmtpOutlet
from tests.mail import MailServer, html, read, text

SOMCHAI = "somchai@example.org"
MESSAGE = Message("20260101000000.1", "ยืนยันที่อยู่", "สวัสดี\n", "<p>สวัสดี</p>\n", "th")
STOP = "https://example.org/unsubscribe/" + "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." * 8


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = MailServer(tmp_path_factory.mktemp("mail") / "maildir")
    server.start()
    yield server
    server.stop()


def send(outlet: Outlet, to: str = SOMCHAI, message: Message = MESSAGE) -> None:
    MailChannel(outlet, "no-reply@example.org", "เมืองทดสอบ").send(to, message)


def test_a_server_takes_a_letter(server: MailServer) -> None:
    send(SmtpOutlet(server.url))
    (taken,) = server.taken()
    assert (taken["To"], taken["Subject"]) == (SOMCHAI, "ยืนยันที่อยู่")
    assert taken["From"] == "เมืองทดสอบ <no-reply@example.org>"
    assert (taken["Message-ID"], taken["Content-Language"]) == ("<20260101000000.1@example.org>", "th")
    assert (text(taken), html(taken)) == ("สวัสดี\n", "<p>สวัสดี</p>\n")
    assert taken["List-Unsubscribe"] is taken["List-Unsubscribe-Post"] is None


def test_a_refusal_for_good_is_told_from_one_for_now(server: MailServer) -> None:
    outlet = SmtpOutlet(server.url)
    with pytest.raises(Undeliverable, match=r"^550 5\.1\.1 <…> no such mailbox$"):
        send(outlet, "refused@example.org")
    with pytest.raises(Undelivered, match=r"^450 4\.2\.0") as caught:
        send(outlet, "later@example.org")
    assert not isinstance(caught.value, (Undeliverable, Unreachable))


def test_a_server_that_is_down_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="refused"):
        send(SmtpOutlet(MailServer(tmp_path).url))


def test_nothing_is_said_without_tls_to_another_machine(tmp_path: Path) -> None:
    server = MailServer(tmp_path / "maildir", host="127.0.0.2")
    server.start()
    try:
        with pytest.raises(Unreachable, match="STARTTLS"):
            send(SmtpOutlet(server.url))
        with pytest.raises(Unreachable):
            send(SmtpOutlet(server.url.replace("smtp:", "smtps:")))
        assert server.taken() == []
    finally:
        server.stop()


def test_a_server_that_knows_no_passwords_is_not_given_letters(server: MailServer) -> None:
    url = server.url.replace("//", "//user:p%40ss@")
    before = len(server.taken())
    with pytest.raises(Unreachable) as caught:
        send(SmtpOutlet(url))
    assert "p@ss" not in str(caught.value)
    assert "p%40ss" not in repr(SmtpOutlet(url))
    assert len(server.taken()) == before


def test_files_are_whole_and_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    send(FileOutlet(folder))
    (file,) = folder.iterdir()
    assert file.name == "20260101000000.1.eml"
    assert file.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert read(file)["Subject"] == "ยืนยันที่อยู่"


def test_a_folder_that_cannot_be_written_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("in the way")
    with pytest.raises(Unreachable):
        send(FileOutlet(tmp_path / "letters"))


@pytest.mark.parametrize(
    ("stop_url", "one_click"),
    [(STOP, b"List-Unsubscribe=One-Click"), (STOP.replace("https:", "http:"), None)],
)
def test_the_way_to_stop_letters_is_whole_on_the_wire(
    tmp_path: Path, server: MailServer, stop_url: str, one_click: bytes | None
) -> None:
    """Mail programs do not decode this header: an address in encoded words would lead nowhere."""
    message = replace(MESSAGE, name=f"20260101000000.{len(stop_url)}", stop_url=stop_url)
    send(SmtpOutlet(server.url), message=message)
    send(FileOutlet(tmp_path), message=message)
    kept = (server.folder / "new").glob("*")
    (raw,) = [mail for file in kept if message.name.encode() in (mail := file.read_bytes())]
    for mail in (raw, next(tmp_path.glob("*.eml")).read_bytes()):
        headers = dict(line.split(b": ", 1) for line in mail.splitlines() if line.startswith(b"List-"))
        assert headers[b"List-Unsubscribe"] == f"<{stop_url}>".encode()
        assert headers.get(b"List-Unsubscribe-Post") == one_click


def test_a_name_of_several_lines_makes_no_header(tmp_path: Path) -> None:
    channel = MailChannel(FileOutlet(tmp_path), "a@example.org", "เมือง\r\nBcc: thief@example.org")
    channel.send(SOMCHAI, MESSAGE)
    assert read(next(tmp_path.glob("*.eml")))["Bcc"] is None


def test_old_files_are_forgotten_and_other_files_left_alone(tmp_path: Path) -> None:
    outlet, days = FileOutlet(tmp_path / "letters"), timedelta(days=1)
    outlet.forget_old(90 * days)  # there is no folder yet
    for age, name in ((91, "1.old"), (89, "2.new")):
        send(outlet, message=replace(MESSAGE, name=name))
        written = (clock.now() - age * days).timestamp()
        os.utime(outlet.folder / f"{name}.eml", (written, written))
    for name in ("left.tmp", "notes.txt"):
        (outlet.folder / name).touch()
        os.utime(outlet.folder / name, (0, 0))
    outlet.forget_old(90 * days)
    assert {file.name for file in outlet.folder.iterdir()} == {"2.new.eml", "notes.txt"}
