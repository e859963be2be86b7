"""Alembic's entrance. core/migrate.py hands over the connection."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from govapp.core.db import Base


def plain_types(kind: str, thing: Any, _: Any) -> Any:
    """Write sa.DateTime(), not our own type: a migration must not import the app."""
    if kind == "type" and isinstance(thing, sa.TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain_types,
)
with context.begin_transaction():
    context.run_migrations()
