"""A real mail server in a process of its own, and reading what it took.

    python -m aiosmtpd -n -l 127.0.0.1:PORT -c tests.mail.Picky FOLDER

Recipients whose address begins with `refused` are refused for good, with `later` for now.
"""

import os
import re
import subprocess
import sys
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from smtplib import SMTP
from typing import Any

from aiosmtpd.handlers import Mailbox

from tests.postgres import free_port

ROOT = Path(__file__).parents[1]


class Picky(Mailbox):
    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return f"550 5.1.1 <{address}> no such mailbox"
        if address.startswith("later"):
            return "450 4.2.0 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class MailServer:
    """Starts and stops on one port, and keeps what it took in a maildir."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder, self.host, self.port = folder, host, free_port()
        self.url = f"smtp://{host}:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        where = ["-n", "-l", f"{self.host}:{self.port}", "-c", "tests.mail.Picky", str(self.folder)]
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aiosmtpd", *where], env=env, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 15
        while True:
            try:
                with SMTP(self.host, self.port, timeout=2):
                    return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(15)
            self.process = None

    def taken(self) -> list[EmailMessage]:
        """Every letter, in no order."""
        return [read(file) for file in (self.folder / "new").glob("*")]


def read(file: Path) -> EmailMessage:
    with file.open("rb") as opened:
        return BytesParser(EmailMessage, policy=policy.default).parse(opened)


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def link(message: EmailMessage) -> str:
    """The path of the one link in the plain text that works once; both forms of the letter have it."""
    (found,) = re.findall(r"https?://[^/\s]+(/(?:verify|reset)/\S+)", text(message))
    assert found in html(message)
    return str(found)
