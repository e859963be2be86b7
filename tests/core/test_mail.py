"""Channels, against a real server and a real folder."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from govapp.core.mail import FileChannel, SmtpChannel, Undeliverable, Undelivered, Unreachable
from tests.mail import MailServer, read


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = MailServer(tmp_path_factory.mktemp("mail") / "maildir")
    server.start()
    yield server
    server.stop()


def letter(to: str = "somchai@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "no-reply@example.org"
    message["To"] = to
    message["Subject"] = "ยืนยันที่อยู่"
    message["Message-ID"] = "<20260101000000.1@example.org>"
    message.set_content("สวัสดี\n")
    return message


def test_a_server_takes_a_letter(server: MailServer) -> None:
    SmtpChannel(server.url).send(letter())
    (taken,) = server.taken()
    assert (taken["To"], taken["Subject"]) == ("somchai@example.org", "ยืนยันที่อยู่")
    assert taken.get_content() == "สวัสดี\n"


def test_a_refusal_for_good_is_told_from_one_for_now(server: MailServer) -> None:
    channel = SmtpChannel(server.url)
    with pytest.raises(Undeliverable, match=r"^550 5\.1\.1 <…> no such mailbox$"):
        channel.send(letter("refused@example.org"))
    with pytest.raises(Undelivered, match=r"^450 4\.2\.0") as caught:
        channel.send(letter("later@example.org"))
    assert not isinstance(caught.value, (Undeliverable, Unreachable))


def test_a_server_that_is_down_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="refused"):
        SmtpChannel(MailServer(tmp_path).url).send(letter())


def test_nothing_is_said_without_tls_to_another_machine(tmp_path: Path) -> None:
    server = MailServer(tmp_path / "maildir", host="127.0.0.2")
    server.start()
    try:
        with pytest.raises(Unreachable, match="STARTTLS"):
            SmtpChannel(server.url).send(letter())
        with pytest.raises(Unreachable):
            SmtpChannel(server.url.replace("smtp:", "smtps:")).send(letter())
        assert server.taken() == []
    finally:
        server.stop()


def test_a_server_that_knows_no_passwords_is_not_given_letters(server: MailServer) -> None:
    url = server.url.replace("//", "//user:p%40ss@")
    before = len(server.taken())
    with pytest.raises(Unreachable) as caught:
        SmtpChannel(url).send(letter())
    assert "p@ss" not in str(caught.value)
    assert "p%40ss" not in repr(SmtpChannel(url))
    assert len(server.taken()) == before


def test_files_are_whole_and_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    FileChannel(folder).send(letter())
    (file,) = folder.iterdir()
    assert file.name == "20260101000000.1.eml"
    assert file.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert read(file)["Subject"] == "ยืนยันที่อยู่"


def test_a_folder_that_cannot_be_written_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("in the way")
    with pytest.raises(Unreachable):
        FileChannel(tmp_path / "letters").send(letter())
