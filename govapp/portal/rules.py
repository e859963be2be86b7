"""Who may read what all slices wrote down together."""

from typing import Any

from govapp.accounts.models.posts import Role
from govapp.accounts.rules.posts import holds, posts_of
from govapp.areas.models import AreaKind


def may_read_log(actor: Any) -> bool:
    """Auditors of the whole country: the log does not know in which area a deed was done."""
    return any(
        post.role is Role.AUDITOR and post.area is not None and post.area.kind is AreaKind.COUNTRY
        for post in posts_of(actor)
    )


def audits_areas_only(actor: Any) -> bool:
    """Auditors of a province or a local authority."""
    return holds(actor, Role.AUDITOR) and not may_read_log(actor)


def may_see_chain(actor: Any) -> bool:
    """Whether the log is whole concerns those who look after the site too; what stands in it does not."""
    return may_read_log(actor) or holds(actor, Role.ADMINISTRATOR)
