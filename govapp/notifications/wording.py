"""Letters in words: the same text for mail and inbox, from templates/notifications/<name>.txt and .html."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment

from govapp.accounts.models import AccountLink
from govapp.core import language
from govapp.core.keys import LinkSigner
from govapp.core.language import N_
from govapp.notifications import events
from govapp.notifications.models import Letter, LetterState

NAMES = {
    "verify": N_("Confirm the address"),
    "known": N_("There is an account already"),
    "reset": N_("Choose a new password"),
    "welcome": N_("Welcome"),
    "password_changed": N_("The password was changed"),
}
STATES = {
    LetterState.WAITING: N_("Waiting"),
    LetterState.SENT: N_("Sent"),
    LetterState.DEAD: N_("Not delivered"),
}
DEEDS: Mapping[type, str] = {events.LetterTriedAgain: N_("Put letter %(letter_id)s back in line")}
THINGS: Mapping[str, str] = {"letter": N_("letter")}


@dataclass(frozen=True)
class Stationery:
    """What every letter is written with.

    site   public address without a slash at the end
    sender the address letters come from
    """

    templates: Environment
    signer: LinkSigner = field(repr=False)
    site: str
    site_name: str
    sender: str


def text_of(paper: Stationery, letter: Letter, **more: Any) -> tuple[str, str]:
    """Subject, on one line, and plain text of a letter, in the language of the moment."""
    template = paper.templates.get_template(f"notifications/{letter.template}.txt")
    words: Any = template.make_module(_values(paper, letter, more))
    return _one_line(words.subject), f"{words}".strip() + "\n"


def compose(
    paper: Stationery, letter: Letter, now: datetime, link: AccountLink | None = None
) -> EmailMessage:
    """The letter as mail, in its own language; the address of its link, if it has one, is signed here."""
    more: dict[str, Any] = {"by_mail": True}
    if link:
        token = paper.signer.sign(link.purpose.value, link.id, link.ends_at)
        more |= {"link": f"{paper.site}/{link.purpose.value}/{token}", "ends_at": link.ends_at}
    with language.use(letter.language):
        subject, text = text_of(paper, letter, **more)
        page = paper.templates.get_template(f"notifications/{letter.template}.html")
        html = page.render(_values(paper, letter, more), subject=subject)
    message = EmailMessage()
    message["From"] = Address(_one_line(paper.site_name), addr_spec=paper.sender)
    message["To"] = Address(addr_spec=(link and link.email) or letter.user.email or "")
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    name = f"{letter.created_at:%Y%m%d%H%M%S}.{letter.id}"  # by which a second copy is known
    message["Message-ID"] = f"<{name}@{urlsplit(paper.site).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = letter.language
    return message


def masked(email: str | None) -> str:
    """Enough of an address to recognise it, not to write to it: s…@example.org"""
    if email is None:
        return "–"
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _one_line(text: str) -> str:
    """A line break in a header would begin another header."""
    return " ".join(text.split())


def _values(paper: Stationery, letter: Letter, more: Mapping[str, Any]) -> dict[str, Any]:
    known = {"site": paper.site, "site_name": paper.site_name, "language": language.current()}
    return {**known, "by_mail": False, "told_at": letter.created_at, **letter.given, **more}
