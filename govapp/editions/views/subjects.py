"""What pages of editions are about."""

from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from govapp.core.db import fetch
from govapp.core.errors import Missing
from govapp.core.forms import Form
from govapp.core.web import looking
from govapp.core.web import session as writing
from govapp.editions import queries, rules
from govapp.editions.models import Edition


def edition_of(session: Session, edition_id: int, **_more: Any) -> Edition:
    """The edition of an address, whatever else the address names; raises Missing."""
    return fetch(session, Edition, edition_id)


edition_of.model = Edition  # type: ignore[attr-defined]  # for the list of pages


def seen(edition_id: int) -> Edition:
    """The edition, for whoever may see it; a draft is Missing for everybody else."""
    edition = queries.show(looking(), edition_id)
    if not rules.may_see(current_user, edition):
        raise Missing
    return edition


def locked(edition_id: int) -> Edition:
    """The edition as it is now, held until what was typed is written down."""
    fetch(writing(), Edition, edition_id, lock=True)
    return queries.show(writing(), edition_id)


def status_of(form: Form) -> int:
    """Of a page that shows a form again, or for the first time."""
    if getattr(form, "is_overtaken", False):
        return 409
    return 422 if form.errors else 200
