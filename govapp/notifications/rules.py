"""Which letters there are, how they come, how often one is tried, and who may look after them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from govapp.accounts.models.posts import Role
from govapp.accounts.rules.posts import holds
from govapp.core.dates import from_local, local_day
from govapp.core.language import N_
from govapp.notifications.models import Delivery, Letter, LetterState, Topic


@dataclass(frozen=True)
class Kind:
    """One kind of letter. Its words are templates/notifications/<its name in KINDS>.txt and .html.

    title     for administrators, a msgid
    in_inbox  False where it holds a secret, or is for somebody who cannot sign in
    """

    topic: Topic
    title: str
    in_inbox: bool = True


KINDS: dict[str, Kind] = {
    "verify": Kind(Topic.SECURITY, N_("Confirm the address"), in_inbox=False),
    "known": Kind(Topic.SECURITY, N_("There is an account already"), in_inbox=False),
    "reset": Kind(Topic.SECURITY, N_("Choose a new password"), in_inbox=False),
    "address": Kind(Topic.SECURITY, N_("Confirm the address"), in_inbox=False),
    "welcome": Kind(Topic.SECURITY, N_("Welcome")),
    "security": Kind(Topic.SECURITY, N_("Safety of the account")),
    "post": Kind(Topic.POWERS, N_("A post of one's own")),
    "post_to_confirm": Kind(Topic.TASKS, N_("A post to confirm")),
    "project_result": Kind(Topic.NEWS, N_("What became of a project")),
    "claim_decided": Kind(Topic.NEWS, N_("A decision about a claim to a roll")),
    "checkpoint": Kind(Topic.NEWS, N_("A checkpoint of a ballot box")),
}
DIGEST = "digest"  # the letter that holds others, of any topic
LINKED = ("verify", "reset", "address")  # letters with a link that works once
KNOWN_EVERY = timedelta(hours=1)  # "you already have an account", at most so often

USUAL: Mapping[Topic, Delivery] = {  # for a person who chose nothing; what is not here always comes at once
    Topic.POWERS: Delivery.AT_ONCE,
    Topic.TASKS: Delivery.AT_ONCE,
    Topic.NEWS: Delivery.DAILY,
}
BEGINS: Mapping[Delivery, LetterState] = {
    Delivery.AT_ONCE: LetterState.WAITING,
    Delivery.DAILY: LetterState.FOR_DIGEST,
    Delivery.ON_SITE: LetterState.KEPT,
}
UNSENT = (LetterState.WAITING, LetterState.FOR_DIGEST, LetterState.DEAD)
DIGEST_AT = time(7, 0)  # on Bangkok clocks
STOP_URL_LASTS = timedelta(days=365)  # from the day the letter was written

MOST_TRIES = 8  # spread over most of a day
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def topic_of(letter: Letter) -> Topic | None:
    """None for a digest, which holds several, and for a kind that is no more."""
    kind = KINDS.get(letter.template)
    return kind.topic if kind else None


def kinds_of(topic: Topic) -> list[str]:
    return [name for name, kind in KINDS.items() if kind.topic is topic]


def inbox_kinds() -> list[str]:
    return [name for name, kind in KINDS.items() if kind.in_inbox]


def may_be_changed(topic: Topic) -> bool:
    return topic in USUAL


def usual(topic: Topic) -> Delivery:
    return USUAL.get(topic, Delivery.AT_ONCE)


def leaves_at(delivery: Delivery, now: datetime) -> datetime:
    """When a letter written now may leave: at once, or with the next digest."""
    if delivery is not Delivery.DAILY:
        return now
    today = from_local(local_day(now), DIGEST_AT)
    return today if today > now else today + timedelta(days=1)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries, 1 or more: 1, 4, 16 minutes and so on."""
    times: int = 4 ** (attempts - 1)
    return min(FIRST_WAIT * times, LONGEST_WAIT)


def may_look_after_letters(actor: Any) -> bool:
    return holds(actor, Role.ADMINISTRATOR)


def may_be_tried_again(letter: Letter) -> bool:
    """What waits or was given up; not what has left, or what its reader wants on this site only."""
    return letter.state in (LetterState.WAITING, LetterState.DEAD)
