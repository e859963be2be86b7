"""The ways a letter leaves the house. A channel is one small class with `send`."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT_SECONDS = 20


class Undelivered(Exception):
    """The letter did not leave, this time; the message says why, without addresses."""


class Unreachable(Undelivered):
    """The channel itself is closed: other letters would not leave either."""


class Undeliverable(Undelivered):
    """This letter will never leave, however often it is tried."""


class Channel(Protocol):
    def send(self, message: EmailMessage) -> None:
        """Deliver the message, or raise Undelivered."""


@dataclass(frozen=True)
class FileChannel:
    """Writes each letter into a folder as an .eml file: for a first look, and for the demo."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        draft = self.folder / f"{name}.tmp"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.touch(mode=0o600)
            draft.write_bytes(message.as_bytes())
            draft.replace(self.folder / f"{name}.eml")  # whoever looks into the folder sees whole letters
        except OSError as error:
            raise Unreachable(f"the folder for letters: {error.strerror}") from error


@dataclass(frozen=True)
class SmtpChannel:
    """Hands letters to a mail server: smtp://user:password@host:port, or smtps:// for TLS from the start.

    smtp:// turns TLS on before anything is said (STARTTLS), except to a server on this very machine.
    """

    url: str = field(repr=False)

    def send(self, message: EmailMessage) -> None:
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _refusal(*next(iter(refused.recipients.values())), str(message["To"])) from refused
        except smtplib.SMTPSenderRefused as refused:
            raise Unreachable(_said(refused.smtp_code, refused.smtp_error)) from refused
        except smtplib.SMTPDataError as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error, str(message["To"])) from refused
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
