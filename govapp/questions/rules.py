"""Who may put a question, and what an answer can be."""

from collections.abc import Mapping
from typing import Any

from govapp.accounts.models.posts import Post, Role
from govapp.accounts.rules.posts import posts_of
from govapp.questions.models import Question

ASKERS = (Role.SECRETARY, Role.OFFICER)
YES, NO, ABSTAIN = "yes", "no", "abstain"
OPTIONS = (YES, NO, ABSTAIN)
CONTEST: Mapping[str, Any] = {"kind": "question", "options": list(OPTIONS), "abstention": ABSTAIN}
MOST_VOTERS = 5_000


def posts_to_ask(actor: Any) -> list[Post]:
    """The posts in whose name a person may put a question."""
    return [post for post in posts_of(actor) if post.role in ASKERS]


def may_ask(actor: Any) -> bool:
    return bool(posts_to_ask(actor))


def may_change(actor: Any, question: Question) -> bool:
    """Before it is opened for votes: whoever holds the post that asks."""
    return any(post.id == question.box.post_id for post in posts_of(actor))
