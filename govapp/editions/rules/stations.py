"""Who helps voters at a station (หน่วยลงคะแนน)."""

from enum import StrEnum
from typing import Any

from govapp.accounts.models.posts import Post
from govapp.accounts.rules.posts import may_work_at

TRIES = 5  # a minute, of the password that takes a device back


class Paper(StrEnum):
    """What a person showed the officer. Its number is kept nowhere."""

    CARD = "card"
    THAID = "thaid"
    OTHER = "other"  # a passport, a house registration book
    VOUCHED = "vouched"  # by two people who know a person without papers


def may_help(actor: Any, post: Post) -> bool:
    """Whoever holds the post whose work the edition is."""
    return may_work_at(actor, post)
