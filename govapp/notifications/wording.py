"""Letters in words: the same text for mail and inbox, from templates/notifications/<name>.txt and .html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment

from govapp.accounts.models import AccountLink
from govapp.core import language
from govapp.core.channels import Message
from govapp.core.keys import LinkSigner
from govapp.core.language import N_, ngettext
from govapp.core.language import gettext as _
from govapp.notifications import events
from govapp.notifications.models import Delivery, Letter, LetterState, Topic
from govapp.notifications.rules import DIGEST, KINDS, STOP_URL_LASTS, may_be_changed, topic_of

STATES = {
    LetterState.WAITING: N_("Waiting"),
    LetterState.FOR_DIGEST: N_("For the daily letter"),
    LetterState.SENT: N_("Sent"),
    LetterState.DEAD: N_("Not delivered"),
    LetterState.KEPT: N_("Only on this site"),
}
DELIVERIES = {
    Delivery.AT_ONCE: N_("At once"),
    Delivery.DAILY: N_("Once a day, together"),
    Delivery.ON_SITE: N_("Only in the inbox of this site"),
}
TOPICS = {  # name, what it holds
    Topic.SECURITY: (N_("Your account and its safety"), N_("Confirming, passwords, the second factor.")),
    Topic.POWERS: (N_("Your posts"), N_("Posts that are given to you, end, or are handed over.")),
    Topic.TASKS: (N_("What is due"), N_("What waits for you, and by when.")),
    Topic.NEWS: (N_("News"), N_("What changed in the things you follow.")),
}
WHY = {  # a letter came; None: the digest
    Topic.SECURITY: N_("Letters about your account and its safety always come."),
    Topic.POWERS: N_("You get this letter because it is about your posts."),
    Topic.TASKS: N_("You get this letter because something is due from you."),
    Topic.NEWS: N_("You get this letter because something changed in the things you follow."),
    None: N_("This letter comes once a day, when there is something new for you."),
}
STOP = "unsubscribe"  # the purpose of the token, and the page it opens
DEEDS: Mapping[type, str] = {
    events.LetterTriedAgain: N_("Put letter %(letter_id)s back in line"),
    events.NoticesChosen: N_("Chose how letters come to user %(user_id)s: %(chosen)s"),
}
BY_VISITORS = frozenset({events.NoticesChosen})  # by the link in a letter
THINGS: Mapping[str, str] = {"letter": N_("letter")}


@dataclass(frozen=True)
class Stationery:
    """What every letter is written with. site: public address without a slash at the end."""

    templates: Environment
    signer: LinkSigner = field(repr=False)
    site: str
    site_name: str


@dataclass(frozen=True)
class Notice:
    """A letter as its reader sees it, in the language of the moment: one line, and the plain text below."""

    letter: Letter
    subject: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        return self.text.strip().split("\n\n")


def read(paper: Stationery, letter: Letter, **more: Any) -> Notice:
    template = paper.templates.get_template(f"notifications/{letter.template}.txt")
    words: Any = template.make_module(_values(paper, letter, more))
    return Notice(letter, " ".join(words.subject.split()), f"{words}".strip() + "\n")


def compose(
    paper: Stationery, letter: Letter, link: AccountLink | None = None, held: Sequence[Letter] = ()
) -> Message:
    """The letter ready to leave, in its own language.

    link  of letters with a link that works once: its address is signed here
    held  what a digest holds
    """
    stop_url = _stop_url(paper, letter)
    more: dict[str, Any] = {"by_mail": True, "why": WHY[topic_of(letter)], "stop_url": stop_url}
    if link:
        token = paper.signer.sign(link.purpose.value, link.id, link.ends_at)
        more |= {"link": f"{paper.site}/{link.purpose.value}/{token}", "ends_at": link.ends_at}
    with language.use(letter.language):
        more["notices"] = [read(paper, one) for one in held]
        words = read(paper, letter, **more)
        page = paper.templates.get_template(f"notifications/{letter.template}.html")
        html = page.render(_values(paper, letter, more), subject=words.subject)
    name = f"{letter.created_at:%Y%m%d%H%M%S}.{letter.id}"
    return Message(name, words.subject, words.text, html, letter.language, stop_url)


def stops(signer: LinkSigner, token: str) -> tuple[int, Topic | None] | None:
    """Whose letters of which topic the token stops; None where it stops nothing.

    The topic of a digest is None: it stops whatever comes to that person in digests.
    """
    user_id, _dot, what = (signer.read(STOP, token) or "").partition(".")
    if what == DIGEST:
        return int(user_id), None
    if what not in list(Topic) or not may_be_changed(Topic(what)):
        return None
    return int(user_id), Topic(what)


def title(letter: Letter) -> str:
    """What kind of letter it is, for administrators."""
    if letter.template == DIGEST:
        held: int = letter.given["count"]
        return ngettext("Daily letter with one notice", "Daily letter with %(num)s notices", held, num=held)
    kind = KINDS.get(letter.template)
    return _(kind.title) if kind else letter.template


def masked(email: str | None) -> str:
    """Enough of an address to recognise it, not to write to it: s…@example.org"""
    local, _at, domain = (email or "").rpartition("@")
    return f"{local[:1]}…@{domain}" if email else "–"


def _stop_url(paper: Stationery, letter: Letter) -> str:
    """Where letters like this are stopped without signing in; "" for those that always come."""
    topic = topic_of(letter)
    if letter.template != DIGEST and not (topic and may_be_changed(topic)):
        return ""
    what = topic.value if topic else DIGEST
    token = paper.signer.sign(STOP, f"{letter.user_id}.{what}", letter.created_at + STOP_URL_LASTS)
    return f"{paper.site}/{STOP}/{token}"


def _values(paper: Stationery, letter: Letter, more: Mapping[str, Any]) -> dict[str, Any]:
    known = {"site": paper.site, "site_name": paper.site_name, "language": language.current()}
    here = {"by_mail": False, "told_at": letter.created_at, "path": letter.path}
    given = {name: _spoken(value) for name, value in letter.given.items()}
    return {**known, **here, **given, **more}


def _spoken(value: Any) -> Any:
    """What was written down in every language, in that of the moment."""
    return value.get(language.current(), value) if isinstance(value, Mapping) else value
