"""E-mail: a message as mail, and the ways it leaves the house."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from govapp.core import clock
from govapp.core.channels import Message, Undeliverable, Undelivered, Unreachable

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT_SECONDS = 20


class WholeHeader(UnstructuredHeader, BaseHeader):
    """On one line, however long: mail programs do not put an address together again that was cut up."""

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("List-Unsubscribe", WholeHeader)
POLICY = EmailPolicy(header_factory=HEADERS)


class Outlet(Protocol):
    def send(self, mail: EmailMessage) -> None:
        """Hand the mail over, or raise Undelivered."""


@dataclass(frozen=True)
class MailChannel:
    """Reaches people who have an e-mail address."""

    outlet: Outlet
    sender: str
    sender_name: str

    def address_of(self, person: Any) -> str | None:
        return person.email or None

    def send(self, address: str, message: Message) -> None:
        self.outlet.send(self._as_mail(address, message))

    def _as_mail(self, address: str, message: Message) -> EmailMessage:
        mail = EmailMessage(POLICY)
        name = " ".join(self.sender_name.split())  # a line break would begin another header
        mail["From"] = Address(name, addr_spec=self.sender)
        mail["To"] = Address(addr_spec=address)
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<{message.name}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        if message.stop_url:
            mail["List-Unsubscribe"] = f"<{message.stop_url}>"
        if message.stop_url.startswith("https:"):  # RFC 8058 wants no less
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        mail["Content-Language"] = message.language
        return mail


@dataclass(frozen=True)
class FileOutlet:
    """Writes each mail into a folder as an .eml file: for a first look, and for the demo."""

    folder: Path

    def send(self, mail: EmailMessage) -> None:
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        draft = self.folder / f"{name}.tmp"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.touch(mode=0o600)
            draft.write_bytes(mail.as_bytes())
            draft.replace(self.folder / f"{name}.eml")  # whoever looks into the folder sees whole letters
        except OSError as error:
            raise Unreachable(f"the folder for letters: {error.strerror}") from error

    def forget_old(self, kept: timedelta) -> None:
        """Delete the files that were written longer ago; other kinds of files are not ours."""
        limit = (clock.now() - kept).timestamp()
        for file in (*self.folder.glob("*.eml"), *self.folder.glob("*.tmp")):
            with suppress(FileNotFoundError):  # another worker was faster
                if file.stat().st_mtime < limit:
                    file.unlink()


@dataclass(frozen=True)
class SmtpOutlet:
    """Hands mail to a mail server: smtp://user:password@host:port, or smtps:// for TLS from the start.

    smtp:// turns TLS on before anything is said (STARTTLS), except to a server on this very machine.
    """

    url: str = field(repr=False)

    def send(self, mail: EmailMessage) -> None:
        try:
            with self._connect() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _refusal(*next(iter(refused.recipients.values())), str(mail["To"])) from refused
        except smtplib.SMTPSenderRefused as refused:
            raise Unreachable(_said(refused.smtp_code, refused.smtp_error)) from refused
        except smtplib.SMTPDataError as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error, str(mail["To"])) from refused
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"the mail server: {error}") from error

    def _connect(self) -> smtplib.SMTP:
        url = urlsplit(self.url)
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
        context = ssl.create_default_context()
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        try:
            if url.scheme == "smtp" and host not in LOOPBACK:
                server.starttls(context=context)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _refusal(code: int, words: bytes | str, address: str) -> Undelivered:
    said = _said(code, words).replace(address, "…")
    return Undeliverable(said) if code >= 500 else Undelivered(said)


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
